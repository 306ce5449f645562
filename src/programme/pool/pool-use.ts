import type { EntityManager } from 'typeorm';
import { programmeYearRange } from '../../calendar/programme-year.js';

/** What the pool is told apart by; party and what peers say of themselves stand in the protected totals. */
export const POOL_PARTS = ['class', 'type', 'region', 'experience'] as const;
export type PoolPart = (typeof POOL_PARTS)[number];

/** Who of the pool: all who may be asked, those who serve or served in the year, the others, and those who have given what they agreed to. */
export const POOL_USES = ['pool', 'used', 'unused', 'full'] as const;
export type PoolUse = (typeof POOL_USES)[number];

export interface PoolRow {
  part: PoolPart;
  group: string;
  pool: number;
  used: number;
}

export interface PoolUseYear {
  year: number;
  used: number;
  /** Days given by all, and by the tenth of those used who gave the most. */
  days: number;
  topDays: number;
}

/** From how many challenges on the weights call a peer experienced. */
const EXPERIENCED_FROM = `(SELECT (content->>'experiencedFrom')::int FROM policies WHERE id = 'weights')`;

/** Challenges served, before and here. */
const EXPERIENCE = '(p.reviews + coalesce(s.served, 0))';

const EXPRESSIONS: Record<PoolPart, string> = {
  class: 'p.class',
  type: `coalesce(h.type, 'other body or none')`,
  region: `coalesce(h.region, 'no council')`,
  experience: `CASE WHEN ${EXPERIENCE} = 0 THEN 'new' WHEN ${EXPERIENCE} < ${EXPERIENCED_FROM} THEN 'some before' ELSE 'experienced' END`,
};

const USED = `(SELECT b.peer_id, count(DISTINCT b.family_id)::int AS times, sum(b.days)::int AS days
  FROM peer_days b WHERE b.last_day BETWEEN $1 AND $2 GROUP BY 1)`;
const FROM = `FROM peers p LEFT JOIN councils h ON h.id = p.council_id LEFT JOIN peer_served s ON s.peer_id = p.id LEFT JOIN ${USED} u ON u.peer_id = p.id WHERE p.state = 'active'`;

/** The active pool and those used in a programme year, by class, type and region of their council, and experience. */
export async function poolComposition(tx: EntityManager, year: number): Promise<PoolRow[]> {
  const { from, to } = programmeYearRange(year);
  const parts = POOL_PARTS.map(
    (part) =>
      `SELECT '${part}' AS part, "${part}" AS group, count(*)::int AS pool, count(times)::int AS used FROM active GROUP BY 2`,
  );
  const columns = POOL_PARTS.map((part) => `${EXPRESSIONS[part]} AS "${part}"`).join(', ');
  return tx.query(
    `WITH active AS (SELECT ${columns}, u.times ${FROM}) ${parts.join(' UNION ALL ')} ORDER BY 1, 2`,
    [from, to],
  );
}

/** How many of the active pool stand in each use. */
export async function poolUses(tx: EntityManager, year: number): Promise<Record<PoolUse, number>> {
  const { from, to } = programmeYearRange(year);
  const [row] = await tx.query<Record<PoolUse, number>[]>(
    `SELECT count(*)::int AS pool, count(u.times)::int AS used, (count(*) - count(u.times))::int AS unused, count(*) FILTER (WHERE u.times >= p.max_challenges OR u.days >= p.max_days)::int AS full ${FROM}`,
    [from, to],
  );
  return row ?? { pool: 0, used: 0, unused: 0, full: 0 };
}

const USE_RULES: Record<PoolUse, string> = {
  pool: 'true',
  used: 'u.times IS NOT NULL',
  unused: 'u.times IS NULL',
  full: '(u.times >= p.max_challenges OR u.days >= p.max_days)',
};

export interface PoolPeer {
  id: string;
  name: string;
  class: string;
  council: string | null;
  reviews: number;
  times: number;
  days: number;
}

/** The peers behind a figure, by name. */
export function poolPeers(
  tx: EntityManager,
  year: number,
  { use, part, group }: { use: PoolUse; part: PoolPart | null; group: string },
): Promise<PoolPeer[]> {
  const { from, to } = programmeYearRange(year);
  return tx.query(
    `SELECT p.id, p.name, p.class, h.name AS council, ${EXPERIENCE} AS reviews, coalesce(u.times, 0) AS times, coalesce(u.days, 0) AS days ${FROM}
     AND ${USE_RULES[use]} AND ${part ? `${EXPRESSIONS[part]} = $3` : '$3::text IS NOT NULL'} ORDER BY p.name, p.id`,
    [from, to, group],
  );
}

/** How evenly the work was spread, year by year. */
export async function fairnessByYear(
  tx: EntityManager,
  until: number,
  years: number,
): Promise<PoolUseYear[]> {
  const range = { from: programmeYearRange(until - years + 1).from, to: programmeYearRange(until).to };
  return tx.query(
    `WITH given AS (
       SELECT extract(year FROM b.last_day - interval '3 months')::int AS year, b.peer_id, coalesce(sum(b.days), 0)::int AS days
       FROM peer_days b WHERE b.last_day BETWEEN $1 AND $2 GROUP BY 1, 2),
     ranked AS (SELECT year, days, ntile(10) OVER (PARTITION BY year ORDER BY days DESC, peer_id) AS tenth FROM given)
     SELECT year, count(*)::int AS used, sum(days)::int AS days, sum(days) FILTER (WHERE tenth = 1)::int AS "topDays" FROM ranked GROUP BY 1 ORDER BY 1`,
    [range.from, range.to],
  );
}
