import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Changes of policy that hold from a day to come. */
export class ComingChanges1786753400000 implements MigrationInterface {
  name = 'ComingChanges1786753400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE policy_coming (
        policy_id text NOT NULL CONSTRAINT policy_coming_pkey PRIMARY KEY,
        id uuid NOT NULL,
        holds_from date NOT NULL,
        content jsonb NOT NULL,
        version integer NOT NULL,
        taking uuid[] NOT NULL DEFAULT '{}',
        actor text NOT NULL,
        reason text NOT NULL,
        fault text,
        at timestamptz NOT NULL DEFAULT now()
      )
    `);
    await runner.query(`
      CREATE TRIGGER import_writes AFTER INSERT OR UPDATE OR DELETE ON policy_coming FOR EACH ROW
      WHEN (coalesce(current_setting('critical_friend.import', true), '') <> '') EXECUTE FUNCTION note_import_write('policy_id')
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE policy_coming');
  }
}
