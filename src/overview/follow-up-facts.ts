import type { CivilDate } from '../calendar/dates.js';
import { Database } from '../database/database.js';

/** What has been done after the visit of a challenge: what its page tells. */
export interface FollowUpFacts {
  sessions: number;
  /** Those of the team who come; the others work off site. */
  onSite: number;
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
  followUps: {
    id: string;
    kind: string;
    state: string;
    firstDay: CivilDate | null;
    lastDay: CivilDate | null;
  }[];
  /** What it follows; `isStay` where it is a further stay of that. */
  follows: { id: string; kind: string; isStay: boolean } | null;
  manager: string | null;
}

export async function followUpFacts(db: Database, id: string): Promise<FollowUpFacts> {
  const [row] = await db.query<[FollowUpFacts]>(
    `SELECT (SELECT count(*)::int FROM visit_sessions s WHERE s.challenge_id = c.id AND s.day BETWEEN c.first_day - 1 AND c.last_day) AS sessions,
       (SELECT count(*)::int FROM bookings b WHERE b.challenge_id = c.id AND b.state = 'booked') AS team,
       (SELECT count(*)::int FROM bookings b WHERE b.challenge_id = c.id AND b.state = 'booked' AND NOT b.off_site AND b.attended IS NOT NULL) AS written,
       (SELECT count(*)::int FROM bookings b WHERE b.challenge_id = c.id AND b.state = 'booked' AND NOT b.off_site) AS "onSite",
       (SELECT count(*)::int FROM documents d WHERE d.challenge_id = c.id AND d.type = 'draft_report') AS drafts,
       (SELECT d.id FROM documents d WHERE d.challenge_id = c.id AND d.type = 'draft_report' AND d.answer IS NULL ORDER BY d.version DESC LIMIT 1) AS "openDraft",
       (SELECT count(*)::int FROM recommendations r WHERE r.challenge_id = c.id) AS recommendations,
       (SELECT count(*)::int FROM recommendations r WHERE r.challenge_id = c.id AND r.answer IS NULL) AS unanswered,
       (SELECT count(*)::int FROM recommendations r WHERE r.challenge_id = c.id AND r.sent_at IS NOT NULL) AS sent,
       (SELECT count(*)::int FROM recommendations r WHERE r.challenge_id = c.id AND r.sent_at IS NOT NULL AND r.answer IS NULL) AS "sentUnanswered",
       (SELECT count(*)::int FROM feedback f WHERE f.challenge_id = c.id AND f.form = 'manager') AS rated,
       (SELECT count(*)::int FROM feedback f WHERE f.challenge_id = c.id AND f.form <> 'manager') AS forms,
       (SELECT count(*)::int FROM feedback f WHERE f.challenge_id = c.id AND f.form <> 'manager' AND f.answered_at IS NOT NULL) AS answered,
       coalesce((SELECT jsonb_agg(jsonb_build_object('id', x.id, 'kind', x.kind, 'state', x.state, 'firstDay', x.first_day, 'lastDay', x.last_day) ORDER BY x.created_at) FROM challenges x WHERE x.follows_id = c.id), '[]') AS "followUps",
       (SELECT jsonb_build_object('id', p.id, 'kind', p.kind, 'isStay', c.stay_of_id IS NOT NULL) FROM challenges p WHERE p.id = c.follows_id) AS follows,
       (SELECT a.name FROM challenge_people p JOIN accounts a ON a.id = p.account_id WHERE p.challenge_id = c.id AND p.role = 'manager') AS manager
     FROM challenges c WHERE c.id = $1`,
    [id],
  );
  return row;
}
