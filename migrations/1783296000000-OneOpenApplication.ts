import type { MigrationInterface, QueryRunner } from 'typeorm';

const OPEN = `('applied', 'nominated', 'appraised', 'inducted')`;

/** Nobody applies twice at a time, however fast: later ones of an address are withdrawn, and the database takes no more. */
export class OneOpenApplication1783296000000 implements MigrationInterface {
  name = 'OneOpenApplication1783296000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      WITH doubled AS (
        SELECT id, state FROM (
          SELECT id, state, row_number() OVER (PARTITION BY email ORDER BY created_at, id) AS nth FROM applications WHERE state IN ${OPEN}
        ) numbered WHERE nth > 1
      ), noted AS (
        INSERT INTO application_changes (application_id, "from", "to", reason, actor)
        SELECT id, state, 'withdrawn', 'another application with this address was open', 'system' FROM doubled
      )
      UPDATE applications SET state = 'withdrawn', version = version + 1 WHERE id IN (SELECT id FROM doubled)
    `);
    await runner.query(
      `CREATE UNIQUE INDEX applications_one_open ON applications (email) WHERE state IN ${OPEN}`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX applications_one_open');
  }
}
