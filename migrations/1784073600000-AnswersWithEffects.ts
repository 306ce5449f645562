import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An answer to an Idempotency-Key is written with its effect, so that no key stands without an answer; its ETag is kept too. */
export class AnswersWithEffects1784073600000 implements MigrationInterface {
  name = 'AnswersWithEffects1784073600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE idempotency_keys ADD etag text`);
    await runner.query(`DELETE FROM idempotency_keys WHERE status IS NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE idempotency_keys DROP etag`);
  }
}
