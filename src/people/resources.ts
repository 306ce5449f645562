import { Database } from '../database/database.js';

/** What an object has to do with scopes. */
export interface Facts {
  region: string | null;
  councilId: string | null;
  /** That body, those with which a challenge is joint, and whoever has followed them since. */
  councilIds: string[];
  peerIds: string[];
  party: string | null;
}

const OF_COUNCIL = `SELECT h.region, h.id AS "councilId", ${heirs('SELECT h.id')} AS "councilIds"`;
/** A challenge is of its partners too. */
const OF_CHALLENGE = `SELECT h.region, h.id AS "councilId", ${heirs('SELECT unnest(h.id || c.partner_ids)')} AS "councilIds"`;
const JOINED = 'JOIN councils h ON h.id = c.council_id';
const SERVING = 'ARRAY(SELECT b.peer_id::text FROM bookings b WHERE b.challenge_id = c.id AND b.live)';

/** Some bodies, and whoever has followed them since. */
function heirs(bodies: string): string {
  return `ARRAY(WITH RECURSIVE heir (id) AS (${bodies}
    UNION SELECT s.successor_id FROM heir x JOIN successions s ON s.predecessor_id = x.id AND s.applied_at IS NOT NULL) SELECT id::text FROM heir)`;
}

/** How the facts of each kind of object are found from its id: one place, for every route. */
const QUERIES = {
  council: `${OF_COUNCIL} FROM councils h WHERE h.id = $1`,
  peer: `SELECT h.region, p.council_id AS "councilId", ARRAY[p.id::text] AS "peerIds", p.party FROM peers p LEFT JOIN councils h ON h.id = p.council_id WHERE p.id = $1`,
  challenge: `${OF_CHALLENGE} FROM challenges c ${JOINED} WHERE c.id = $1`,
  'team request': `${OF_CHALLENGE} FROM team_requests t JOIN challenges c ON c.id = t.challenge_id ${JOINED} WHERE t.id = $1`,
  proposal: `${OF_CHALLENGE} FROM proposals t JOIN challenges c ON c.id = t.challenge_id ${JOINED} WHERE t.id = $1`,
  chain: `${OF_CHALLENGE} FROM chains t JOIN challenges c ON c.id = t.challenge_id ${JOINED} WHERE t.id = $1`,
  objection: `${OF_CHALLENGE} FROM objections t JOIN challenges c ON c.id = t.challenge_id ${JOINED} WHERE t.id = $1`,
  invitation: `${OF_CHALLENGE}, ARRAY[t.peer_id::text] AS "peerIds" FROM invitations t JOIN challenges c ON c.id = t.challenge_id ${JOINED} WHERE t.id = $1`,
  /** A challenge, also for those who serve, or served, in its team. */
  'served challenge': `${OF_CHALLENGE}, ${SERVING} AS "peerIds" FROM challenges c ${JOINED} WHERE c.id = $1`,
  visit: `${OF_CHALLENGE}, ${SERVING} AS "peerIds" FROM visits t JOIN challenges c ON c.id = t.challenge_id ${JOINED} WHERE t.id = $1`,
  document: `${OF_CHALLENGE} FROM documents t JOIN challenges c ON c.id = t.challenge_id ${JOINED} WHERE t.id = $1`,
  recommendation: `${OF_CHALLENGE} FROM recommendations t JOIN challenges c ON c.id = t.challenge_id ${JOINED} WHERE t.id = $1`,
  circumstance: `${OF_CHALLENGE} FROM circumstances t JOIN challenges c ON c.id = t.challenge_id ${JOINED} WHERE t.id = $1`,
  message: `${OF_CHALLENGE} FROM messages t JOIN challenges c ON 'challenge:' || c.id = t.about ${JOINED} WHERE t.id = $1`,
  inspection: `${OF_COUNCIL} FROM inspections t JOIN councils h ON h.id = t.council_id WHERE t.id = $1`,
  support: `${OF_COUNCIL} FROM supports t JOIN councils h ON h.id = t.council_id WHERE t.id = $1`,
  signal: `${OF_COUNCIL} FROM signals t JOIN councils h ON h.id = t.council_id WHERE t.id = $1`,
  application: 'SELECT NULL AS region FROM applications t WHERE t.id = $1',
  event: 'SELECT NULL AS region FROM events t WHERE t.id = $1',
  'helper of a region': 'SELECT t.region FROM region_people t WHERE t.id = $1',
  measure: 'SELECT NULL AS region FROM measures t WHERE t.id = $1',
  report: 'SELECT NULL AS region FROM report_snapshots t WHERE t.id = $1',
  'report action': 'SELECT NULL AS region FROM report_actions t WHERE t.id = $1',
  'budget line': 'SELECT NULL AS region FROM budget_lines t WHERE t.id = $1',
  'plan request': 'SELECT NULL AS region FROM plan_requests t WHERE t.id = $1',
} as const;

export type Resource = keyof typeof QUERIES;

/** The facts of an object; null where there is none with that id. */
export async function factsOf(db: Database, resource: Resource, id: string): Promise<Facts | null> {
  const [row] = await db.query<Partial<Facts>[]>(QUERIES[resource], [id]);
  return row
    ? {
        region: row.region ?? null,
        councilId: row.councilId ?? null,
        councilIds: row.councilIds ?? [],
        peerIds: row.peerIds ?? [],
        party: row.party ?? null,
      }
    : null;
}
