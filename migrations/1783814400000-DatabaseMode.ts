import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A database is for real use or for trying out, and never changes; tokens of the example say so. */
export class DatabaseMode1783814400000 implements MigrationInterface {
  name = 'DatabaseMode1783814400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE database_mode (
        id smallint NOT NULL DEFAULT 1 CONSTRAINT database_mode_one CHECK (id = 1),
        mode text NOT NULL CONSTRAINT database_mode_mode CHECK (mode IN ('live', 'example')),
        since timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT "PK_database_mode" PRIMARY KEY (id)
      )
    `);
    await runner.query(`ALTER TABLE api_tokens ADD example boolean NOT NULL DEFAULT false`);
    await runner.query(`UPDATE api_tokens SET example = true WHERE name LIKE 'example %'`);
    // The addresses of invented peers end in a domain that nobody can have.
    await runner.query(`
      INSERT INTO database_mode (mode)
      SELECT CASE WHEN EXISTS (SELECT FROM peers WHERE email LIKE '%@peers.example') THEN 'example' ELSE 'live' END
      WHERE EXISTS (SELECT FROM peers) OR EXISTS (SELECT FROM accounts) OR EXISTS (SELECT FROM challenges)
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE api_tokens DROP example`);
    await runner.query(`DROP TABLE database_mode`);
  }
}
