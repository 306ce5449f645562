import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who said no to a challenge, did not answer, or was objected to with success, is not offered again, unless somebody takes that back. */
export class NotAgain1784678400000 implements MigrationInterface {
  name = 'NotAgain1784678400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE asked_again (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        challenge_id uuid NOT NULL,
        peer_id uuid NOT NULL,
        reason text NOT NULL,
        actor text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT asked_again_pkey PRIMARY KEY (id),
        CONSTRAINT asked_again_challenge_id_fkey FOREIGN KEY (challenge_id) REFERENCES challenges (id),
        CONSTRAINT asked_again_peer_id_fkey FOREIGN KEY (peer_id) REFERENCES peers (id)
      )
    `);
    await runner.query('CREATE INDEX asked_again_challenge_id_idx ON asked_again (challenge_id)');
    await runner.query(`
      CREATE VIEW not_again AS
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
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP VIEW not_again');
    await runner.query('DROP TABLE asked_again');
  }
}
