import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How large the pool was, day by day. */
export class PoolDays1786753500000 implements MigrationInterface {
  name = 'PoolDays1786753500000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE pool_days (
        day date NOT NULL,
        part text NOT NULL,
        "group" text NOT NULL,
        pool integer NOT NULL,
        used integer NOT NULL,
        CONSTRAINT pool_days_pkey PRIMARY KEY (day, part, "group")
      )
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE pool_days');
  }
}
