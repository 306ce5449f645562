import type { EntityManager } from 'typeorm';
import { endOfDayInLondon, type CivilDate } from '../../calendar/dates.js';
import { TAKEN, takenIn, type Taken } from './taken.js';

/** Something that a council took up, and when. */
export interface TakenUp {
  part: Taken;
  what: string;
  day: CivilDate;
  /** The day on which it was written down, where that was after the day that is asked for; null else. */
  told: CivilDate | null;
}

export interface TakeUpCouncil {
  id: string;
  code: string;
  name: string;
  region: string;
  type: string;
  /** Who controls it today; null where nobody said. */
  control: string | null;
  took: TakenUp[];
}

/** By what councils are told apart. */
export const TAKE_UP_PARTS = ['region', 'type', 'control'] as const;
export type TakeUpPart = (typeof TAKE_UP_PARTS)[number];

export interface TakeUpGroup {
  name: string;
  councils: number;
  /** Councils that took up anything, and of each kind. */
  any: number;
  by: Record<Taken, number>;
}

/**
 * Every council that there was on the last day, of some regions or all, with what it took up from one day to another. What was written down after `known`
 * is counted and says so.
 */
export async function takeUp(
  tx: EntityManager,
  { from, to, known }: { from: CivilDate; to: CivilDate; known: CivilDate | null },
  regions: readonly string[] | null,
): Promise<TakeUpCouncil[]> {
  return tx.query<TakeUpCouncil[]>(
    `WITH taken AS (SELECT t.council_id, jsonb_agg(jsonb_build_object('part', t.part, 'what', t.what, 'day', t.day,
         'told', CASE WHEN t.known > $4::timestamptz THEN to_char(t.known AT TIME ZONE 'Europe/London', 'YYYY-MM-DD') END) ORDER BY t.day, t.id) AS took
       FROM (${takenIn('$1::date', '$2::date')}) t GROUP BY 1)
     SELECT h.id, h.code, h.name, h.region, h.type, h.control, coalesce(t.took, '[]') AS took
     FROM councils h LEFT JOIN taken t ON t.council_id = h.id
     WHERE h.body = 'council' AND (h.valid_from IS NULL OR h.valid_from <= $2::date) AND (h.valid_to IS NULL OR h.valid_to >= $2::date)
       AND ($3::text[] IS NULL OR h.region = ANY($3)) ORDER BY h.name, h.id`,
    [from, to, regions, known === null ? null : endOfDayInLondon(known)],
  );
}

/** To which group of a part a council belongs. */
export const groupOf = (council: TakeUpCouncil, part: TakeUpPart): string => council[part] ?? 'not known';

/** Councils counted by a part, in the order of the names of its groups. */
export function takeUpBy(councils: readonly TakeUpCouncil[], part: TakeUpPart): TakeUpGroup[] {
  const names = [...new Set(councils.map((one) => groupOf(one, part)))].sort();
  return names.map((name) =>
    counted(
      name,
      councils.filter((one) => groupOf(one, part) === name),
    ),
  );
}

/** Some councils as one group. */
export function counted(name: string, councils: readonly TakeUpCouncil[]): TakeUpGroup {
  const having = (test: (took: readonly TakenUp[]) => boolean): number =>
    councils.filter(({ took }) => test(took)).length;
  const by = Object.fromEntries(
    TAKEN.map((part) => [part, having((took) => took.some((one) => one.part === part))]),
  ) as Record<Taken, number>;
  return { name, councils: councils.length, any: having((took) => took.length > 0), by };
}

/** How many in a hundred, rounded; nothing of nobody. */
export const shareOf = (part: number, whole: number): number | null =>
  whole === 0 ? null : Math.round((100 * part) / whole);
