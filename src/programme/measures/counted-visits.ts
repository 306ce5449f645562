import type { EntityManager } from 'typeorm';
import type { CivilDate } from '../../calendar/dates.js';
import { programmeQuarter, programmeYearRange } from '../../calendar/programme-year.js';
import { type ChallengeState } from '../../challenges/states.js';
import type { Stage } from '../report/report.js';

/** A challenge, or an event, as the programme counts it. */
export interface CountedChallenge {
  what: 'challenge' | 'event';
  id: string;
  council: string;
  code: string;
  kind: string;
  state: ChallengeState;
  /** Keys of the measures that its kind counts towards. */
  measures: string[];
  stage: Stage;
  /** Its last day on site; before a team is agreed, that of the earliest window. */
  day: CivilDate;
  quarter: 1 | 2 | 3 | 4;
  /** Days that peers gave, or are booked to give. */
  peerDays: number;
}

/** Whether the visit on site of a challenge `c` has ended; what was ended early after its visit was delivered all the same. */
export const WAS_DELIVERED = 'c.id IN (SELECT id FROM delivered_challenges)';

const LIVE = 'c.state IN (SELECT state FROM challenge_states WHERE live)';
const STAGE = `CASE WHEN ${WAS_DELIVERED} THEN 'delivered' WHEN c.state IN (SELECT state FROM challenge_states WHERE confirmed) THEN 'confirmed' ELSE 'in_discussion' END`;
/** What it counted towards when it was confirmed; before, what its kind counts towards now. */
const MEASURES = `coalesce(c.policy->'measures', k.content->'measures')`;
const COLUMNS = `c.id, h.name AS council, h.code, c.kind, c.state, ${MEASURES} AS measures, ${STAGE} AS stage`;
const JOINED = `JOIN councils h ON h.id = c.council_id JOIN kinds k ON k.id = c.kind`;
const PEER_DAYS = '(SELECT coalesce(sum(d.days), 0)::int FROM peer_days d WHERE d.challenge_id = c.id)';

/**
 * The challenges of a programme year: delivered, confirmed, or in discussion with dates in it. One that is postponed counts again once it has
 * new dates; what was cancelled or stood down before its visit does not count.
 */
export async function countedChallenges(tx: EntityManager, year: number): Promise<CountedChallenge[]> {
  const { from, to } = programmeYearRange(year);
  const rows = await tx.query<Omit<CountedChallenge, 'quarter' | 'what'>[]>(
    `SELECT ${COLUMNS}, c.last_day::text AS day, ${PEER_DAYS} AS "peerDays"
     FROM challenges c ${JOINED} WHERE c.last_day BETWEEN $1 AND $2 AND (${LIVE} OR ${WAS_DELIVERED})
     UNION ALL
     SELECT ${COLUMNS}, w.day::text, 0
     FROM challenges c ${JOINED}
     CROSS JOIN LATERAL (SELECT min((x->>'start')::date + (x->>'days')::int - 1) AS day FROM jsonb_array_elements(c.windows) x) w
     WHERE c.last_day IS NULL AND ${LIVE} AND w.day BETWEEN $1 AND $2
     ORDER BY day, council, id`,
    [from, to],
  );
  return rows.map((row) => ({ ...row, what: 'challenge', quarter: programmeQuarter(row.day) }));
}

/** The events of a year: held, or still to come. They have no council; their title stands in its place. */
export async function countedEvents(
  tx: EntityManager,
  year: number,
  today: CivilDate,
): Promise<CountedChallenge[]> {
  const { from, to } = programmeYearRange(year);
  const rows = await tx.query<{ id: string; title: string; day: CivilDate }[]>(
    'SELECT id, title, held_on::text AS day FROM events WHERE held_on BETWEEN $1 AND $2 ORDER BY held_on, id',
    [from, to],
  );
  return rows.map(({ id, title, day }) => ({
    what: 'event' as const,
    id,
    council: title,
    code: id,
    kind: 'event',
    measures: [],
    peerDays: 0,
    day,
    quarter: programmeQuarter(day),
    ...(day <= today
      ? { state: 'closed' as const, stage: 'delivered' as const }
      : { state: 'confirmed' as const, stage: 'confirmed' as const }),
  }));
}

/** How many were delivered towards a measure in Q1 to Q4 of each programme year up to one. */
export async function deliveredByYear(
  tx: EntityManager,
  key: string,
  until: number,
): Promise<Map<number, number[]>> {
  const rows = await tx.query<{ year: number; quarter: number; count: number }[]>(
    `SELECT extract(year FROM c.last_day - interval '3 months')::int AS year, extract(quarter FROM c.last_day - interval '3 months')::int AS quarter,
       count(*)::int AS count
     FROM challenges c JOIN kinds k ON k.id = c.kind
     WHERE ${MEASURES} ? $1 AND c.last_day <= $2 AND ${WAS_DELIVERED} GROUP BY 1, 2`,
    [key, programmeYearRange(until).to],
  );
  const years = new Map<number, number[]>();
  for (const { year, quarter, count } of rows) {
    const quarters = years.get(year) ?? [0, 0, 0, 0];
    quarters[quarter - 1] = count;
    years.set(year, quarters);
  }
  return years;
}
