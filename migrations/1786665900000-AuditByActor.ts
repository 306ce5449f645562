import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What somebody worked on last is read from what the trail says of them. */
export class AuditByActor1786665900000 implements MigrationInterface {
  name = 'AuditByActor1786665900000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX audit_entries_actor_idx ON audit_entries (actor, id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX audit_entries_actor_idx');
  }
}
