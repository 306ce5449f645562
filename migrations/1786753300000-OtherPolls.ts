import type { MigrationInterface, QueryRunner } from 'typeorm';

/** By-elections, and polls held anew or at another time. */
export class OtherPolls1786753300000 implements MigrationInterface {
  name = 'OtherPolls1786753300000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE councils ADD other_polls jsonb NOT NULL DEFAULT '[]'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE councils DROP other_polls`);
  }
}
