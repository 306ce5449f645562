import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The audit trail is looked at every night, and what it ended with is written down. */
export class AuditChecks1784419200000 implements MigrationInterface {
  name = 'AuditChecks1784419200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE audit_checks (
        day date NOT NULL,
        at timestamptz NOT NULL,
        entries bigint NOT NULL,
        hash text NOT NULL,
        fault text,
        CONSTRAINT audit_checks_pkey PRIMARY KEY (day)
      )
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE audit_checks');
  }
}
