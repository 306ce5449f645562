import { Database } from '../database/database.js';

/** What has been done after the visit of a challenge: what its page tells. */
export interface FollowUpFacts {
  sessions: number;
  team: number;
  /** Of the team, those whose days are written down. */
  written: number;
  drafts: number;
  /** The newest draft that waits for the council's answer. */
  openDraft: string | null;
  recommendations: number;
  unanswered: number;
  /** Of those that the council was sent. */
  sent: number;
  sentUnanswered: number;
  rated: number;
  forms: number;
  answered: number;
  followUps: { id: string; kind: string; state: string }[];
  follows: { id: string; kind: string } | null;
  manager: string | null;
}

export async function followUpFacts(db: Database, id: string): Promise<FollowUpFacts> {
  const [row] = await db.query<[FollowUpFacts]>(
    `SELECT (SELECT count(*)::int FROM visit_sessions s WHERE s.challenge_id = c.id) AS sessions,
       (SELECT count(*)::int FROM bookings b WHERE b.challenge_id = c.id AND b.state = 'booked') AS team,
       (SELECT count(*)::int FROM bookings b WHERE b.challenge_id = c.id AND b.state = 'booked' AND (b.attended IS NOT NULL OR b.off_site)) AS written,
       (SELECT count(*)::int FROM documents d WHERE d.challenge_id = c.id AND d.type = 'draft_report') AS drafts,
       (SELECT d.id FROM documents d WHERE d.challenge_id = c.id AND d.type = 'draft_report' AND d.answer IS NULL ORDER BY d.version DESC LIMIT 1) AS "openDraft",
       (SELECT count(*)::int FROM recommendations r WHERE r.challenge_id = c.id) AS recommendations,
       (SELECT count(*)::int FROM recommendations r WHERE r.challenge_id = c.id AND r.answer IS NULL) AS unanswered,
       (SELECT count(*)::int FROM recommendations r WHERE r.challenge_id = c.id AND r.sent_at IS NOT NULL) AS sent,
       (SELECT count(*)::int FROM recommendations r WHERE r.challenge_id = c.id AND r.sent_at IS NOT NULL AND r.answer IS NULL) AS "sentUnanswered",
       (SELECT count(*)::int FROM feedback f WHERE f.challenge_id = c.id AND f.form = 'manager') AS rated,
       (SELECT count(*)::int FROM feedback f WHERE f.challenge_id = c.id AND f.form <> 'manager') AS forms,
       (SELECT count(*)::int FROM feedback f WHERE f.challenge_id = c.id AND f.form <> 'manager' AND f.answered_at IS NOT NULL) AS answered,
       coalesce((SELECT jsonb_agg(jsonb_build_object('id', x.id, 'kind', x.kind, 'state', x.state) ORDER BY x.created_at) FROM challenges x WHERE x.follows_id = c.id), '[]') AS "followUps",
       (SELECT jsonb_build_object('id', p.id, 'kind', p.kind) FROM challenges p WHERE p.id = c.follows_id) AS follows,
       (SELECT a.name FROM challenge_people p JOIN accounts a ON a.id = p.account_id WHERE p.challenge_id = c.id AND p.role = 'manager') AS manager
     FROM challenges c WHERE c.id = $1`,
    [id],
  );
  return row;
}
