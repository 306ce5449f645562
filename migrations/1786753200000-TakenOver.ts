import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which challenges took a change of their kind over, and what they kept before, so that it can be taken back from them too. */
export class TakenOver1786753200000 implements MigrationInterface {
  name = 'TakenOver1786753200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE policy_changes ADD taken_over jsonb`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE policy_changes DROP taken_over`);
  }
}
