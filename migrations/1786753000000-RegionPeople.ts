import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who of the pool helps a region: its ambassadors, and improvement advisers with a budget of days. */
export class RegionPeople1786753000000 implements MigrationInterface {
  name = 'RegionPeople1786753000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE region_people (
        id uuid NOT NULL DEFAULT gen_random_uuid() CONSTRAINT region_people_pkey PRIMARY KEY,
        region text NOT NULL,
        role text NOT NULL,
        peer_id uuid NOT NULL CONSTRAINT region_people_peer_id_fkey REFERENCES peers,
        subject text NOT NULL DEFAULT '',
        day_budget numeric(14,2),
        first_day date NOT NULL,
        last_day date,
        actor text NOT NULL,
        version integer NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT region_people_role CHECK (role IN ('ambassador', 'improvement_adviser')),
        CONSTRAINT region_people_budget CHECK ((role = 'improvement_adviser') = (day_budget IS NOT NULL) AND day_budget > 0),
        CONSTRAINT region_people_days CHECK (last_day >= first_day),
        CONSTRAINT region_people_once EXCLUDE USING gist (region WITH =, role WITH =, peer_id WITH =, daterange(first_day, last_day, '[]') WITH &&)
      )
    `);
    await runner.query(`CREATE INDEX region_people_peer_id_idx ON region_people (peer_id)`);
    await runner.query(`
      CREATE TRIGGER import_writes AFTER INSERT OR UPDATE OR DELETE ON region_people FOR EACH ROW
      WHEN (coalesce(current_setting('critical_friend.import', true), '') <> '') EXECUTE FUNCTION note_import_write('id')
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE region_people');
  }
}
