import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Measures with their targets and figures, reports frozen for a meeting, and what was decided there. */
export class ProgrammeReports1782950400000 implements MigrationInterface {
  name = 'ProgrammeReports1782950400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE measures (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        year smallint NOT NULL,
        key text NOT NULL,
        name text NOT NULL,
        place smallint NOT NULL,
        source text NOT NULL,
        counting text NOT NULL,
        direction text NOT NULL,
        target integer,
        colour_rule text NOT NULL,
        colour text,
        colour_reason text,
        confirmed integer,
        in_discussion integer,
        comment text NOT NULL DEFAULT '',
        version integer NOT NULL,
        CONSTRAINT measures_pkey PRIMARY KEY (id),
        CONSTRAINT measures_year_key_key UNIQUE (year, key),
        CONSTRAINT measures_source CHECK (source IN ('challenges', 'days', 'by_hand')),
        CONSTRAINT measures_counting CHECK (counting IN ('sum', 'running', 'distinct')),
        CONSTRAINT measures_direction CHECK (direction IN ('at_least', 'up_to')),
        CONSTRAINT measures_colour_rule CHECK (colour_rule IN ('delivery', 'budget', 'by_hand')),
        CONSTRAINT measures_colour CHECK (colour IN ('green', 'amber', 'red', 'not_started') AND colour_reason IS NOT NULL OR colour IS NULL AND colour_reason IS NULL),
        CONSTRAINT measures_numbers CHECK (target >= 0 AND confirmed >= 0 AND in_discussion >= 0)
      )
    `);
    await runner.query(`
      CREATE TABLE measure_figures (
        id bigint GENERATED ALWAYS AS IDENTITY,
        measure_id uuid NOT NULL,
        quarter smallint NOT NULL,
        value integer,
        not_applicable boolean NOT NULL DEFAULT false,
        councils text[] NOT NULL DEFAULT '{}',
        comment text NOT NULL,
        actor text NOT NULL,
        at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT measure_figures_pkey PRIMARY KEY (id),
        CONSTRAINT measure_figures_measure_id_fkey FOREIGN KEY (measure_id) REFERENCES measures (id),
        CONSTRAINT measure_figures_quarter CHECK (quarter BETWEEN 1 AND 4),
        CONSTRAINT measure_figures_value CHECK (value >= 0 AND NOT (not_applicable AND value IS NOT NULL))
      )
    `);
    await runner.query(`CREATE INDEX measure_figures_measure_id_idx ON measure_figures (measure_id)`);
    await runner.query(`
      CREATE TABLE report_snapshots (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        year smallint NOT NULL,
        title text NOT NULL,
        meeting_on date NOT NULL,
        content json NOT NULL,
        actor text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT report_snapshots_pkey PRIMARY KEY (id)
      )
    `);
    await runner.query(`CREATE INDEX report_snapshots_year_idx ON report_snapshots (year)`);
    await runner.query(`
      CREATE TABLE report_actions (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        snapshot_id uuid NOT NULL,
        text text NOT NULL,
        owner text NOT NULL,
        due date,
        outcome text,
        done_on date,
        version integer NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT report_actions_pkey PRIMARY KEY (id),
        CONSTRAINT report_actions_snapshot_id_fkey FOREIGN KEY (snapshot_id) REFERENCES report_snapshots (id),
        CONSTRAINT report_actions_done CHECK ((outcome IS NULL) = (done_on IS NULL))
      )
    `);
    await runner.query(`CREATE INDEX report_actions_snapshot_id_idx ON report_actions (snapshot_id)`);
    await runner.query(`CREATE INDEX challenges_last_day_idx ON challenges (last_day)`);
    await this.changeKinds(runner);
  }

  /** Kinds that are stored already count towards what those of a new service count towards. */
  private async changeKinds(runner: QueryRunner): Promise<void> {
    await runner.query(`
      UPDATE policies SET content = content || jsonb_build_object('measures',
        CASE WHEN id = 'kind:corporate' THEN '["challenges", "corporate", "councils"]'::jsonb
             WHEN content->>'purpose' = 'support' THEN '["councils"]'::jsonb
             ELSE '["challenges", "councils"]'::jsonb END)
      WHERE id LIKE 'kind:%'
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`UPDATE policies SET content = content - 'measures' WHERE id LIKE 'kind:%'`);
    await runner.query(`DROP INDEX challenges_last_day_idx`);
    for (const table of ['report_actions', 'report_snapshots', 'measure_figures', 'measures'])
      await runner.query(`DROP TABLE ${table}`);
  }
}
