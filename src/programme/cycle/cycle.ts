import type { CivilDate } from '../../calendar/dates.js';
import { Database } from '../../database/database.js';

/** Kinds whose clock asks for a next challenge within some months, as a table of their ids and months. */
export const CYCLE_KINDS = `(SELECT id AS kind, (content->'clock'->>'nextWithinMonths')::int AS months FROM kinds
  WHERE content->'clock'->>'nextWithinMonths' IS NOT NULL)`;

/**
 * Challenges of the five-year cycle that were delivered at each council, or at those it was made of, as a table: the last day of the last one, and the day by
 * which the next is due, in calendar months by the clock of its kind. A council without any is not in it.
 */
export const CYCLES = cyclesWhere('true');

/** The same as kinds were on a day: what the first change after it took the place of, or what they say. */
const cycleKindsAt = (
  day: string,
): string => `(SELECT q.id AS kind, (q.content->'clock'->>'nextWithinMonths')::int AS months FROM (
    SELECT k.id, coalesce((SELECT p.before FROM policy_changes p WHERE p.policy_id LIKE 'kind:%' AND substr(p.policy_id, 6) = k.id AND (p.at AT TIME ZONE 'Europe/London')::date > ${day}
      ORDER BY p.at LIMIT 1), k.content) AS content FROM kinds k) q WHERE q.content->'clock'->>'nextWithinMonths' IS NOT NULL)`;

/** The same of challenges `x` that meet a condition, such as that they were over by a day; by the kinds as they were on a day, where one is told. */
export function cyclesWhere(condition: string, asAt?: string): string {
  return `(SELECT o.id AS council_id, max(x.last_day) AS last, max((x.last_day + make_interval(months => k.months))::date) AS due
  FROM challenges x JOIN ${asAt === undefined ? CYCLE_KINDS : cycleKindsAt(asAt)} k ON k.kind = x.kind
    CROSS JOIN LATERAL unnest(x.council_id || x.partner_ids) host (id) JOIN council_lines o ON o.ancestor_id = host.id
  WHERE x.id IN (SELECT id FROM delivered_challenges) AND x.last_day IS NOT NULL AND ${condition} GROUP BY 1)`;
}

/** Where a council stands in the cycle. */
export interface Cycle {
  last: CivilDate | null;
  due: CivilDate | null;
}

/** The cycle of one council, from what was really delivered. */
export async function cycleOf(db: Database, councilId: string): Promise<Cycle> {
  const [row] = await db.query<Cycle[]>(
    `SELECT last::text, due::text FROM ${CYCLES} y WHERE council_id = $1`,
    [councilId],
  );
  return row ?? { last: null, due: null };
}
