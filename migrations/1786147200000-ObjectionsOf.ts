import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which body of a joint challenge objected; null where it is of one, or where nobody said. */
export class ObjectionsOf1786147200000 implements MigrationInterface {
  name = 'ObjectionsOf1786147200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'ALTER TABLE objections ADD council_id uuid CONSTRAINT objections_council_id_fkey REFERENCES councils',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE objections DROP council_id');
  }
}
