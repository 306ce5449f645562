import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Chains: people who move between the teams of challenges so that no seat stays empty, agreed by all councils concerned or by none. */
export class Chains1786320000000 implements MigrationInterface {
  name = 'Chains1786320000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE chains (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        challenge_id uuid NOT NULL REFERENCES challenges (id),
        state text NOT NULL,
        links jsonb NOT NULL,
        willing uuid[] NOT NULL DEFAULT '{}',
        asked_by text,
        answer_by timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        version integer NOT NULL,
        CONSTRAINT chains_state CHECK (state IN ('found', 'asked', 'done', 'refused', 'past')),
        CONSTRAINT chains_asked CHECK (state <> 'asked' OR asked_by IS NOT NULL AND answer_by IS NOT NULL)
      );
      CREATE UNIQUE INDEX chains_one_live ON chains (challenge_id) WHERE state IN ('found', 'asked');
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE chains');
  }
}
