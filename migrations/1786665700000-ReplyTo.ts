import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whom an answer to a message reaches. */
export class ReplyTo1786665700000 implements MigrationInterface {
  name = 'ReplyTo1786665700000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE messages ADD reply_to text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE messages DROP reply_to');
  }
}
