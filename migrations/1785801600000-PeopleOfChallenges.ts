import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Who comes besides the team: managers, support, analysts, observers; staff are never on site twice in one week. Who leads the team, and on which
 * days of a pre-election period somebody lets it take place.
 */
export class PeopleOfChallenges1785801600000 implements MigrationInterface {
  name = 'PeopleOfChallenges1785801600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE challenges ADD lead_seat text, ADD day_waivers jsonb NOT NULL DEFAULT '[]'`,
    );
    await runner.query(`
      CREATE FUNCTION on_site_weeks(first_day date, last_day date, state text) RETURNS daterange LANGUAGE sql IMMUTABLE AS $$
        SELECT CASE WHEN first_day IS NOT NULL AND last_day IS NOT NULL AND state NOT IN ('postponed', 'cancelled', 'stood_down')
          THEN daterange(first_day - (extract(isodow from first_day)::int - 1), last_day - (extract(isodow from last_day)::int - 1) + 7) END
      $$
    `);
    await runner.query(`
      CREATE TABLE challenge_people (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        challenge_id uuid NOT NULL REFERENCES challenges,
        account_id uuid REFERENCES accounts,
        name text,
        role text NOT NULL,
        weeks daterange,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT challenge_people_role CHECK (role IN ('manager', 'support', 'analyst', 'observer')),
        CONSTRAINT challenge_people_who CHECK ((account_id IS NULL) <> (name IS NULL)),
        CONSTRAINT challenge_people_once UNIQUE (challenge_id, account_id),
        CONSTRAINT challenge_people_week EXCLUDE USING gist (account_id WITH =, weeks WITH &&)
          WHERE (account_id IS NOT NULL AND weeks IS NOT NULL AND role <> 'analyst')
      )
    `);
    await runner.query(
      `CREATE UNIQUE INDEX challenge_people_one_manager ON challenge_people (challenge_id) WHERE (role = 'manager')`,
    );
    await runner.query('CREATE INDEX challenge_people_challenge_id_idx ON challenge_people (challenge_id)');
    // The weeks follow the challenge, whoever changes it and by which way.
    await runner.query(`
      CREATE FUNCTION take_weeks() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        SELECT on_site_weeks(c.first_day, c.last_day, c.state) INTO NEW.weeks FROM challenges c WHERE c.id = NEW.challenge_id FOR KEY SHARE;
        RETURN NEW;
      END $$
    `);
    await runner.query(`
      CREATE TRIGGER challenge_people_weeks BEFORE INSERT OR UPDATE ON challenge_people FOR EACH ROW EXECUTE FUNCTION take_weeks()
    `);
    await runner.query(`
      CREATE FUNCTION give_weeks() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE challenge_people SET weeks = NULL
        WHERE challenge_id = NEW.id AND weeks IS DISTINCT FROM on_site_weeks(NEW.first_day, NEW.last_day, NEW.state);
        RETURN NULL;
      END $$
    `);
    await runner.query(`
      CREATE TRIGGER challenges_weeks AFTER UPDATE OF first_day, last_day, state ON challenges FOR EACH ROW EXECUTE FUNCTION give_weeks()
    `);
    await runner.query(`
      INSERT INTO challenge_people (challenge_id, account_id, role)
      SELECT id, manager_id, 'manager' FROM challenges WHERE manager_id IS NOT NULL
    `);
    await runner.query(
      'ALTER TABLE challenges DROP CONSTRAINT challenges_manager_week, DROP COLUMN manager_id',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE challenges ADD manager_id uuid REFERENCES accounts');
    await runner.query(
      `UPDATE challenges c SET manager_id = p.account_id FROM challenge_people p WHERE p.challenge_id = c.id AND p.role = 'manager'`,
    );
    await runner.query(
      `ALTER TABLE challenges ADD CONSTRAINT challenges_manager_week EXCLUDE USING gist (manager_id WITH =, daterange(first_day - (extract(isodow from first_day)::int - 1), last_day - (extract(isodow from last_day)::int - 1) + 7) WITH &&) WHERE (manager_id IS NOT NULL AND first_day IS NOT NULL AND state NOT IN ('postponed', 'cancelled', 'stood_down'))`,
    );
    await runner.query('DROP TRIGGER challenges_weeks ON challenges');
    await runner.query('DROP TABLE challenge_people');
    await runner.query('DROP FUNCTION give_weeks, take_weeks, on_site_weeks');
    await runner.query('ALTER TABLE challenges DROP lead_seat, DROP day_waivers');
  }
}
