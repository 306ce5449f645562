import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Rules that queries need as well as the code, each as one view; a test holds every view to the code's rule. */
export class RulesAsViews1783728000000 implements MigrationInterface {
  name = 'RulesAsViews1783728000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE VIEW challenge_states AS
      SELECT state, state NOT IN ('closed', 'cancelled', 'stood_down') AS open,
        state NOT IN ('postponed', 'cancelled', 'stood_down') AS live,
        state IN ('reporting', 'report_published', 'action_plan_published', 'review_due', 'reviewed', 'closed') AS delivered,
        state IN ('confirmed', 'on_site', 'reporting', 'report_published', 'action_plan_published', 'review_due', 'reviewed', 'closed') AS confirmed
      FROM unnest(ARRAY['enquiry', 'scoped', 'team_proposed', 'team_agreed', 'inviting', 'confirmed', 'on_site', 'reporting', 'report_published',
        'action_plan_published', 'review_due', 'reviewed', 'closed', 'postponed', 'cancelled', 'stood_down']) AS state
    `);
    await runner.query(`
      CREATE VIEW delivered_challenges AS
      SELECT c.id FROM challenges c
      WHERE c.state IN (SELECT state FROM challenge_states WHERE delivered)
        OR c.state IN (SELECT state FROM challenge_states WHERE NOT open)
          AND EXISTS (SELECT FROM challenge_changes x WHERE x.challenge_id = c.id AND x.to = 'reporting')
    `);
    await runner.query(`
      CREATE VIEW kinds AS SELECT substr(id, 6) AS id, content FROM policies WHERE id LIKE 'kind:%'
    `);
    await runner.query(`
      CREATE VIEW approved_teams AS
      SELECT p.id AS proposal_id, p.challenge_id
      FROM proposals p JOIN challenges c ON c.id = p.challenge_id JOIN kinds k ON k.id = c.kind
      WHERE p.state = 'agreed' AND (jsonb_path_exists(p.approvals, '$[*] ? (@.by == "silence")')
        OR jsonb_path_exists(p.approvals, '$[*] ? (@.by == "council")')
          AND (NOT coalesce((k.content->>'secondApproval')::boolean, false)
            OR jsonb_path_exists(p.approvals, '$[*] ? (@.by == "second")')))
    `);
    await runner.query(`
      CREATE VIEW peer_days AS
      SELECT peer_id, challenge_id, first_day, last_day, coalesce(cardinality(attended), last_day - first_day + 1) AS days
      FROM bookings WHERE state = 'booked'
    `);
    await runner.query(`
      CREATE VIEW late_changes AS
      SELECT i.challenge_id, i.peer_id, i.seat, i.state, i.reason, i.answered_at, x.on
      FROM invitations i JOIN challenges c ON c.id = i.challenge_id
      CROSS JOIN LATERAL (SELECT (i.answered_at AT TIME ZONE 'Europe/London')::date AS on) x
      WHERE i.state IN ('declined', 'withdrawn') AND x.on BETWEEN c.first_day - 14 AND c.last_day
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP VIEW late_changes, peer_days, approved_teams, kinds, delivered_challenges, challenge_states',
    );
  }
}
