import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When an objection was decided: only after that somebody can take back what follows from it. */
export class Decided1784851200000 implements MigrationInterface {
  name = 'Decided1784851200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE objections ADD decided_at timestamptz');
    await runner.query(view('coalesce(o.decided_at, o.created_at)'));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(view('o.created_at'));
    await runner.query('ALTER TABLE objections DROP decided_at');
  }
}

const view = (decided: string): string => `
  CREATE OR REPLACE VIEW not_again AS
  SELECT DISTINCT ON (challenge_id, peer_id) challenge_id, peer_id, seat, how, reason, at FROM (
    SELECT challenge_id, peer_id, seat, CASE WHEN state = 'withdrawn' THEN 'released' ELSE state END AS how, reason, answered_at AS at
    FROM invitations WHERE state IN ('declined', 'expired') OR state = 'withdrawn' AND for_cause
    UNION ALL
    SELECT o.challenge_id, (p.seats->>o.seat)::uuid, o.seat, 'objected', o.reason, ${decided}
    FROM objections o JOIN proposals p ON p.id = o.proposal_id WHERE o.state = 'upheld' AND p.seats->>o.seat IS NOT NULL
  ) no
  WHERE NOT EXISTS (SELECT FROM asked_again a WHERE a.challenge_id = no.challenge_id AND a.peer_id = no.peer_id AND a.created_at >= no.at)
  ORDER BY challenge_id, peer_id, at DESC`;
