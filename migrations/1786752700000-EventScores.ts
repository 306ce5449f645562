import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What those who came thought of an event: how many gave it 1, 2, 3 and 4. */
export class EventScores1786752700000 implements MigrationInterface {
  name = 'EventScores1786752700000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE events ADD scores integer[] NOT NULL DEFAULT '{0,0,0,0}', ADD scored_at timestamptz, ADD CONSTRAINT events_scores CHECK (array_length(scores, 1) = 4 AND 0 <= ALL(scores))`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE events DROP CONSTRAINT events_scores, DROP scores, DROP scored_at`);
  }
}
