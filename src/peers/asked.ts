import { sayDays, sayShortDay } from '../calendar/phrases.js';
import { londonDate, type CivilDate } from '../calendar/dates.js';
import type { Database } from '../database/database.js';
import { seatWords } from '../kinds/seats.js';
import { scopeOf } from '../people/permissions.js';
import type { Actor } from '../people/access.js';

/** One seat that a peer was offered, or had before this service, in words. */
export interface AskedLine {
  challengeId: string;
  council: string;
  words: string;
}

interface Row {
  challengeId: string;
  council: string;
  firstDay: CivilDate;
  lastDay: CivilDate;
  askedAt: Date | null;
  answeredAt: Date | null;
  state: 'pending' | 'accepted' | 'declined' | 'expired' | 'withdrawn' | 'past';
  kind: string | null;
  seat: string | null;
  /** The state of the challenge; null where the peer was dropped for something about them. */
  becameOf: string | null;
  /** They had said yes, whatever became of it. */
  saidYes: boolean;
  isServed: boolean;
}

/** `$2`: the regions whose challenges the reader may see, or null for all. */
const ASKED = `
  SELECT c.id AS "challengeId", h.name AS council, i.first_day::text AS "firstDay", i.last_day::text AS "lastDay", i.created_at AS "askedAt",
    i.answered_at AS "answeredAt", i.state, k.content->>'name' AS kind, i.seat, CASE WHEN NOT i.for_cause THEN c.state END AS "becameOf", i.calendar_sequence IS NOT NULL AS "saidYes", EXISTS (SELECT FROM delivered_challenges d WHERE d.id = c.id) AS "isServed"
  FROM invitations i JOIN challenges c ON c.id = i.challenge_id JOIN councils h ON h.id = c.council_id LEFT JOIN kinds k ON k.id = c.kind
  WHERE i.peer_id = $1 AND ($2::text[] IS NULL OR h.region = ANY($2))
  UNION ALL
  SELECT c.id, h.name, c.first_day::text, c.last_day::text, NULL, NULL, 'past', k.content->>'name', NULL, NULL, false, true
  FROM past_service s JOIN challenges c ON c.id = s.challenge_id JOIN councils h ON h.id = c.council_id LEFT JOIN kinds k ON k.id = c.kind
  WHERE s.peer_id = $1 AND ($2::text[] IS NULL OR h.region = ANY($2))
  ORDER BY 3 DESC, 5 DESC NULLS LAST`;

/** What a peer was asked, and what came of it, the latest visit first; nothing for whom invitations are nobody's business. */
export async function askedOf(db: Database, actor: Actor, peerId: string): Promise<AskedLine[]> {
  const scope = scopeOf(actor.role, 'invitations.read');
  if (scope === undefined) return [];
  const regions = scope === 'region' && actor.region !== null ? [actor.region, ...actor.alsoRegions] : null;
  const rows = await db.query<Row[]>(ASKED, [peerId, regions]);
  return rows.map(({ challengeId, council, ...row }) => ({ challengeId, council, words: wordsOf(row) }));
}

/** Of whoever was not needed any more, since the challenge did not go on as planned. */
const FREED: Record<string, string> = {
  postponed: ' when it was postponed',
  cancelled: ' when it was cancelled',
  stood_down: ' when it was stood down',
};

function wordsOf({
  firstDay,
  lastDay,
  askedAt,
  answeredAt,
  state,
  kind,
  seat,
  becameOf,
  saidYes,
  isServed,
}: Omit<Row, 'challengeId' | 'council'>): string {
  const on = answeredAt === null ? '' : ` on ${sayShortDay(londonDate(answeredAt))}`;
  const came: Record<Row['state'], string> = {
    pending: 'no answer yet',
    accepted: isServed ? `said yes${on}, and served` : `said yes${on}, and is booked`,
    declined: `said no${on}`,
    expired: 'did not answer in time',
    withdrawn: `${saidYes ? 'said yes, ' : ''}${becameOf === null ? 'dropped' : `freed${FREED[becameOf] ?? ''}`}${on}`,
    past: 'served, before this service',
  };
  const asked = askedAt === null ? '' : `asked on ${sayShortDay(londonDate(askedAt))}, `;
  const what = [kind, seat && seatWords(seat)].filter((one) => one).join(', ');
  return `${sayDays(firstDay, lastDay)}${what && ` (${what})`}: ${asked}${came[state]}`;
}
