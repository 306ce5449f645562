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
    // Whoever writes entries may take them out of the waiting room only when they stand in the trail.
    await runner.query(`
      CREATE FUNCTION forget_chained(ids bigint[]) RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
        WITH gone AS (
          DELETE FROM audit_waiting w WHERE w.id = ANY(ids) AND EXISTS (
            SELECT FROM audit_entries e
            WHERE e.id > (SELECT max(id) - cardinality(ids) FROM audit_entries) AND e.at BETWEEN w.at - interval '2 ms' AND w.at + interval '2 ms'
              AND (e.actor, e.action, e.subject, e.details) = (w.actor, w.action, w.subject, w.details)
          ) RETURNING id
        ) SELECT count(*) FROM gone
      $$
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION forget_chained');
    await runner.query('DROP TABLE audit_checks');
  }
}
