import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tries are counted by all processes together; browsers that an account knows can be forgotten. */
export class SharedTries1784332800000 implements MigrationInterface {
  name = 'SharedTries1784332800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE accounts ADD known_since timestamptz NOT NULL DEFAULT now()`);
    await runner.query(`
      CREATE TABLE tries (
        key varchar(255) NOT NULL,
        points integer NOT NULL DEFAULT 0,
        expire bigint,
        CONSTRAINT tries_pkey PRIMARY KEY (key)
      )
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE tries');
    await runner.query('ALTER TABLE accounts DROP known_since');
  }
}
