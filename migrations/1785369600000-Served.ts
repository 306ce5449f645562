import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How many challenges a peer has served in here, that were delivered: once each, whatever the visits. */
export class Served1785369600000 implements MigrationInterface {
  name = 'Served1785369600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE VIEW peer_served AS SELECT b.peer_id, count(DISTINCT b.challenge_id)::int AS served
       FROM bookings b JOIN delivered_challenges d ON d.id = b.challenge_id WHERE b.state = 'booked' GROUP BY b.peer_id`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP VIEW peer_served');
  }
}
