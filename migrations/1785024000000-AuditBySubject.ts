import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The history of a challenge reads what the trail says of it. */
export class AuditBySubject1785024000000 implements MigrationInterface {
  name = 'AuditBySubject1785024000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX audit_entries_subject_idx ON audit_entries (subject)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX audit_entries_subject_idx');
  }
}
