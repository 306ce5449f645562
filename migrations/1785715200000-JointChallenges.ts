import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A joint challenge is approved by each of its bodies. */
export class JointChallenges1785715200000 implements MigrationInterface {
  name = 'JointChallenges1785715200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE OR REPLACE VIEW approved_teams AS
      SELECT p.id AS proposal_id, p.challenge_id
      FROM proposals p JOIN challenges c ON c.id = p.challenge_id JOIN kinds k ON k.id = c.kind
      WHERE p.state = 'agreed' AND (jsonb_path_exists(p.approvals, '$[*] ? (@.by == "silence")')
        OR NOT EXISTS (
          SELECT FROM unnest(c.council_id || c.partner_ids) host (id)
            CROSS JOIN unnest(CASE WHEN coalesce((k.content->>'secondApproval')::boolean, false) THEN '{council,second}' ELSE '{council}' END::text[]) needed (word)
          WHERE NOT EXISTS (SELECT FROM jsonb_array_elements(p.approvals) a
            WHERE a->>'by' = needed.word AND coalesce(a->>'of', host.id::text) = host.id::text)))
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE OR REPLACE VIEW approved_teams AS
      SELECT p.id AS proposal_id, p.challenge_id
      FROM proposals p JOIN challenges c ON c.id = p.challenge_id JOIN kinds k ON k.id = c.kind
      WHERE p.state = 'agreed' AND (jsonb_path_exists(p.approvals, '$[*] ? (@.by == "silence")')
        OR jsonb_path_exists(p.approvals, '$[*] ? (@.by == "council")')
          AND (NOT coalesce((k.content->>'secondApproval')::boolean, false)
            OR jsonb_path_exists(p.approvals, '$[*] ? (@.by == "second")')))
    `);
  }
}
