import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whom a council or a peer asks: the telephone of staff, and who advises a region on a day. */
export class WhomToAsk1786665600000 implements MigrationInterface {
  name = 'WhomToAsk1786665600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE accounts ADD telephone text;
      CREATE FUNCTION advisers_of(place text, today date) RETURNS TABLE (id uuid, away boolean) LANGUAGE sql STABLE AS $$
        WITH own AS (
          SELECT a.*, coalesce(a.away_from <= today AND coalesce(a.away_to, 'infinity') >= today, false) AS is_away FROM accounts a
          WHERE a.role = 'adviser' AND a.state = 'active' AND a.region = place
        )
        SELECT own.id, own.is_away FROM own
        UNION SELECT d.id, false FROM own JOIN accounts d ON d.id = own.deputy_id AND d.state = 'active'
          WHERE own.is_away AND d.id NOT IN (SELECT own.id FROM own)
        UNION SELECT n.id, false FROM accounts n
          WHERE n.role = 'adviser' AND n.state = 'active' AND n.region IS NULL AND NOT EXISTS (SELECT FROM own)
      $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION advisers_of(text, date);
      ALTER TABLE accounts DROP telephone;
    `);
  }
}
