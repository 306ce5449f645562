import type { MigrationInterface, QueryRunner } from 'typeorm';

/** From which share of a line on a measure is amber. */
export class LineRule1786752300000 implements MigrationInterface {
  name = 'LineRule1786752300000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `UPDATE policies SET content = '{"lineAmberPercent": 60}'::jsonb || content WHERE id = 'reporting'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `UPDATE policies SET content = content - 'lineAmberPercent' - 'from' WHERE id = 'reporting'`,
    );
  }
}
