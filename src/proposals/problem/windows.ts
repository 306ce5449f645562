import { addMonths, daysBetween, lastDay, type CivilDate } from '../../calendar/dates.js';
import { programmeYear } from '../../calendar/programme-year.js';
import type { Window } from '../../matching/problem/programme.js';
import { challengesIn, type PoolPeer, type Served } from './rows.js';

/** A window as days, both ends included. */
export interface Dated {
  firstDay: CivilDate;
  lastDay: CivilDate;
}

export const datedWindows = (windows: Window[]): Dated[] =>
  windows.map(({ start, days }) => ({ firstDay: start, lastDay: lastDay(start, days) }));

/** What a challenge asks of whoever serves there that dates decide. */
export interface DatedTerms {
  /** The host, and what is one house with it. */
  house: ReadonlySet<string>;
  windows: Dated[];
}

/** Whoever has worked for a body may not look at it for so long: 5 years. */
const MONTHS_AFTER_WORK = 60;

/** Whether something without an end, or with a last day, still holds on a day. */
export const holds = (last: CivilDate | null, day: CivilDate): boolean => last === null || last >= day;

/** The bodies with which a peer has a link on a day: declared, or by having worked there, or sat on it, in the last five years. */
export const linkedBodies = (
  { conflicts, homes }: Pick<PoolPeer, 'conflicts' | 'homes'>,
  day: CivilDate,
): string[] => [
  ...conflicts.filter(({ until }) => holds(until, day)).map(({ councilId }) => councilId),
  ...homes
    .filter(({ to }) => to !== null && to < day && holds(addMonths(to, MONTHS_AFTER_WORK), day))
    .map(({ councilId }) => councilId),
];

/** A link with the host, or with its house, holds on some day of the window. */
export const isConflicted = (
  peer: Pick<PoolPeer, 'conflicts' | 'homes'>,
  house: ReadonlySet<string>,
  { firstDay }: Pick<Dated, 'firstDay'>,
): boolean => linkedBodies(peer, firstDay).some((id) => house.has(id));

/** Accredited for the kind up to the end of the window. */
export const isAccredited = (
  { accreditations }: Pick<PoolPeer, 'accreditations'>,
  kind: string,
  { lastDay: last }: Pick<Dated, 'lastDay'>,
): boolean => accreditations.some((one) => one.kind === kind && holds(one.expiresOn, last));

/** Released by the employer up to the end of the window. */
export const isReleased = (
  { releasedUntil }: Pick<PoolPeer, 'releasedUntil'>,
  { lastDay: last }: Pick<Dated, 'lastDay'>,
): boolean => holds(releasedUntil, last);

/**
 * The windows in which a peer may not serve, though in another one they may: a link that ends, a release that runs out, or a cap that is reached in one programme year only. Where nothing is possible in any window, the bar itself says so.
 */
export function closedWindows({
  house,
  windows,
}: DatedTerms): (peer: PoolPeer, served: readonly Served[]) => [CivilDate, CivilDate][] {
  const byYear = alike(windows);
  const some = (closes: (window: Dated) => boolean): Dated[] => {
    const closed = windows.filter(closes);
    return closed.length < windows.length ? closed : [];
  };
  return (peer, served) => {
    const { conflicts, homes, releasedUntil, maxChallenges, maxDays } = peer;
    // This is asked of every peer of the pool: who has nothing that ends is not held against each window.
    const mayBeLinked = conflicts.length > 0 || homes.length > 0;
    return [
      ...(mayBeLinked ? some((window) => isConflicted(peer, house, window)) : []),
      ...(releasedUntil === null ? [] : some((window) => !isReleased(peer, window))),
      ...byYear.flatMap((all) => (fitsCaps({ maxChallenges, maxDays }, all, served) ? [] : all.windows)),
    ].map(({ firstDay, lastDay: last }) => [firstDay, last]);
  };
}

/** Whose accreditation for a kind holds in some of the windows and not in all, with its last day. */
export function lapsesOf(
  peers: readonly Pick<PoolPeer, 'id' | 'accreditations'>[],
  kind: string,
  windows: readonly Dated[],
): { peer: string; last: CivilDate }[] {
  const ends = windows.map(({ lastDay: last }) => last).sort();
  const [first = '', final = ''] = [ends[0], ends.at(-1)];
  return peers.flatMap(({ id, accreditations }) => {
    const own = accreditations.filter((one) => one.kind === kind);
    if (own.length === 0 || own.some(({ expiresOn }) => holds(expiresOn, final))) return [];
    const last =
      own
        .flatMap(({ expiresOn }) => expiresOn ?? [])
        .sort()
        .at(-1) ?? '';
    return last >= first ? [{ peer: id, last }] : [];
  });
}

/** Windows of so many days that begin in one programme year: the caps hold the same for each of them. */
interface Alike {
  year: number;
  days: number;
  windows: Dated[];
}

/** The windows by year and days, where they lie in several years; else the engine holds the caps. */
function alike(windows: readonly Dated[]): Alike[] {
  const groups = new Map<string, Alike>();
  for (const window of windows) {
    const year = programmeYear(window.firstDay);
    const days = daysIn(window);
    const key = `${String(year)} ${String(days)}`;
    const group = groups.get(key) ?? { year, days, windows: [] };
    group.windows.push(window);
    groups.set(key, group);
  }
  const all = [...groups.values()];
  return new Set(all.map(({ year }) => year)).size > 1 ? all : [];
}

/** Whether one more visit is within the caps of its programme year: a visit counts in the year in which it begins. */
function fitsCaps(
  { maxChallenges, maxDays }: Pick<PoolPeer, 'maxChallenges' | 'maxDays'>,
  { year, days }: Alike,
  served: readonly Served[],
): boolean {
  const given = served.filter((one) => programmeYear(one.firstDay) === year);
  const daysGiven = given.reduce((sum, one) => sum + daysIn(one), 0);
  return challengesIn(given) + 1 <= maxChallenges && daysGiven + days <= maxDays;
}

const daysIn = ({ firstDay, lastDay: last }: Dated): number => daysBetween(firstDay, last) + 1;
