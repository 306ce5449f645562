import type { MigrationInterface, QueryRunner } from 'typeorm';

/** From application to accreditation: campaigns for gaps, applications, briefing and training events and who was there. */
export class Recruiting1783209600000 implements MigrationInterface {
  name = 'Recruiting1783209600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE campaigns (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        title text NOT NULL,
        positions text[] NOT NULL DEFAULT '{}',
        skills jsonb NOT NULL DEFAULT '{}',
        party text,
        region text,
        wanted smallint NOT NULL,
        until date NOT NULL,
        actor text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT campaigns_pkey PRIMARY KEY (id),
        CONSTRAINT campaigns_wanted CHECK (wanted > 0)
      )
    `);
    await runner.query(`
      CREATE TABLE applications (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        campaign_id uuid,
        route text NOT NULL,
        nominated_by text,
        name text NOT NULL,
        email text NOT NULL,
        class text NOT NULL,
        party text,
        positions text[] NOT NULL,
        skills jsonb NOT NULL DEFAULT '{}',
        council_id uuid,
        organisation text,
        state text NOT NULL,
        criteria text[] NOT NULL DEFAULT '{}',
        peer_id uuid,
        actor text NOT NULL,
        version integer NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT applications_pkey PRIMARY KEY (id),
        CONSTRAINT applications_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES campaigns (id),
        CONSTRAINT applications_council_id_fkey FOREIGN KEY (council_id) REFERENCES councils (id),
        CONSTRAINT applications_peer_id_fkey FOREIGN KEY (peer_id) REFERENCES peers (id),
        CONSTRAINT applications_class CHECK (class IN ('member', 'officer', 'other')),
        CONSTRAINT applications_party_of_members CHECK (party IS NULL OR class = 'member'),
        CONSTRAINT applications_route CHECK (route IN ('applied', 'nominated')),
        CONSTRAINT applications_state CHECK (state IN ('applied', 'nominated', 'appraised', 'inducted', 'accredited', 'declined', 'withdrawn')),
        CONSTRAINT applications_peer CHECK ((peer_id IS NOT NULL) = (state = 'accredited'))
      )
    `);
    await runner.query(`CREATE INDEX applications_campaign_id_idx ON applications (campaign_id)`);
    await runner.query(`CREATE INDEX applications_state_idx ON applications (state)`);
    await runner.query(`
      CREATE TABLE application_changes (
        id bigint GENERATED ALWAYS AS IDENTITY,
        application_id uuid NOT NULL,
        "from" text,
        "to" text NOT NULL,
        reason text NOT NULL,
        actor text NOT NULL,
        at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT application_changes_pkey PRIMARY KEY (id),
        CONSTRAINT application_changes_application_id_fkey FOREIGN KEY (application_id) REFERENCES applications (id)
      )
    `);
    await runner.query(
      `CREATE INDEX application_changes_application_id_idx ON application_changes (application_id)`,
    );
    await runner.query(`
      CREATE TABLE events (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        type text NOT NULL,
        title text NOT NULL,
        held_on date NOT NULL,
        place text NOT NULL DEFAULT '',
        kinds text[] NOT NULL DEFAULT '{}',
        valid_months smallint,
        actor text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT events_pkey PRIMARY KEY (id),
        CONSTRAINT events_type CHECK (type IN ('briefing', 'training')),
        CONSTRAINT events_valid CHECK (valid_months > 0)
      )
    `);
    await runner.query(`
      CREATE TABLE event_places (
        event_id uuid NOT NULL,
        peer_id uuid NOT NULL,
        attended boolean,
        CONSTRAINT event_places_pkey PRIMARY KEY (event_id, peer_id),
        CONSTRAINT event_places_event_id_fkey FOREIGN KEY (event_id) REFERENCES events (id),
        CONSTRAINT event_places_peer_id_fkey FOREIGN KEY (peer_id) REFERENCES peers (id)
      )
    `);
    await runner.query(`CREATE INDEX event_places_peer_id_idx ON event_places (peer_id)`);
    await runner.query(`ALTER TABLE measures DROP CONSTRAINT measures_source`);
    await runner.query(
      `ALTER TABLE measures ADD CONSTRAINT measures_source CHECK (source IN ('challenges', 'days', 'events', 'by_hand'))`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`UPDATE measures SET source = 'by_hand' WHERE source = 'events'`);
    await runner.query(`ALTER TABLE measures DROP CONSTRAINT measures_source`);
    await runner.query(
      `ALTER TABLE measures ADD CONSTRAINT measures_source CHECK (source IN ('challenges', 'days', 'by_hand'))`,
    );
    for (const table of ['event_places', 'events', 'application_changes', 'applications', 'campaigns'])
      await runner.query(`DROP TABLE ${table}`);
  }
}
