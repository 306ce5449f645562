import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Figures of money and shares have decimals, and may be below nought. */
export class DecimalFigures1786752100000 implements MigrationInterface {
  name = 'DecimalFigures1786752100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE measure_figures
        ALTER value TYPE numeric(14,2),
        DROP CONSTRAINT measure_figures_value,
        ADD CONSTRAINT measure_figures_value CHECK (NOT (not_applicable AND value IS NOT NULL))
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('UPDATE measure_figures SET value = 0 WHERE value < 0');
    await runner.query(`
      ALTER TABLE measure_figures
        ALTER value TYPE integer,
        DROP CONSTRAINT measure_figures_value,
        ADD CONSTRAINT measure_figures_value CHECK (value >= 0 AND NOT (not_applicable AND value IS NOT NULL))
    `);
  }
}
