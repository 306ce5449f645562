import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What peers say of themselves for totals only, and the totals that were shown, quarter by quarter. */
export class PoolGaps1783123200000 implements MigrationInterface {
  name = 'PoolGaps1783123200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE demographics (
        peer_id uuid NOT NULL,
        gender text,
        age_band text,
        ethnicity text,
        disability text,
        CONSTRAINT demographics_pkey PRIMARY KEY (peer_id),
        CONSTRAINT demographics_peer_id_fkey FOREIGN KEY (peer_id) REFERENCES peers (id) ON DELETE CASCADE
      )
    `);
    await runner.query(`
      CREATE TABLE protected_totals (
        year smallint NOT NULL,
        quarter smallint NOT NULL,
        totals json NOT NULL,
        released_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT protected_totals_pkey PRIMARY KEY (year, quarter),
        CONSTRAINT protected_totals_quarter CHECK (quarter BETWEEN 1 AND 4)
      )
    `);
    await runner.query(`CREATE INDEX invitations_challenge_id_idx ON invitations (challenge_id)`);
    await runner.query(`CREATE INDEX bookings_peer_id_idx ON bookings (peer_id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX bookings_peer_id_idx`);
    await runner.query(`DROP INDEX invitations_challenge_id_idx`);
    await runner.query(`DROP TABLE protected_totals`);
    await runner.query(`DROP TABLE demographics`);
  }
}
