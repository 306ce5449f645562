import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When a subscribed calendar was read last, and how often in a row it could not be. */
export class CalendarReadings1786406400000 implements MigrationInterface {
  name = 'CalendarReadings1786406400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE peers ADD calendar_failures smallint NOT NULL DEFAULT 0, ADD calendar_read_at timestamptz`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE peers DROP calendar_failures, DROP calendar_read_at`);
  }
}
