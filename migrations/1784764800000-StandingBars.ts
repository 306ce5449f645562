import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What stands against somebody of a team is a circumstance even where no change of the peer brought it; who was released for a cause
 * is not offered the challenge again; a link that goes with a yes, and how an answer came, are kept.
 */
export class StandingBars1784764800000 implements MigrationInterface {
  name = 'StandingBars1784764800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE circumstances ALTER change_id DROP NOT NULL, ADD bars text[] NOT NULL DEFAULT '{}';
      ALTER TABLE invitations ADD for_cause boolean NOT NULL DEFAULT false, ADD declared jsonb, ADD answered_through text,
        ADD CONSTRAINT invitations_answered_through CHECK (answered_through IN ('link', 'page', 'telephone', 'api'))
    `);
    await runner.query(`
      CREATE OR REPLACE VIEW not_again AS
      SELECT DISTINCT ON (challenge_id, peer_id) challenge_id, peer_id, seat, how, reason, at FROM (
        SELECT challenge_id, peer_id, seat, CASE WHEN state = 'withdrawn' THEN 'released' ELSE state END AS how, reason, answered_at AS at
        FROM invitations WHERE state IN ('declined', 'expired') OR state = 'withdrawn' AND for_cause
        UNION ALL
        SELECT o.challenge_id, (p.seats->>o.seat)::uuid, o.seat, 'objected', o.reason, o.created_at
        FROM objections o JOIN proposals p ON p.id = o.proposal_id WHERE o.state = 'upheld' AND p.seats->>o.seat IS NOT NULL
      ) no
      WHERE NOT EXISTS (SELECT FROM asked_again a WHERE a.challenge_id = no.challenge_id AND a.peer_id = no.peer_id AND a.created_at >= no.at)
      ORDER BY challenge_id, peer_id, at DESC
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE OR REPLACE VIEW not_again AS
      SELECT DISTINCT ON (challenge_id, peer_id) challenge_id, peer_id, seat, how, reason, at FROM (
        SELECT challenge_id, peer_id, seat, state AS how, reason, answered_at AS at
        FROM invitations WHERE state IN ('declined', 'expired')
        UNION ALL
        SELECT o.challenge_id, (p.seats->>o.seat)::uuid, o.seat, 'objected', o.reason, o.created_at
        FROM objections o JOIN proposals p ON p.id = o.proposal_id WHERE o.state = 'upheld' AND p.seats->>o.seat IS NOT NULL
      ) no
      WHERE NOT EXISTS (SELECT FROM asked_again a WHERE a.challenge_id = no.challenge_id AND a.peer_id = no.peer_id AND a.created_at >= no.at)
      ORDER BY challenge_id, peer_id, at DESC
    `);
    await runner.query('DELETE FROM circumstances WHERE change_id IS NULL');
    await runner.query(`
      ALTER TABLE circumstances ALTER change_id SET NOT NULL, DROP bars;
      ALTER TABLE invitations DROP CONSTRAINT invitations_answered_through, DROP answered_through, DROP declared, DROP for_cause
    `);
  }
}
