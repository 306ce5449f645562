import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A message is taken by one sender at a time, tried again with growing pauses, and parked after its last try. */
export class MessageTries1783900800000 implements MigrationInterface {
  name = 'MessageTries1783900800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE messages
        ADD tries smallint NOT NULL DEFAULT 0,
        ADD next_try_at timestamptz,
        ADD taken_until timestamptz,
        DROP CONSTRAINT messages_state,
        ADD CONSTRAINT messages_state CHECK (state IN ('waiting', 'sent', 'failed', 'parked')) NOT VALID
    `);
    await runner.query(`ALTER TABLE messages VALIDATE CONSTRAINT messages_state`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`UPDATE messages SET state = 'failed' WHERE state = 'parked'`);
    await runner.query(`
      ALTER TABLE messages DROP CONSTRAINT messages_state, DROP tries, DROP next_try_at, DROP taken_until,
        ADD CONSTRAINT messages_state CHECK (state IN ('waiting', 'sent', 'failed'))
    `);
  }
}
