import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What advisers know of a council besides its challenges: inspections, support, who is to be offered one first, changes of control, signals. */
export class CouncilPictures1783036800000 implements MigrationInterface {
  name = 'CouncilPictures1783036800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE accounts ADD senior boolean NOT NULL DEFAULT false`);
    await runner.query(`
      CREATE TABLE inspections (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        council_id uuid NOT NULL,
        framework text NOT NULL,
        inspected_on date,
        judgement text,
        expected_by date,
        plan_due date,
        review_due date,
        actor text NOT NULL,
        version integer NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT inspections_pkey PRIMARY KEY (id),
        CONSTRAINT inspections_council_id_fkey FOREIGN KEY (council_id) REFERENCES councils (id),
        CONSTRAINT inspections_judged CHECK (inspected_on IS NOT NULL OR judgement IS NULL)
      )
    `);
    await runner.query(
      `CREATE UNIQUE INDEX inspections_once ON inspections (council_id, framework, coalesce(inspected_on, '0001-01-01'))`,
    );
    await runner.query(`
      CREATE TABLE supports (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        council_id uuid NOT NULL,
        type text NOT NULL,
        first_day date NOT NULL,
        last_day date,
        cause text NOT NULL,
        note text NOT NULL DEFAULT '',
        actor text NOT NULL,
        version integer NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT supports_pkey PRIMARY KEY (id),
        CONSTRAINT supports_council_id_fkey FOREIGN KEY (council_id) REFERENCES councils (id),
        CONSTRAINT supports_days CHECK (last_day >= first_day)
      )
    `);
    await runner.query(`CREATE UNIQUE INDEX supports_once ON supports (council_id, type, first_day)`);
    await runner.query(`
      CREATE TABLE offer_priorities (
        council_id uuid NOT NULL,
        reason text NOT NULL,
        note text NOT NULL DEFAULT '',
        until date NOT NULL,
        actor text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT offer_priorities_pkey PRIMARY KEY (council_id),
        CONSTRAINT offer_priorities_council_id_fkey FOREIGN KEY (council_id) REFERENCES councils (id)
      )
    `);
    await runner.query(`
      CREATE TABLE control_changes (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        council_id uuid NOT NULL,
        as_of date NOT NULL,
        control_before text,
        leading_group_before text,
        control text,
        leading_group text,
        actor text NOT NULL,
        at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT control_changes_pkey PRIMARY KEY (id),
        CONSTRAINT control_changes_council_id_fkey FOREIGN KEY (council_id) REFERENCES councils (id)
      )
    `);
    await runner.query(`CREATE INDEX control_changes_council_id_idx ON control_changes (council_id)`);
    await runner.query(`
      CREATE TABLE signals (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        council_id uuid NOT NULL,
        type text NOT NULL,
        observed_on date NOT NULL,
        source text NOT NULL,
        support_offered text,
        outcome text,
        actor text NOT NULL,
        version integer NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT signals_pkey PRIMARY KEY (id),
        CONSTRAINT signals_council_id_fkey FOREIGN KEY (council_id) REFERENCES councils (id)
      )
    `);
    await runner.query(`CREATE INDEX signals_council_id_idx ON signals (council_id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['signals', 'control_changes', 'offer_priorities', 'supports', 'inspections'])
      await runner.query(`DROP TABLE ${table}`);
    await runner.query(`ALTER TABLE accounts DROP senior`);
  }
}
