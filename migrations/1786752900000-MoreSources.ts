import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Measures count what was thought of events, and councils that took something up. */
export class MoreSources1786752900000 implements MigrationInterface {
  name = 'MoreSources1786752900000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE measures DROP CONSTRAINT measures_source, ADD CONSTRAINT measures_source CHECK (source IN ('challenges', 'follow_ups', 'days', 'events', 'attendance', 'evaluations', 'support', 'take_up',
          'feedback', 'impact', 'recommendations', 'inspections', 'offers', 'offers_accepted', 'by_hand'))`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE measures DROP CONSTRAINT measures_source, ADD CONSTRAINT measures_source CHECK (source IN ('challenges', 'follow_ups', 'days', 'events', 'attendance', 'support', 'feedback',
          'impact', 'recommendations', 'inspections', 'offers', 'offers_accepted', 'by_hand'))`,
    );
  }
}
