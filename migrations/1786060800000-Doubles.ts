import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Pairs of peers who look like one person, and are two: they are not shown again. */
export class Doubles1786060800000 implements MigrationInterface {
  name = 'Doubles1786060800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE peers_apart (
        one_id uuid NOT NULL CONSTRAINT peers_apart_one_id_fkey REFERENCES peers ON DELETE CASCADE,
        other_id uuid NOT NULL CONSTRAINT peers_apart_other_id_fkey REFERENCES peers ON DELETE CASCADE,
        actor text NOT NULL,
        at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT peers_apart_pkey PRIMARY KEY (one_id, other_id),
        CONSTRAINT peers_apart_order CHECK (one_id < other_id)
      )
    `);
    await runner.query('CREATE INDEX peers_apart_other_id_idx ON peers_apart (other_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE peers_apart');
  }
}
