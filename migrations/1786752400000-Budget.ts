import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The budget annex of a board report: lines of income and spending, and what is said of them by quarter. In thousands of pounds. */
export class Budget1786752400000 implements MigrationInterface {
  name = 'Budget1786752400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE budget_lines (
        id uuid NOT NULL DEFAULT gen_random_uuid() CONSTRAINT budget_lines_pkey PRIMARY KEY,
        year smallint NOT NULL,
        key text NOT NULL,
        name text NOT NULL,
        kind text NOT NULL CONSTRAINT budget_lines_kind CHECK (kind IN ('income', 'expenditure')),
        place smallint NOT NULL,
        budget numeric(14,2) NOT NULL,
        colour text,
        colour_reason text,
        comment text NOT NULL DEFAULT '',
        version integer NOT NULL,
        CONSTRAINT budget_lines_year_key_key UNIQUE (year, key),
        CONSTRAINT budget_lines_colour CHECK (colour IN ('green', 'amber', 'red', 'not_started') AND (colour IS NULL) = (colour_reason IS NULL))
      )
    `);
    await runner.query(`
      CREATE TABLE budget_figures (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT budget_figures_pkey PRIMARY KEY,
        line_id uuid NOT NULL CONSTRAINT budget_figures_line_id_fkey REFERENCES budget_lines (id),
        quarter smallint NOT NULL CONSTRAINT budget_figures_quarter CHECK (quarter BETWEEN 1 AND 4),
        budget_to_date numeric(14,2),
        actual_to_date numeric(14,2),
        forecast numeric(14,2),
        comment text NOT NULL,
        actor text NOT NULL,
        at timestamptz NOT NULL DEFAULT now()
      )
    `);
    await runner.query('CREATE INDEX budget_figures_line_id_idx ON budget_figures (line_id)');
    await runner.query(`
      CREATE TABLE budget_line_versions (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT budget_line_versions_pkey PRIMARY KEY,
        line_id uuid NOT NULL CONSTRAINT budget_line_versions_line_id_fkey REFERENCES budget_lines (id) ON DELETE CASCADE,
        content jsonb NOT NULL,
        at timestamptz NOT NULL DEFAULT clock_timestamp()
      )
    `);
    await runner.query('CREATE INDEX budget_line_versions_line_id_idx ON budget_line_versions (line_id, id)');
    await runner.query(`
      CREATE FUNCTION keep_budget_line() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO budget_line_versions (line_id, content) VALUES (NEW.id, to_jsonb(NEW));
        RETURN NULL;
      END $$
    `);
    await runner.query(
      'CREATE TRIGGER budget_lines_kept AFTER INSERT OR UPDATE ON budget_lines FOR EACH ROW EXECUTE FUNCTION keep_budget_line()',
    );
    await runner.query(`
      CREATE TRIGGER import_writes AFTER INSERT OR UPDATE OR DELETE ON budget_lines FOR EACH ROW
      WHEN (coalesce(current_setting('critical_friend.import', true), '') <> '') EXECUTE FUNCTION note_import_write('id')
    `);
    await runner.query(`
      CREATE TRIGGER import_writes AFTER INSERT OR UPDATE OR DELETE ON budget_figures FOR EACH ROW
      WHEN (coalesce(current_setting('critical_friend.import', true), '') <> '') EXECUTE FUNCTION note_import_write('id')
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE budget_line_versions');
    await runner.query('DROP TABLE budget_figures');
    await runner.query('DROP TABLE budget_lines');
    await runner.query('DROP FUNCTION keep_budget_line');
  }
}
