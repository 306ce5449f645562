import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tokens end within a year, may be for reading only, and say when they were last used. */
export class TokenEnds1783987200000 implements MigrationInterface {
  name = 'TokenEnds1783987200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE api_tokens
        ADD expires_at timestamptz,
        ADD read_only boolean NOT NULL DEFAULT false,
        ADD last_used_on date
    `);
    // Whoever uses an old token has a year to make another.
    await runner.query(`UPDATE api_tokens SET expires_at = now() + interval '365 days', created_at = now()`);
    await runner.query(`
      ALTER TABLE api_tokens ALTER expires_at SET NOT NULL,
        ADD CONSTRAINT api_tokens_expiry CHECK (expires_at <= created_at + interval '366 days')
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE api_tokens DROP CONSTRAINT api_tokens_expiry, DROP expires_at, DROP read_only, DROP last_used_on
    `);
  }
}
