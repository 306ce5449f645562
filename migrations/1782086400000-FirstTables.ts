import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Every table of the main job: councils, peers, challenges, proposals, invitations and what they need. */
export class FirstTables1782086400000 implements MigrationInterface {
  name = 'FirstTables1782086400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE EXTENSION IF NOT EXISTS btree_gist
    `);
    await runner.query(`
      CREATE TABLE api_tokens (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        hash text NOT NULL,
        name text NOT NULL,
        role text NOT NULL,
        region text,
        council_id uuid,
        peer_id uuid,
        party text,
        created_at timestamptz NOT NULL DEFAULT now(),
        revoked_at timestamptz,
        CONSTRAINT api_tokens_pkey PRIMARY KEY (id),
        CONSTRAINT api_tokens_hash_key UNIQUE (hash),
        CONSTRAINT api_tokens_role CHECK (role IN ('peer', 'council', 'approver', 'adviser', 'manager', 'group', 'programme', 'board', 'admin'))
      )
    `);
    await runner.query(`
      CREATE TABLE audit_entries (
        id bigint NOT NULL,
        at timestamptz NOT NULL,
        actor text NOT NULL,
        action text NOT NULL,
        subject text NOT NULL,
        details jsonb NOT NULL,
        previous_hash text NOT NULL,
        hash text NOT NULL,
        CONSTRAINT audit_entries_pkey PRIMARY KEY (id)
      )
    `);
    await runner.query(`
      CREATE TABLE idempotency_keys (
        actor text NOT NULL,
        key text NOT NULL,
        request_hash text NOT NULL,
        status smallint,
        body json,
        location text,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT idempotency_keys_pkey PRIMARY KEY (actor, key)
      )
    `);
    await runner.query(`
      CREATE TABLE outbox_jobs (
        id text NOT NULL,
        name text NOT NULL,
        payload jsonb NOT NULL,
        due timestamptz NOT NULL,
        CONSTRAINT outbox_jobs_pkey PRIMARY KEY (id)
      )
    `);
    await runner.query(`
      CREATE TABLE policies (
        id text NOT NULL,
        content jsonb NOT NULL,
        version integer NOT NULL,
        CONSTRAINT policies_pkey PRIMARY KEY (id)
      )
    `);
    await runner.query(`
      CREATE TABLE policy_changes (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        policy_id text NOT NULL,
        before jsonb,
        after jsonb NOT NULL,
        actor text NOT NULL,
        reason text NOT NULL,
        at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT policy_changes_pkey PRIMARY KEY (id)
      )
    `);
    await runner.query(`
      CREATE TABLE councils (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        code text NOT NULL,
        name text NOT NULL,
        body text NOT NULL,
        type text,
        region text,
        county text,
        control text,
        leading_group text,
        control_as_of date,
        population integer,
        latitude double precision,
        longitude double precision,
        rurality smallint,
        election_pattern text,
        election_base_year smallint,
        election_next_year smallint,
        valid_from date,
        valid_to date,
        successor_id uuid,
        version integer NOT NULL,
        CONSTRAINT councils_pkey PRIMARY KEY (id),
        CONSTRAINT councils_body CHECK (body IN ('council', 'fire_authority', 'combined_authority', 'national_park', 'partnership')),
        CONSTRAINT councils_code_key UNIQUE (code),
        CONSTRAINT councils_type CHECK (type IN ('district', 'county', 'unitary', 'metropolitan', 'london_borough')),
        CONSTRAINT councils_whole CHECK (body <> 'council' OR (type IS NOT NULL AND region IS NOT NULL AND population IS NOT NULL AND latitude IS NOT NULL AND longitude IS NOT NULL AND rurality IS NOT NULL)),
        CONSTRAINT councils_successor_id_fkey FOREIGN KEY (successor_id) REFERENCES councils(id)
      )
    `);
    await runner.query(`
      CREATE TABLE council_links (
        council_id uuid NOT NULL,
        other_id uuid NOT NULL,
        relation text NOT NULL,
        rank smallint NOT NULL DEFAULT '0',
        CONSTRAINT council_links_pkey PRIMARY KEY (council_id, other_id, relation),
        CONSTRAINT council_links_other CHECK (council_id <> other_id),
        CONSTRAINT council_links_relation CHECK (relation IN ('neighbour', 'comparable', 'member')),
        CONSTRAINT council_links_council_id_fkey FOREIGN KEY (council_id) REFERENCES councils(id) ON DELETE CASCADE,
        CONSTRAINT council_links_other_id_fkey FOREIGN KEY (other_id) REFERENCES councils(id) ON DELETE CASCADE
      )
    `);
    await runner.query(`
      CREATE TABLE peers (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        name text NOT NULL,
        email text,
        phone text,
        class text NOT NULL,
        party text,
        council_id uuid,
        organisation text,
        positions text[] NOT NULL DEFAULT '{}',
        skills jsonb NOT NULL DEFAULT '{}',
        accreditations jsonb NOT NULL DEFAULT '[]',
        conflicts jsonb NOT NULL DEFAULT '[]',
        availability jsonb NOT NULL,
        refused_regions text[] NOT NULL DEFAULT '{}',
        released_until date,
        reviews integer NOT NULL DEFAULT '0',
        rating smallint NOT NULL DEFAULT '5',
        max_challenges smallint NOT NULL DEFAULT '2',
        max_days smallint NOT NULL DEFAULT '9',
        rest_days smallint NOT NULL DEFAULT '14',
        state text NOT NULL DEFAULT 'active',
        version integer NOT NULL,
        CONSTRAINT peers_pkey PRIMARY KEY (id),
        CONSTRAINT peers_class CHECK (class IN ('member', 'officer', 'other')),
        CONSTRAINT peers_counts CHECK (reviews >= 0 AND rating BETWEEN 0 AND 10 AND max_challenges >= 0 AND max_days >= 0 AND rest_days >= 0),
        CONSTRAINT peers_party_of_members CHECK (party IS NULL OR class = 'member'),
        CONSTRAINT peers_state CHECK (state IN ('active', 'paused', 'retired')),
        CONSTRAINT peers_council_id_fkey FOREIGN KEY (council_id) REFERENCES councils(id)
      )
    `);
    await runner.query(`
      CREATE INDEX peers_council_id_idx ON peers (council_id)
    `);
    await runner.query(`
      CREATE TABLE challenges (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        council_id uuid NOT NULL,
        kind text NOT NULL,
        state text NOT NULL,
        focus text NOT NULL DEFAULT '',
        contacts jsonb NOT NULL DEFAULT '[]',
        seats jsonb NOT NULL,
        coverage jsonb NOT NULL,
        windows jsonb NOT NULL,
        excluded uuid[] NOT NULL DEFAULT '{}',
        waived jsonb NOT NULL DEFAULT '[]',
        first_day date,
        last_day date,
        version integer NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT challenges_pkey PRIMARY KEY (id),
        CONSTRAINT challenges_state CHECK (state IN ('enquiry', 'scoped', 'team_proposed', 'team_agreed', 'inviting', 'confirmed', 'on_site', 'reporting', 'report_published', 'action_plan_published', 'review_due', 'reviewed', 'closed', 'postponed', 'cancelled', 'stood_down')),
        CONSTRAINT challenges_council_id_fkey FOREIGN KEY (council_id) REFERENCES councils(id)
      )
    `);
    await runner.query(`
      CREATE INDEX challenges_state_idx ON challenges (state)
    `);
    await runner.query(`
      CREATE INDEX challenges_council_id_idx ON challenges (council_id)
    `);
    await runner.query(`
      CREATE TABLE challenge_changes (
        id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
        challenge_id uuid NOT NULL,
        "from" text,
        "to" text NOT NULL,
        actor text NOT NULL,
        reason text NOT NULL,
        at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT challenge_changes_pkey PRIMARY KEY (id),
        CONSTRAINT challenge_changes_challenge_id_fkey FOREIGN KEY (challenge_id) REFERENCES challenges(id)
      )
    `);
    await runner.query(`
      CREATE INDEX challenge_changes_challenge_id_idx ON challenge_changes (challenge_id)
    `);
    await runner.query(`
      CREATE TABLE offers (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        council_id uuid NOT NULL,
        kind text NOT NULL,
        made_on date NOT NULL,
        answer text NOT NULL,
        reason text,
        actor text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT offers_pkey PRIMARY KEY (id),
        CONSTRAINT offers_answer CHECK (answer IN ('open', 'accepted', 'declined')),
        CONSTRAINT offers_council_id_fkey FOREIGN KEY (council_id) REFERENCES councils(id)
      )
    `);
    await runner.query(`
      CREATE INDEX offers_council_id_idx ON offers (council_id)
    `);
    await runner.query(`
      CREATE TABLE team_requests (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        challenge_id uuid NOT NULL,
        cause text NOT NULL,
        pins jsonb NOT NULL,
        "without" uuid[] NOT NULL DEFAULT '{}',
        state text NOT NULL,
        phase text NOT NULL,
        blocked jsonb NOT NULL DEFAULT '[]',
        actor text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        finished_at timestamptz,
        CONSTRAINT team_requests_pkey PRIMARY KEY (id),
        CONSTRAINT team_requests_cause CHECK (cause IN ('request', 'repair')),
        CONSTRAINT team_requests_state CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
        CONSTRAINT team_requests_challenge_id_fkey FOREIGN KEY (challenge_id) REFERENCES challenges(id)
      )
    `);
    await runner.query(`
      CREATE UNIQUE INDEX team_requests_one_live ON team_requests (challenge_id) WHERE state IN ('queued', 'running')
    `);
    await runner.query(`
      CREATE INDEX team_requests_challenge_id_idx ON team_requests (challenge_id)
    `);
    await runner.query(`
      CREATE TABLE proposals (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        request_id uuid NOT NULL,
        challenge_id uuid NOT NULL,
        rank smallint NOT NULL,
        score integer NOT NULL,
        window_id text NOT NULL,
        first_day date NOT NULL,
        days smallint NOT NULL,
        seats jsonb NOT NULL,
        terms jsonb NOT NULL,
        reasons jsonb NOT NULL,
        state text NOT NULL,
        edited_from uuid,
        agreed_at timestamptz,
        objection_deadline timestamptz,
        approvals jsonb NOT NULL DEFAULT '[]',
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT proposals_pkey PRIMARY KEY (id),
        CONSTRAINT proposals_request_id_rank_key UNIQUE (request_id, rank),
        CONSTRAINT proposals_state CHECK (state IN ('proposed', 'agreed', 'superseded')),
        CONSTRAINT proposals_request_id_fkey FOREIGN KEY (request_id) REFERENCES team_requests(id),
        CONSTRAINT proposals_challenge_id_fkey FOREIGN KEY (challenge_id) REFERENCES challenges(id)
      )
    `);
    await runner.query(`
      CREATE UNIQUE INDEX proposals_one_agreed ON proposals (challenge_id) WHERE state = 'agreed'
    `);
    await runner.query(`
      CREATE INDEX proposals_challenge_id_idx ON proposals (challenge_id)
    `);
    await runner.query(`
      CREATE TABLE objections (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        challenge_id uuid NOT NULL,
        proposal_id uuid NOT NULL,
        seat text NOT NULL,
        reason text NOT NULL,
        actor text NOT NULL,
        state text NOT NULL,
        answer text,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT objections_pkey PRIMARY KEY (id),
        CONSTRAINT objections_state CHECK (state IN ('open', 'upheld', 'dismissed')),
        CONSTRAINT objections_challenge_id_fkey FOREIGN KEY (challenge_id) REFERENCES challenges(id),
        CONSTRAINT objections_proposal_id_fkey FOREIGN KEY (proposal_id) REFERENCES proposals(id)
      )
    `);
    await runner.query(`
      CREATE INDEX objections_challenge_id_idx ON objections (challenge_id)
    `);
    await runner.query(`
      CREATE TABLE invitations (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        challenge_id uuid NOT NULL,
        proposal_id uuid NOT NULL,
        seat text NOT NULL,
        peer_id uuid NOT NULL,
        state text NOT NULL,
        expires_at timestamptz NOT NULL,
        reason text,
        other_dates text,
        answered_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT invitations_pkey PRIMARY KEY (id),
        CONSTRAINT invitations_state CHECK (state IN ('pending', 'accepted', 'declined', 'expired', 'withdrawn')),
        CONSTRAINT invitations_challenge_id_fkey FOREIGN KEY (challenge_id) REFERENCES challenges(id),
        CONSTRAINT invitations_proposal_id_fkey FOREIGN KEY (proposal_id) REFERENCES proposals(id),
        CONSTRAINT invitations_peer_id_fkey FOREIGN KEY (peer_id) REFERENCES peers(id)
      )
    `);
    await runner.query(`
      CREATE UNIQUE INDEX invitations_one_live ON invitations (challenge_id, seat) WHERE state IN ('pending', 'accepted')
    `);
    await runner.query(`
      CREATE INDEX invitations_peer_id_idx ON invitations (peer_id)
    `);
    await runner.query(`
      CREATE TABLE bookings (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        peer_id uuid NOT NULL,
        challenge_id uuid NOT NULL,
        invitation_id uuid NOT NULL,
        seat text NOT NULL,
        first_day date NOT NULL,
        last_day date NOT NULL,
        days daterange NOT NULL,
        state text NOT NULL,
        live boolean NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT bookings_pkey PRIMARY KEY (id),
        CONSTRAINT bookings_days CHECK (lower(days) = first_day AND upper(days) > last_day AND last_day >= first_day),
        CONSTRAINT bookings_invitation_id_key UNIQUE (invitation_id),
        CONSTRAINT bookings_live CHECK (live = (state <> 'released')),
        CONSTRAINT bookings_no_overlap EXCLUDE USING gist (peer_id WITH =, days WITH &&) WHERE (live),
        CONSTRAINT bookings_state CHECK (state IN ('held', 'booked', 'released')),
        CONSTRAINT bookings_peer_id_fkey FOREIGN KEY (peer_id) REFERENCES peers(id),
        CONSTRAINT bookings_challenge_id_fkey FOREIGN KEY (challenge_id) REFERENCES challenges(id),
        CONSTRAINT bookings_invitation_id_fkey FOREIGN KEY (invitation_id) REFERENCES invitations(id)
      )
    `);
    await runner.query(`
      CREATE INDEX bookings_challenge_id_idx ON bookings (challenge_id)
    `);
    await runner.query(`
      CREATE TABLE visits (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        challenge_id uuid NOT NULL,
        type text NOT NULL,
        state text NOT NULL,
        first_day date NOT NULL,
        last_day date NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT visits_pkey PRIMARY KEY (id),
        CONSTRAINT visits_challenge_id_type_key UNIQUE (challenge_id, type),
        CONSTRAINT visits_state CHECK (state IN ('pencilled', 'dated')),
        CONSTRAINT visits_type CHECK (type IN ('on_site', 'progress_review')),
        CONSTRAINT visits_challenge_id_fkey FOREIGN KEY (challenge_id) REFERENCES challenges(id)
      )
    `);
    await runner.query(`
      CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'the audit trail is only ever added to';
      END $$
    `);
    await runner.query(`
      CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE ON audit_entries
      FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()
    `);
    await runner.query(`
      CREATE TRIGGER audit_entries_no_truncate BEFORE TRUNCATE ON audit_entries
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE visits');
    await runner.query('DROP TABLE bookings');
    await runner.query('DROP TABLE invitations');
    await runner.query('DROP TABLE objections');
    await runner.query('DROP TABLE proposals');
    await runner.query('DROP TABLE team_requests');
    await runner.query('DROP TABLE offers');
    await runner.query('DROP TABLE challenge_changes');
    await runner.query('DROP TABLE challenges');
    await runner.query('DROP TABLE peers');
    await runner.query('DROP TABLE council_links');
    await runner.query('DROP TABLE councils');
    await runner.query('DROP TABLE policy_changes');
    await runner.query('DROP TABLE policies');
    await runner.query('DROP TABLE outbox_jobs');
    await runner.query('DROP TABLE idempotency_keys');
    await runner.query('DROP TABLE audit_entries');
    await runner.query('DROP TABLE api_tokens');
    await runner.query('DROP FUNCTION refuse_audit_change');
  }
}
