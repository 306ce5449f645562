import type { EntityManager } from 'typeorm';
import type { CivilDate } from '../../calendar/dates.js';
import { programmeQuarter, programmeYearRange } from '../../calendar/programme-year.js';
import { type ChallengeState } from '../../challenges/states.js';
import type { Stage } from '../report/report.js';
import { knownBy, type AsAt } from './as-at.js';
import type { Source } from './measure.entity.js';

/** A challenge as the programme counts it, or something else that a measure counts. */
export interface CountedChallenge {
  what: 'challenge' | Source;
  id: string;
  council: string;
  code: string;
  kind: string;
  state: ChallengeState;
  /** Keys of the measures that its kind counts towards. */
  measures: string[];
  /** Whether it follows another challenge. */
  follows: boolean;
  stage: Stage;
  /** Its last day on site; before a team is agreed, that of the earliest window. */
  day: CivilDate;
  quarter: 1 | 2 | 3 | 4;
  /** Days that peers gave, or are booked to give. */
  peerDays: number;
  /** Whether it was written down only after the day that a report is as at. */
  later: boolean;
  /** Of what is no challenge: what it is in words, which part of its source, and what it is worth where a mean is made of it. */
  beside?: { detail: string; which: string; amount: number | null; counts: boolean };
}

/** Whether the visit on site of a challenge `c` has ended; what was ended early after its visit was delivered all the same. */
export const WAS_DELIVERED = 'c.id IN (SELECT id FROM delivered_challenges)';

/** The state that a challenge was in by `$4`, or is in where that is null; null where it was not there yet. */
const THEN = `LATERAL (SELECT CASE WHEN $4::timestamptz IS NULL THEN c.state
  ELSE (SELECT x.to FROM challenge_changes x WHERE x.challenge_id = c.id AND x.at < $4 ORDER BY x.id DESC LIMIT 1) END AS state) t`;
const LIVE = 't.state IN (SELECT state FROM challenge_states WHERE live)';
const DONE = `(${WAS_DELIVERED} AND c.last_day <= $3)`;
const STAGE = `CASE WHEN ${DONE} THEN 'delivered' WHEN t.state IN (SELECT state FROM challenge_states WHERE confirmed OR delivered) THEN 'confirmed' ELSE 'in_discussion' END`;
/** What it counted towards when it was confirmed; before, what its kind counts towards now. */
const MEASURES = `coalesce(c.policy->'measures', k.content->'measures')`;
const COLUMNS = `c.id, h.name AS council, h.code, c.kind, c.state, ${MEASURES} AS measures, c.follows_id IS NOT NULL AS follows, ${STAGE} AS stage, t.state IS NULL AS later`;
const JOINED = `CROSS JOIN ${THEN} JOIN councils h ON h.id = c.council_id JOIN kinds k ON k.id = c.kind`;
const PEER_DAYS = '(SELECT coalesce(sum(d.days), 0)::int FROM peer_days d WHERE d.challenge_id = c.id)';

/**
 * The challenges of a programme year as at a day: delivered by it, confirmed, or in discussion with dates in the year. One that is postponed
 * counts again once it has new dates; what was cancelled or stood down before its visit does not count. Of a challenge that has other dates now
 * than it had then, those of now are reckoned with.
 */
export async function countedChallenges(
  tx: EntityManager,
  year: number,
  asAt: AsAt,
): Promise<CountedChallenge[]> {
  const { from, to } = programmeYearRange(year);
  const rows = await tx.query<Omit<CountedChallenge, 'quarter' | 'what'>[]>(
    `SELECT ${COLUMNS}, c.last_day::text AS day, ${PEER_DAYS} AS "peerDays"
     FROM challenges c ${JOINED} WHERE c.last_day BETWEEN $1 AND $2 AND (${LIVE} OR ${DONE})
     UNION ALL
     SELECT ${COLUMNS}, w.day::text, 0
     FROM challenges c ${JOINED}
     CROSS JOIN LATERAL (SELECT min((x->>'start')::date + (x->>'days')::int - 1) AS day FROM jsonb_array_elements(c.windows) x) w
     WHERE c.last_day IS NULL AND ${LIVE} AND w.day BETWEEN $1 AND $2
     ORDER BY day, council, id`,
    [from, to, asAt.day, knownBy(asAt)],
  );
  return rows.map((row) => ({ ...row, what: 'challenge', quarter: programmeQuarter(row.day) }));
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
