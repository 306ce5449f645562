import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What each measure was, from when on: a report as at a day shows its targets, comments and colours as they were then known. */
export class MeasuresKept1786752200000 implements MigrationInterface {
  name = 'MeasuresKept1786752200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE measure_versions (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT measure_versions_pkey PRIMARY KEY,
        measure_id uuid NOT NULL CONSTRAINT measure_versions_measure_id_fkey REFERENCES measures (id) ON DELETE CASCADE,
        content jsonb NOT NULL,
        at timestamptz NOT NULL DEFAULT clock_timestamp()
      )
    `);
    await runner.query('CREATE INDEX measure_versions_measure_id_idx ON measure_versions (measure_id, id)');
    await runner.query(
      'INSERT INTO measure_versions (measure_id, content) SELECT id, to_jsonb(m) FROM measures m',
    );
    await runner.query(`
      CREATE FUNCTION keep_measure() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO measure_versions (measure_id, content) VALUES (NEW.id, to_jsonb(NEW));
        RETURN NULL;
      END $$
    `);
    await runner.query(
      'CREATE TRIGGER measures_kept AFTER INSERT OR UPDATE ON measures FOR EACH ROW EXECUTE FUNCTION keep_measure()',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TRIGGER measures_kept ON measures');
    await runner.query('DROP FUNCTION keep_measure');
    await runner.query('DROP TABLE measure_versions');
  }
}
