import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who of an ending body goes where, and what was moved on the day, so that it can be undone. */
export class Reorganisations1785283200000 implements MigrationInterface {
  name = 'Reorganisations1785283200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE placements (predecessor_id uuid NOT NULL REFERENCES councils (id) ON DELETE CASCADE, kind text NOT NULL, subject_id uuid NOT NULL,
         successor_id uuid REFERENCES councils (id) ON DELETE CASCADE, PRIMARY KEY (predecessor_id, kind, subject_id),
         CONSTRAINT placements_kind CHECK (kind IN ('peer', 'account', 'challenge')))`,
    );
    await runner.query(
      `CREATE TABLE handovers (predecessor_id uuid NOT NULL REFERENCES councils (id) ON DELETE CASCADE, kind text NOT NULL, subject_id uuid NOT NULL,
         before jsonb NOT NULL, after jsonb NOT NULL, at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (predecessor_id, kind, subject_id),
         CONSTRAINT handovers_kind CHECK (kind IN ('peer', 'account', 'challenge')))`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE handovers');
    await runner.query('DROP TABLE placements');
  }
}
