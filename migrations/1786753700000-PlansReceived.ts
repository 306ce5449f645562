import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The day on which a council's plan after an inspection arrived. */
export class PlansReceived1786753700000 implements MigrationInterface {
  name = 'PlansReceived1786753700000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE inspections
        ADD plan_received date,
        ADD CONSTRAINT inspections_plan_received CHECK
          (plan_received IS NULL OR inspected_on IS NOT NULL AND plan_received >= inspected_on)
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE inspections DROP COLUMN plan_received');
  }
}
