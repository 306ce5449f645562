import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a good practice is about. */
export class PracticeThemes1786752800000 implements MigrationInterface {
  name = 'PracticeThemes1786752800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE good_practice ADD theme text`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE good_practice DROP theme`);
  }
}
