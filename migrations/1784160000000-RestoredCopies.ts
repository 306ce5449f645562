import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A database knows which one it is, so that a copy of it holds messages and jobs back until somebody lets them go. */
export class RestoredCopies1784160000000 implements MigrationInterface {
  name = 'RestoredCopies1784160000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE database_mode ADD identity text, ADD held_since timestamptz`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE database_mode DROP identity, DROP held_since`);
  }
}
