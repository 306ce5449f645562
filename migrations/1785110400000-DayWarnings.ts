import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What stands against the days of a visit, once it is known; and clocks of histories that go on within a transaction. */
export class DayWarnings1785110400000 implements MigrationInterface {
  name = 'DayWarnings1785110400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE day_warnings (challenge_id uuid NOT NULL REFERENCES challenges (id), first_day date NOT NULL, words text NOT NULL,
         accepted_at timestamptz, created_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (challenge_id, first_day, words))`,
    );
    for (const table of ['challenge_changes', 'follow_up_changes'])
      await runner.query(`ALTER TABLE ${table} ALTER at SET DEFAULT clock_timestamp()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['challenge_changes', 'follow_up_changes'])
      await runner.query(`ALTER TABLE ${table} ALTER at SET DEFAULT now()`);
    await runner.query('DROP TABLE day_warnings');
  }
}
