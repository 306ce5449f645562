import type { EntityManager } from 'typeorm';
import { addMonths, type CivilDate } from '../../calendar/dates.js';
import type { ElectionCycle } from '../../calendar/elections.js';
import { electionsOf } from '../../councils/election-columns.js';
import { CYCLE_KINDS, cyclesWhere } from './cycle.js';
import type { CoverageRow } from '../report/report.js';

/** Where a council stands in the five-year cycle. */
export const CYCLE_STATES = ['covered', 'due', 'overdue', 'never'] as const;
export type CycleState = (typeof CYCLE_STATES)[number];

export const CYCLE_NAMES: Record<CycleState, string> = {
  covered: 'in the cycle',
  due: 'due',
  overdue: 'overdue',
  never: 'never challenged',
};

export interface CycleCouncil {
  id: string;
  code: string;
  name: string;
  region: string;
  type: string;
  last: CivilDate | null;
  due: CivilDate | null;
  /** The last time it said no to an offer, within a year. */
  declinedOn: CivilDate | null;
  /** A challenge of the cycle that is booked already: its first day, or that of its earliest window. */
  bookedFor: CivilDate | null;
  /** Somebody named it first for an offer, with a reason. */
  priority: string | null;
  elections: ElectionCycle | null;
  groupings: string[];
  state: CycleState;
}

const DUE_WITHIN_MONTHS = 12;

/** Challenges of the cycle that are on their way, by council. */
const BOOKED = `(SELECT host.id AS council_id, min(coalesce(x.first_day, (SELECT min((w->>'start')::date) FROM jsonb_array_elements(x.windows) w))) AS day
  FROM challenges x JOIN ${CYCLE_KINDS} k ON k.kind = x.kind CROSS JOIN LATERAL unnest(x.council_id || x.partner_ids) host (id)
  WHERE x.state IN (SELECT state FROM challenge_states WHERE live AND NOT delivered) GROUP BY 1)`;

/** Every council of England, or of some regions, with where it stands in the cycle: counted from what was really delivered. */
export async function cycleCouncils(
  tx: EntityManager,
  today: CivilDate,
  regions: readonly string[] | null,
): Promise<CycleCouncil[]> {
  const rows = await tx.query<Omit<CycleCouncil, 'state'>[]>(
    `SELECT c.id, c.code, c.name, c.region, c.type, c.groupings, y.last::text, y.due::text, o.declined::text AS "declinedOn", b.day::text AS "bookedFor", p.reason AS priority,
       ${electionsOf('c')} AS elections
     FROM councils c LEFT JOIN ${cyclesWhere('x.last_day <= $1::date', '$1::date')} y ON y.council_id = c.id LEFT JOIN ${BOOKED} b ON b.council_id = c.id
     LEFT JOIN (SELECT council_id, max(made_on) AS declined FROM offers WHERE answer = 'declined' AND made_on > $1::date - interval '12 months' GROUP BY 1) o ON o.council_id = c.id
     LEFT JOIN offer_priorities p ON p.council_id = c.id AND p.until >= $1::date
     WHERE c.body = 'council' AND c.in_cycle AND (c.valid_to IS NULL OR c.valid_to >= $1::date) AND (c.valid_from IS NULL OR c.valid_from <= $1::date) AND ($2::text[] IS NULL OR c.region = ANY($2)) ORDER BY c.name`,
    [today, regions],
  );
  return rows.map((row) => ({ ...row, state: cycleState(row, today) }));
}

/** A council that declined an offer within the year is due, not overdue. */
export function cycleState(
  { last, due, declinedOn }: Pick<CycleCouncil, 'last' | 'due' | 'declinedOn'>,
  today: CivilDate,
): CycleState {
  if (last !== null && (due === null || due > addMonths(today, DUE_WITHIN_MONTHS))) return 'covered';
  if (declinedOn !== null || (due !== null && due >= today)) return 'due';
  return last === null ? 'never' : 'overdue';
}

/** Councils counted by region or by type, in the order of their names. */
export function coverageBy(councils: readonly CycleCouncil[], part: 'region' | 'type'): CoverageRow[] {
  const rows = new Map<string, CoverageRow>();
  for (const council of councils) {
    const name = council[part];
    const row = rows.get(name) ?? { name, covered: 0, due: 0, overdue: 0, never: 0 };
    row[council.state]++;
    rows.set(name, row);
  }
  return [...rows.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
