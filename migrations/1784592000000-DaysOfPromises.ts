import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * An invitation knows its days, and a live booking lies on those of its challenge: held by a foreign key that is looked at when a
 * transaction ends. Rows from before are held to it from their next change on.
 */
export class DaysOfPromises1784592000000 implements MigrationInterface {
  name = 'DaysOfPromises1784592000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE invitations ADD first_day date, ADD last_day date, ADD calendar_key uuid;
      UPDATE invitations i SET first_day = p.first_day, last_day = p.first_day + p.days - 1, calendar_key = i.id
        FROM proposals p WHERE p.id = i.proposal_id;
      UPDATE invitations i SET first_day = b.first_day, last_day = b.last_day FROM bookings b WHERE b.invitation_id = i.id;
      ALTER TABLE invitations ALTER first_day SET NOT NULL, ALTER last_day SET NOT NULL, ALTER calendar_key SET NOT NULL;
      ALTER TABLE invitations ADD CONSTRAINT invitations_days CHECK (last_day >= first_day);

      UPDATE challenges SET first_day = NULL, last_day = NULL WHERE state IN ('cancelled', 'stood_down')
        AND NOT EXISTS (SELECT FROM bookings b WHERE b.challenge_id = challenges.id AND b.live);
      ALTER TABLE challenges ADD CONSTRAINT challenges_days UNIQUE (id, first_day, last_day);
      ALTER TABLE bookings ADD live_challenge_id uuid;
      UPDATE bookings SET live_challenge_id = challenge_id WHERE live;
      ALTER TABLE bookings ADD CONSTRAINT bookings_live_challenge
        CHECK (live_challenge_id IS NOT DISTINCT FROM CASE WHEN live THEN challenge_id END);
      ALTER TABLE bookings ADD CONSTRAINT bookings_in_days FOREIGN KEY (live_challenge_id, first_day, last_day)
        REFERENCES challenges (id, first_day, last_day) DEFERRABLE INITIALLY DEFERRED NOT VALID
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE bookings DROP CONSTRAINT bookings_in_days, DROP CONSTRAINT bookings_live_challenge, DROP live_challenge_id;
      ALTER TABLE challenges DROP CONSTRAINT challenges_days;
      ALTER TABLE invitations DROP CONSTRAINT invitations_days, DROP first_day, DROP last_day, DROP calendar_key
    `);
  }
}
