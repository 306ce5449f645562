import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The days that improvement advisers gave, of their budget of a year. */
export class AdviserDays1786753100000 implements MigrationInterface {
  name = 'AdviserDays1786753100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE adviser_days (
        id uuid NOT NULL DEFAULT gen_random_uuid() CONSTRAINT adviser_days_pkey PRIMARY KEY,
        person_id uuid NOT NULL CONSTRAINT adviser_days_person_id_fkey REFERENCES region_people,
        day date NOT NULL,
        days numeric(14,2) NOT NULL,
        council_id uuid CONSTRAINT adviser_days_council_id_fkey REFERENCES councils,
        what text NOT NULL,
        actor text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT adviser_days_days CHECK (days > 0)
      )
    `);
    await runner.query(`CREATE INDEX adviser_days_person_id_idx ON adviser_days (person_id)`);
    await runner.query(`CREATE INDEX adviser_days_council_id_idx ON adviser_days (council_id)`);
    await runner.query(`
      CREATE TRIGGER import_writes AFTER INSERT OR UPDATE OR DELETE ON adviser_days FOR EACH ROW
      WHEN (coalesce(current_setting('critical_friend.import', true), '') <> '') EXECUTE FUNCTION note_import_write('id')
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE adviser_days');
  }
}
