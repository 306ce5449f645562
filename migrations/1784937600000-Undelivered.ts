import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A message knows whose invitation it is about; one that could not be delivered waits until somebody has put it right. */
export class Undelivered1784937600000 implements MigrationInterface {
  name = 'Undelivered1784937600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE messages ADD concerns text, ADD settled_at timestamptz');
    // What failed before this was known is not brought up now.
    await runner.query(
      `UPDATE messages SET settled_at = coalesce(sent_at, created_at) WHERE state IN ('failed', 'parked')`,
    );
    await runner.query(
      `CREATE INDEX messages_undelivered_idx ON messages (about) WHERE state IN ('failed', 'parked') AND settled_at IS NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX messages_undelivered_idx');
    await runner.query('ALTER TABLE messages DROP concerns, DROP settled_at');
  }
}
