import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who is greeted by name is found by the address. */
export class PeersByAddress1786665800000 implements MigrationInterface {
  name = 'PeersByAddress1786665800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX peers_email_idx ON peers (lower(email))');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX peers_email_idx');
  }
}
