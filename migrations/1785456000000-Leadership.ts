import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who leads a council together, how it is governed, and when its leadership passes on. */
export class Leadership1785456000000 implements MigrationInterface {
  name = 'Leadership1785456000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE councils ADD coalition text[] NOT NULL DEFAULT '{}', ADD governance text, ADD rotation jsonb NOT NULL DEFAULT '[]',
         ADD CONSTRAINT councils_governance CHECK (governance IN ('leader', 'mayor', 'committee'))`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'ALTER TABLE councils DROP COLUMN coalition, DROP COLUMN governance, DROP COLUMN rotation',
    );
  }
}
