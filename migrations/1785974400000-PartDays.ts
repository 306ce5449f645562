import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A peer may come for some of the days of a visit, or work off site: an invitation and a booking know the peer's own days beside those of
 * the visit. Two stays of one challenge need no rest between them; on two visits on one day is nobody all the same.
 */
export class PartDays1785974400000 implements MigrationInterface {
  name = 'PartDays1785974400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE challenges ADD stay_of_id uuid REFERENCES challenges');
    await runner.query('CREATE INDEX challenges_stay_of_idx ON challenges (stay_of_id)');
    await runner.query(`
      ALTER TABLE invitations ADD visit_first_day date, ADD visit_last_day date,
        ADD from_midday boolean NOT NULL DEFAULT false, ADD until_midday boolean NOT NULL DEFAULT false,
        ADD off_site boolean NOT NULL DEFAULT false;
      UPDATE invitations SET visit_first_day = first_day, visit_last_day = last_day;
      ALTER TABLE invitations ALTER visit_first_day SET NOT NULL, ALTER visit_last_day SET NOT NULL;
      ALTER TABLE invitations DROP CONSTRAINT invitations_days,
        ADD CONSTRAINT invitations_days CHECK (last_day >= first_day AND first_day >= visit_first_day AND last_day <= visit_last_day)
    `);
    await runner.query(`
      ALTER TABLE bookings ADD visit_first_day date, ADD visit_last_day date, ADD family_id uuid,
        ADD off_site boolean NOT NULL DEFAULT false;
      UPDATE bookings SET visit_first_day = first_day, visit_last_day = last_day, family_id = challenge_id;
      ALTER TABLE bookings ALTER visit_first_day SET NOT NULL, ALTER visit_last_day SET NOT NULL, ALTER family_id SET NOT NULL;
      ALTER TABLE bookings DROP CONSTRAINT bookings_in_days, DROP CONSTRAINT bookings_days, DROP CONSTRAINT bookings_no_overlap;
      ALTER TABLE bookings
        ADD CONSTRAINT bookings_days CHECK (last_day >= first_day AND first_day >= visit_first_day AND last_day <= visit_last_day
          AND CASE WHEN off_site THEN isempty(days) ELSE lower(days) = first_day AND upper(days) > last_day END),
        ADD CONSTRAINT bookings_in_days FOREIGN KEY (live_challenge_id, visit_first_day, visit_last_day)
          REFERENCES challenges (id, first_day, last_day) DEFERRABLE INITIALLY DEFERRED NOT VALID,
        ADD CONSTRAINT bookings_no_overlap EXCLUDE USING gist (peer_id WITH =, daterange(first_day, last_day, '[]') WITH &&)
          WHERE (live AND NOT off_site),
        ADD CONSTRAINT bookings_rest EXCLUDE USING gist (peer_id WITH =, family_id WITH <>, days WITH &&) WHERE (live)
    `);
    await runner.query(`
      CREATE OR REPLACE VIEW peer_days AS
      SELECT peer_id, challenge_id, first_day, last_day,
        CASE WHEN off_site THEN 0 ELSE coalesce(cardinality(attended), last_day - first_day + 1) END AS days, family_id
      FROM bookings WHERE state = 'booked'
      UNION ALL SELECT peer_id, challenge_id, first_day, last_day, days, challenge_id FROM past_service
    `);
    await runner.query(`
      CREATE OR REPLACE VIEW peer_served AS
      SELECT b.peer_id, count(DISTINCT b.family_id)::int AS served
      FROM peer_days b JOIN delivered_challenges d ON d.id = b.challenge_id GROUP BY b.peer_id
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP VIEW peer_served');
    await runner.query('DROP VIEW peer_days');
    await runner.query(`
      CREATE VIEW peer_days AS
      SELECT peer_id, challenge_id, first_day, last_day, coalesce(cardinality(attended), last_day - first_day + 1) AS days
      FROM bookings WHERE state = 'booked'
      UNION ALL SELECT peer_id, challenge_id, first_day, last_day, days FROM past_service
    `);
    await runner.query(`
      CREATE VIEW peer_served AS
      SELECT b.peer_id, count(DISTINCT b.challenge_id)::int AS served
      FROM peer_days b JOIN delivered_challenges d ON d.id = b.challenge_id GROUP BY b.peer_id
    `);
    // Whoever came for a part, or from afar, holds the whole visit again, as it was before there was anything else.
    await runner.query(`
      UPDATE bookings SET first_day = visit_first_day, last_day = visit_last_day,
        days = daterange(visit_first_day, greatest(upper(days), visit_last_day + 1), '[)')
      WHERE off_site OR first_day <> visit_first_day OR last_day <> visit_last_day
    `);
    await runner.query(`
      ALTER TABLE bookings DROP CONSTRAINT bookings_rest, DROP CONSTRAINT bookings_no_overlap, DROP CONSTRAINT bookings_in_days,
        DROP CONSTRAINT bookings_days;
      ALTER TABLE bookings DROP visit_first_day, DROP visit_last_day, DROP family_id, DROP off_site;
      ALTER TABLE bookings
        ADD CONSTRAINT bookings_days CHECK (lower(days) = first_day AND upper(days) > last_day AND last_day >= first_day),
        ADD CONSTRAINT bookings_in_days FOREIGN KEY (live_challenge_id, first_day, last_day)
          REFERENCES challenges (id, first_day, last_day) DEFERRABLE INITIALLY DEFERRED NOT VALID,
        ADD CONSTRAINT bookings_no_overlap EXCLUDE USING gist (peer_id WITH =, days WITH &&) WHERE (live)
    `);
    await runner.query(`
      ALTER TABLE invitations DROP CONSTRAINT invitations_days;
      UPDATE invitations SET first_day = visit_first_day, last_day = visit_last_day;
      ALTER TABLE invitations DROP visit_first_day, DROP visit_last_day, DROP from_midday, DROP until_midday, DROP off_site;
      ALTER TABLE invitations ADD CONSTRAINT invitations_days CHECK (last_day >= first_day)
    `);
    await runner.query('ALTER TABLE challenges DROP stay_of_id');
  }
}
