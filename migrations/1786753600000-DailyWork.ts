import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When each step of the day's work was last done. */
export class DailyWork1786753600000 implements MigrationInterface {
  name = 'DailyWork1786753600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE daily_work (
        step text PRIMARY KEY,
        day date NOT NULL,
        done_at timestamptz NOT NULL
      )
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE daily_work');
  }
}
