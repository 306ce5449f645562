import type { DataSource } from 'typeorm';
import type { CivilDate } from '../calendar/dates.js';

const DELIVERED = `('reporting', 'report_published', 'action_plan_published', 'review_due', 'reviewed', 'closed')`;

/** Challenges of the five-year cycle that were delivered at a council `c`, or at those it was made of: kinds whose clock asks for a next one. */
const OF_COUNCIL = `FROM challenges x JOIN policies k ON k.id = 'kind:' || x.kind
  WHERE (x.council_id = c.id OR x.council_id IN (SELECT o.id FROM councils o WHERE o.successor_id = c.id))
    AND x.state IN ${DELIVERED} AND x.last_day IS NOT NULL AND k.content->'clock'->>'nextWithinMonths' IS NOT NULL`;

/** The last day of the last one, as an expression over `councils c`. */
export const LAST_DELIVERED = `(SELECT max(x.last_day) ${OF_COUNCIL})`;

/** The day by which the next is due, counted in calendar months by the clock of its kind; null where none was ever delivered here. */
export const NEXT_DUE = `(SELECT max((x.last_day + make_interval(months => (k.content->'clock'->>'nextWithinMonths')::int))::date) ${OF_COUNCIL})`;

/** Where a council stands in the cycle. */
export interface Cycle {
  last: CivilDate | null;
  due: CivilDate | null;
}

/** The cycle of one council, from what was really delivered. */
export async function cycleOf(source: DataSource, councilId: string): Promise<Cycle> {
  const [row] = await source.query<Cycle[]>(
    `SELECT ${LAST_DELIVERED}::text AS last, ${NEXT_DUE}::text AS due FROM councils c WHERE c.id = $1`,
    [councilId],
  );
  return row ?? { last: null, due: null };
}
