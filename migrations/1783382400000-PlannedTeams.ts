import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A team request may come from a plan of the year: its team was placed with all others, and is not the best for its challenge alone. */
export class PlannedTeams1783382400000 implements MigrationInterface {
  name = 'PlannedTeams1783382400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE team_requests DROP CONSTRAINT team_requests_cause`);
    await runner.query(
      `ALTER TABLE team_requests ADD CONSTRAINT team_requests_cause CHECK (cause IN ('request', 'repair', 'plan'))`,
    );
    await runner.query(
      `UPDATE team_requests SET cause = 'plan' WHERE phase = 'done: taken from the plan of the year'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`UPDATE team_requests SET cause = 'request' WHERE cause = 'plan'`);
    await runner.query(`ALTER TABLE team_requests DROP CONSTRAINT team_requests_cause`);
    await runner.query(
      `ALTER TABLE team_requests ADD CONSTRAINT team_requests_cause CHECK (cause IN ('request', 'repair'))`,
    );
  }
}
