import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What was before this service: challenges that an office brings, and who sat in their teams. Its days, its seats and its last day count as
 * those of any other; what is not known of it is not held against anybody.
 */
export class PastChallenges1785542400000 implements MigrationInterface {
  name = 'PastChallenges1785542400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE challenges ADD mode text NOT NULL DEFAULT 'on_site', ADD partner_ids uuid[] NOT NULL DEFAULT '{}',
        ADD CONSTRAINT challenges_mode CHECK (mode IN ('on_site', 'remote', 'hybrid'))
    `);
    await runner.query('CREATE INDEX challenges_partners_idx ON challenges USING gin (partner_ids)');
    await runner.query(`
      CREATE TABLE past_challenges (
        challenge_id uuid PRIMARY KEY REFERENCES challenges,
        reference text UNIQUE,
        follows_reference text,
        manager text,
        recommendations smallint,
        month_only boolean NOT NULL DEFAULT false,
        CONSTRAINT past_challenges_recommendations CHECK (recommendations >= 0)
      )
    `);
    await runner.query(`
      INSERT INTO past_challenges (challenge_id)
      SELECT challenge_id FROM challenge_changes WHERE "from" IS NULL AND "to" = 'closed' AND reason = 'before this service'
    `);
    await runner.query(`
      CREATE TABLE past_seats (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        reference text NOT NULL,
        seat text NOT NULL,
        peer_id uuid REFERENCES peers,
        name text,
        post text,
        council_id uuid REFERENCES councils,
        days smallint,
        CONSTRAINT past_seats_peer UNIQUE (reference, seat, peer_id),
        CONSTRAINT past_seats_who CHECK ((peer_id IS NULL) <> (name IS NULL)),
        CONSTRAINT past_seats_days CHECK (days BETWEEN 0 AND 31)
      )
    `);
    await runner.query('CREATE INDEX past_seats_peer_idx ON past_seats (peer_id)');
    await runner.query('CREATE INDEX past_seats_council_idx ON past_seats (council_id)');
    // Once for each challenge, whatever the seats. Of a visit of which only the month is known, nobody knows the days; where days have to
    // be reckoned with all the same, by rest and by what is agreed for a year, it is the last of them, as many as are known.
    await runner.query(`
      CREATE VIEW past_service AS
      SELECT peer_id, challenge_id, first_day, last_day, days, greatest(first_day, last_day - greatest(coalesce(days, 1), 1) + 1) AS reckoned_from
      FROM (
        SELECT s.peer_id, c.id AS challenge_id, c.first_day, c.last_day,
          max(coalesce(s.days, CASE WHEN NOT x.month_only THEN c.last_day - c.first_day + 1 END))::int AS days
        FROM past_seats s JOIN past_challenges x USING (reference) JOIN challenges c ON c.id = x.challenge_id
        WHERE s.peer_id IS NOT NULL GROUP BY s.peer_id, c.id) served
    `);
    await runner.query(`
      CREATE OR REPLACE VIEW peer_days AS
      SELECT peer_id, challenge_id, first_day, last_day, coalesce(cardinality(attended), last_day - first_day + 1) AS days
      FROM bookings WHERE state = 'booked'
      UNION ALL SELECT peer_id, challenge_id, first_day, last_day, days FROM past_service
    `);
    await runner.query(`
      CREATE OR REPLACE VIEW peer_served AS
      SELECT b.peer_id, count(DISTINCT b.challenge_id)::int AS served
      FROM peer_days b JOIN delivered_challenges d ON d.id = b.challenge_id GROUP BY b.peer_id
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE OR REPLACE VIEW peer_served AS
      SELECT b.peer_id, count(DISTINCT b.challenge_id)::int AS served
      FROM bookings b JOIN delivered_challenges d ON d.id = b.challenge_id WHERE b.state = 'booked' GROUP BY b.peer_id
    `);
    await runner.query(`
      CREATE OR REPLACE VIEW peer_days AS
      SELECT peer_id, challenge_id, first_day, last_day, coalesce(cardinality(attended), last_day - first_day + 1) AS days
      FROM bookings WHERE state = 'booked'
    `);
    await runner.query('DROP VIEW past_service');
    await runner.query('DROP TABLE past_seats, past_challenges');
    await runner.query('ALTER TABLE challenges DROP partner_ids, DROP mode');
  }
}
