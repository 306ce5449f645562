import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Networks, families and boards that councils belong to, to filter and report by. */
export class Groupings1785888000000 implements MigrationInterface {
  name = 'Groupings1785888000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE councils ADD groupings text[] NOT NULL DEFAULT '{}'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE councils DROP groupings');
  }
}
