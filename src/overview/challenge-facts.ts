import { notFound } from '../web/problems.js';
import { Database } from '../database/database.js';
import { LIVE_INVITATIONS } from '../invitations/invitation.entity.js';

/** How far a challenge is: what its page and the start pages tell. */
export interface ChallengeFacts {
  id: string;
  requestId: string | null;
  requestState: string | null;
  proposals: number;
  /** The agreed team. */
  proposalId: string | null;
  score: number | null;
  approved: boolean;
  /** Who has consented so far, of those whose word counts. */
  consents: { by: string; of: string | null }[];
  /** ISO instant until which the council may object. */
  deadline: string | null;
  openObjection: string | null;
  /** The seat of the agreed team against whose peer an objection was upheld. */
  upheldSeat: string | null;
  /** A seat of the agreed team whose peer has said no, or nothing. */
  refusedSeat: string | null;
  /** A yes with which a link was told that the adviser has not looked at. */
  linkTold: string | null;
  /** How many such wait. */
  linksTold: number;
  invited: number;
  accepted: number;
  /** Seats of the agreed team that somebody is to take. */
  seats: number;
  /** All seats of the challenge, those that stay empty too. */
  allSeats: number;
  /** People who could move between teams to fill a seat of it: found, or before the councils. */
  chain: { id: string; state: string } | null;
  /** Its council is asked whether its team may change, for this challenge or another: until when, and who has said yes. */
  change: { answerBy: string; approvals: { by: string; of: string | null }[] } | null;
  /** A repair whose team nobody has chosen yet. */
  repairId: string | null;
  reviewAbout: string | null;
  /** The newest draft report that waits for the council's word. */
  openDraft: string | null;
  /** Recommendations that the council was sent and has not answered. */
  sentUnanswered: number;
  /** The day on which the oldest open invitation was sent. */
  oldestAsk: string | null;
}

/** The facts of many challenges in one query, by id. */
export async function challengesFacts(db: Database, ids: string[]): Promise<Map<string, ChallengeFacts>> {
  const rows = await db.query<ChallengeFacts[]>(
    `SELECT c.id, r.id AS "requestId", r.state AS "requestState",
       (SELECT count(*)::int FROM proposals p WHERE p.request_id = r.id AND p.state = 'proposed') AS proposals,
       a.id AS "proposalId", a.score, a.objection_deadline AS deadline,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('by', y->'by', 'of', y->'of')), '[]') FROM jsonb_array_elements(coalesce(a.approvals, '[]')) y) AS consents,
       EXISTS (SELECT FROM approved_teams y WHERE y.proposal_id = a.id) AS approved,
       (SELECT o.id FROM objections o WHERE o.proposal_id = a.id AND o.state = 'open' LIMIT 1) AS "openObjection",
       (SELECT o.seat FROM objections o WHERE o.proposal_id = a.id AND o.state = 'upheld' LIMIT 1) AS "upheldSeat",
       (SELECT min(s.key) FROM jsonb_each_text(coalesce(a.seats, '{}')) s JOIN not_again n ON n.challenge_id = c.id AND n.peer_id::text = s.value WHERE n.how <> 'objected') AS "refusedSeat",
       (SELECT min(i.id::text) FROM invitations i WHERE i.challenge_id = c.id AND i.state = 'accepted' AND i.declared->'decision' = 'null') AS "linkTold",
       (SELECT count(*)::int FROM invitations i WHERE i.challenge_id = c.id AND i.state = 'accepted' AND i.declared->'decision' = 'null') AS "linksTold",
       (SELECT count(*)::int FROM invitations i WHERE i.challenge_id = c.id AND i.state = ANY($2)) AS invited,
       (SELECT count(*)::int FROM invitations i WHERE i.challenge_id = c.id AND i.state = 'accepted') AS accepted,
       (SELECT count(*)::int FROM jsonb_each(coalesce(a.seats, '{}')) s WHERE s.value <> 'null') AS seats,
       jsonb_array_length(c.seats) AS "allSeats",
       CASE WHEN r.cause = 'repair' AND r.state = 'done' AND EXISTS (SELECT FROM proposals p WHERE p.request_id = r.id AND p.state = 'proposed') THEN r.id END AS "repairId",
       (SELECT jsonb_build_object('id', x.id, 'state', x.state) FROM chains x WHERE x.challenge_id = c.id AND x.state = ANY('{found,asked}')) AS chain,
       (SELECT jsonb_build_object('answerBy', x.answer_by, 'approvals', l->'approvals') FROM chains x, jsonb_array_elements(x.links) l
         WHERE x.state = 'asked' AND l->>'challengeId' = c.id::text LIMIT 1) AS change,
       (SELECT d.id FROM documents d WHERE d.challenge_id = c.id AND d.type = 'draft_report' AND d.answer IS NULL
         AND NOT EXISTS (SELECT FROM documents n WHERE n.challenge_id = c.id AND (n.type = 'report' OR n.type = 'draft_report' AND n.version > d.version)) LIMIT 1) AS "openDraft",
       (SELECT count(*)::int FROM recommendations n WHERE n.challenge_id = c.id AND n.sent_at IS NOT NULL AND n.answer IS NULL) AS "sentUnanswered",
       (SELECT v.first_day::text FROM visits v WHERE v.challenge_id = c.id AND v.type = 'progress_review') AS "reviewAbout",
       (SELECT min((i.created_at AT TIME ZONE 'Europe/London')::date)::text FROM invitations i WHERE i.challenge_id = c.id AND i.state = 'pending') AS "oldestAsk"
     FROM challenges c
     LEFT JOIN LATERAL (SELECT * FROM team_requests t WHERE t.challenge_id = c.id ORDER BY t.created_at DESC LIMIT 1) r ON true
     LEFT JOIN proposals a ON a.challenge_id = c.id AND a.state = 'agreed'
     WHERE c.id = ANY($1)`,
    [ids, LIVE_INVITATIONS],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** The facts of one challenge. */
export async function challengeFacts(db: Database, id: string): Promise<ChallengeFacts> {
  const facts = (await challengesFacts(db, [id])).get(id);
  if (!facts) throw notFound('challenge');
  return facts;
}
