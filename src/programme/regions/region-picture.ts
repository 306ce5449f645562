import type { EntityManager } from 'typeorm';
import type { CivilDate } from '../../calendar/dates.js';
import { programmeYearRange } from '../../calendar/programme-year.js';
import { cycleCouncils, type CycleCouncil, type CycleState } from '../cycle/coverage.js';
import { counted, takeUp, type TakeUpGroup } from '../take-up/take-up.js';

export interface Visited {
  id: string;
  council: string;
  kind: string;
  firstDay: CivilDate;
  lastDay: CivilDate;
}

/** The pool of a region beside that of England. */
export interface RegionPool {
  region: { pool: number; used: number; days: number };
  england: { pool: number; used: number; days: number };
}

export interface RegionPicture {
  delivered: Visited[];
  ahead: Visited[];
  cycle: Record<CycleState, number>;
  /** Councils that are overdue or were never challenged, and have none booked. */
  toOffer: CycleCouncil[];
  takeUp: { region: TakeUpGroup; england: TakeUpGroup };
  support: { type: string; times: number; councils: number }[];
  judged: { council: string; framework: string; judgement: string | null; heldOn: CivilDate }[];
  pool: RegionPool;
  practice: { title: string; theme: string | null; council: string }[];
}

/** What a region's board reads of a programme year, as things stand on a day: nothing that is told in confidence, and of no peer by name. */
export async function regionPicture(
  tx: EntityManager,
  region: string,
  year: number,
  today: CivilDate,
): Promise<RegionPicture> {
  const { from, to } = programmeYearRange(year);
  const until = to < today ? to : today;
  const cycle = await cycleCouncils(tx, until, [region]);
  const all = await takeUp(tx, { from, to: until, known: null }, null);
  return {
    ...(await visits(tx, region, { from, to, until })),
    cycle: standing(cycle),
    toOffer: cycle.filter(
      ({ state, bookedFor }) => (state === 'overdue' || state === 'never') && bookedFor === null,
    ),
    takeUp: {
      region: counted(
        region,
        all.filter((one) => one.region === region),
      ),
      england: counted('England', all),
    },
    ...(await recorded(tx, region, { from, until })),
    pool: await regionPool(tx, region, { from, to: until }),
  };
}

function standing(councils: readonly CycleCouncil[]): Record<CycleState, number> {
  const counts = { covered: 0, due: 0, overdue: 0, never: 0 };
  for (const { state } of councils) counts[state]++;
  return counts;
}

/** Challenges of councils of the region whose last day lies in the year: delivered by the day, and confirmed after it. */
async function visits(
  tx: EntityManager,
  region: string,
  { from, to, until }: { from: CivilDate; to: CivilDate; until: CivilDate },
): Promise<Pick<RegionPicture, 'delivered' | 'ahead'>> {
  const rows = await tx.query<(Visited & { delivered: boolean })[]>(
    `SELECT c.id, h.name AS council, k.content->>'name' AS kind, c.first_day::text AS "firstDay", c.last_day::text AS "lastDay",
       c.last_day <= $4::date AND c.id IN (SELECT id FROM delivered_challenges) AS delivered
     FROM challenges c JOIN councils h ON h.id = c.council_id JOIN kinds k ON k.id = c.kind
     WHERE h.region = $1 AND c.last_day BETWEEN $2 AND $3
       AND (c.id IN (SELECT id FROM delivered_challenges) OR c.state IN (SELECT state FROM challenge_states WHERE confirmed AND live))
     ORDER BY c.first_day, h.name, c.id`,
    [region, from, to, until],
  );
  return {
    delivered: rows.filter(({ delivered }) => delivered),
    ahead: rows.filter(({ delivered, lastDay }) => !delivered && lastDay >= until),
  };
}

/** Support begun, inspections held and good practice that may be shown, of a year until a day. */
async function recorded(
  tx: EntityManager,
  region: string,
  { from, until }: { from: CivilDate; until: CivilDate },
): Promise<Pick<RegionPicture, 'support' | 'judged' | 'practice'>> {
  const named = (list: string, id: string): string =>
    `coalesce((SELECT x->>'name' FROM policies p, jsonb_array_elements(p.content) x WHERE p.id = '${list}' AND x->>'id' = ${id}), ${id})`;
  const values = [region, from, until];
  return {
    support: await tx.query(
      `SELECT ${named('supports', 's.type')} AS type, count(*)::int AS times, count(DISTINCT s.council_id)::int AS councils
       FROM supports s JOIN councils h ON h.id = s.council_id WHERE h.region = $1 AND s.first_day BETWEEN $2 AND $3 GROUP BY s.type ORDER BY 2 DESC, 1`,
      values,
    ),
    judged: await tx.query(
      `SELECT h.name AS council, ${named('frameworks', 'i.framework')} AS framework, i.judgement, i.inspected_on::text AS "heldOn"
       FROM inspections i JOIN councils h ON h.id = i.council_id WHERE h.region = $1 AND i.inspected_on BETWEEN $2 AND $3 ORDER BY i.inspected_on DESC, h.name, i.id`,
      values,
    ),
    practice: await tx.query(
      `SELECT g.title, ${named('themes', 'g.theme')} AS theme, h.name AS council
       FROM good_practice g JOIN challenges c ON c.id = g.challenge_id JOIN councils h ON h.id = c.council_id
       WHERE h.region = $1 AND g.consent_on IS NOT NULL AND c.last_day BETWEEN $2 AND $3 ORDER BY 2 NULLS LAST, g.title, g.id`,
      values,
    ),
  };
}

/** Active peers of councils of the region, how many of them serve or served in the time, and the days that they give. */
async function regionPool(
  tx: EntityManager,
  region: string,
  { from, to }: { from: CivilDate; to: CivilDate },
): Promise<RegionPool> {
  const rows = await tx.query<{ own: boolean; pool: number; used: number; days: number }[]>(
    `SELECT h.region = $1 AS own, count(*)::int AS pool, count(u.peer_id)::int AS used, coalesce(sum(u.days), 0)::int AS days
     FROM peers p JOIN councils h ON h.id = p.council_id
       LEFT JOIN (SELECT b.peer_id, sum(b.days) AS days FROM peer_days b WHERE b.last_day BETWEEN $2 AND $3 GROUP BY 1) u ON u.peer_id = p.id
     WHERE p.state = 'active' AND h.region IS NOT NULL GROUP BY 1`,
    [region, from, to],
  );
  const sum = (of: typeof rows) => ({
    pool: of.reduce((total, row) => total + row.pool, 0),
    used: of.reduce((total, row) => total + row.used, 0),
    days: of.reduce((total, row) => total + row.days, 0),
  });
  return { region: sum(rows.filter(({ own }) => own)), england: sum(rows) };
}
