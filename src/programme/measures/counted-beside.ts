import type { EntityManager } from 'typeorm';
import type { CivilDate } from '../../calendar/dates.js';
import { programmeQuarter, programmeYearRange } from '../../calendar/programme-year.js';
import { SETTLED } from '../../outcomes/recommendation.entity.js';
import { takenIn } from '../take-up/taken.js';
import { knownBy, type AsAt } from './as-at.js';
import type { CountedChallenge } from './counted-visits.js';
import type { Source } from './measure.entity.js';

/** What measures count besides challenges. */
export type Beside = Exclude<Source, 'challenges' | 'follow_ups' | 'days' | 'by_hand'>;

interface Row {
  id: string;
  council: string;
  code: string;
  detail: string;
  which: string;
  amount: number | null;
  counts: boolean;
  day: CivilDate;
  later: boolean;
}

const COUNCIL = 'h.name AS council, h.code';
const day = (instant: string): string => `(${instant} AT TIME ZONE 'Europe/London')::date`;
const later = (column: string): string => `($4::timestamptz IS NOT NULL AND ${column} >= $4) AS later`;
const inYear = (column: string): string => `${column} BETWEEN $1 AND $2`;
const upTo = (column: string): string => `${column} BETWEEN $1 AND least($2, $3::date)`;
const nameIn = (list: string, id: string): string =>
  `coalesce((SELECT x->>'name' FROM policies p, jsonb_array_elements(p.content) x WHERE p.id = '${list}' AND x->>'id' = ${id}), ${id})`;

const ofFeedback = (condition: string): string =>
  `SELECT f.id, ${COUNCIL}, 'answered' AS detail, f.form AS which, (SELECT avg(v::numeric) FROM jsonb_each_text(f.scores) s (k, v))::float8 AS amount,
     true AS counts, ${day('f.answered_at')} AS day, false AS later
   FROM feedback f JOIN challenges c ON c.id = f.challenge_id JOIN councils h ON h.id = c.council_id
   WHERE f.answered_at IS NOT NULL AND f.scores IS NOT NULL AND ${upTo(day('f.answered_at'))} AND ${condition}
     AND ($4::timestamptz IS NULL OR f.answered_at < $4)`;
const ofOffers = (condition: string): string =>
  `SELECT o.id, ${COUNCIL}, o.answer AS detail, o.kind AS which, CASE o.answer WHEN 'accepted' THEN 100 WHEN 'declined' THEN 0 END AS amount, true AS counts, o.made_on AS day,
     ${later('o.created_at')}
   FROM offers o JOIN councils h ON h.id = o.council_id WHERE ${upTo('o.made_on')} AND ${condition}`;

/**
 * The rows of each source. Where a mean is made, `amount` is what each is worth: a score of 1 to 4, or 100 for what was so, 0 for what was
 * not and nothing while nobody knows: the mean is then a share in per cent.
 */
const ROWS: Record<Beside, string> = {
  events: `SELECT e.id, e.title AS council, e.id::text AS code, e.type AS detail, e.type AS which, 1 AS amount, true AS counts, e.held_on AS day,
      ${later('e.created_at')}
    FROM events e WHERE ${inYear('e.held_on')}`,
  attendance: `SELECT e.id || ' ' || a.peer_id AS id, e.title AS council, a.peer_id::text AS code,
      CASE WHEN a.attended THEN 'came' ELSE 'did not come' END AS detail, e.type AS which, CASE WHEN a.attended THEN 100 ELSE 0 END AS amount, a.attended AS counts, e.held_on AS day,
      ${later('e.created_at')}
    FROM event_places a JOIN events e ON e.id = a.event_id WHERE a.attended IS NOT NULL AND ${upTo('e.held_on')}`,
  evaluations: `SELECT e.id || ' ' || x.score || ' ' || g AS id, e.title AS council, e.id::text AS code, 'answered ' || x.score || ' of 4' AS detail, e.type AS which,
      x.score::float8 AS amount, true AS counts, e.held_on AS day, false AS later
    FROM events e CROSS JOIN LATERAL unnest(e.scores) WITH ORDINALITY x (n, score) CROSS JOIN LATERAL generate_series(1, x.n) g
    WHERE ${upTo('e.held_on')} AND ($4::timestamptz IS NULL OR e.scored_at < $4)`,
  take_up: `SELECT t.id, ${COUNCIL}, t.what AS detail, t.part AS which, 1 AS amount, true AS counts, t.day, ${later('t.known')}
    FROM (${takenIn('$1::date', 'least($2::date, $3::date)')}) t JOIN councils h ON h.id = t.council_id AND h.body = 'council'
    WHERE $4::timestamptz IS NULL OR t.part <> 'challenge' OR t.known < $4`,
  support: `SELECT s.id, ${COUNCIL}, ${nameIn('supports', 's.type')} AS detail, s.type AS which, 1 AS amount, true AS counts, s.first_day AS day, ${later('s.created_at')}
    FROM supports s JOIN councils h ON h.id = s.council_id WHERE ${inYear('s.first_day')}`,
  feedback: ofFeedback(`f.form <> 'impact'`),
  impact: ofFeedback(`f.form = 'impact'`),
  recommendations: `SELECT r.id, ${COUNCIL}, 'recommendation ' || r.number || ': ' || replace(r.council_state, '_', ' ') AS detail, r.council_state AS which,
      CASE WHEN r.council_state = ANY('{${SETTLED.join(',')}}') OR r.answer = 'rejected' THEN 100 ELSE 0 END AS amount, true AS counts, ${day('r.sent_at')} AS day, false AS later
    FROM recommendations r JOIN challenges c ON c.id = r.challenge_id JOIN councils h ON h.id = c.council_id
    WHERE r.sent_at IS NOT NULL AND ${upTo(day('r.sent_at'))} AND ($4::timestamptz IS NULL OR r.sent_at < $4)`,
  inspections: `SELECT i.id, ${COUNCIL}, ${nameIn('frameworks', 'i.framework')} || coalesce(': ' || i.judgement, '') AS detail, i.framework AS which, 1 AS amount, true AS counts,
      i.inspected_on AS day, ${later('i.created_at')}
    FROM inspections i JOIN councils h ON h.id = i.council_id WHERE ${upTo('i.inspected_on')}`,
  offers: ofOffers('true'),
  offers_accepted: ofOffers(`o.answer = 'accepted'`),
};

/** Sources of which something may be planned for a day to come. */
const PLANNED: readonly Beside[] = ['events', 'support'];

export const isBeside = (source: Source): source is Beside => source in ROWS;

/** What some sources hold of a programme year as at a day: done, or planned for later in the year. */
export async function countedBeside(
  tx: EntityManager,
  year: number,
  sources: readonly Source[],
  asAt: AsAt,
): Promise<CountedChallenge[]> {
  const { from, to } = programmeYearRange(year);
  const wanted = [...new Set(sources)].filter(isBeside);
  const counted: CountedChallenge[] = [];
  for (const what of wanted) {
    // Not every source asks for each of the parameters, whose types the database has to know.
    const rows = await tx.query<Row[]>(
      `SELECT q.*, q.day::text AS day FROM (${ROWS[what]}) q WHERE $3::date IS NOT NULL AND ($4::timestamptz IS NULL OR true) ORDER BY q.day, q.council, q.id`,
      [from, to, asAt.day, knownBy(asAt)],
    );
    counted.push(...rows.flatMap((row) => asCounted(what, row, asAt)));
  }
  return counted;
}

function asCounted(what: Beside, row: Row, { day: until }: AsAt): CountedChallenge[] {
  const { id, council, code, day: on, later: isLater, ...beside } = row;
  const isPlanned = on > until;
  // What was planned only afterwards was no plan yet.
  if (isPlanned && (isLater || !PLANNED.includes(what))) return [];
  return [
    {
      ...{ what, id, council, code, kind: what, measures: [], follows: false, peerDays: 0, later: isLater },
      ...{ day: on, quarter: programmeQuarter(on), beside },
      ...(isPlanned
        ? { state: 'confirmed' as const, stage: 'confirmed' as const }
        : { state: 'closed' as const, stage: 'delivered' as const }),
    },
  ];
}
