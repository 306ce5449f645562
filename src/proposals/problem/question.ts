import { hostIdsOf } from '../../challenges/hosts.js';
import type { EntityManager } from 'typeorm';
import { addDays, toDayNumber, type CivilDate, type DateRange } from '../../calendar/dates.js';
import { programmeYear, programmeYearRange } from '../../calendar/programme-year.js';
import type { Terms } from '../../kinds/kinds.service.js';
import { NONE, Pool } from '../../matching/problem/pool.js';
import { ask, type Question } from '../../matching/problem/question.js';
import type { Pins } from '../../matching/rules/pins.js';
import { conflict } from '../../web/problems.js';
import type { RequestPins } from '../team-request.entity.js';
import { isBarred, lastDayOf, hostBodies, houseOf, toChallenge, type Asked } from './challenge.js';
import { asKept, loadKept, onOwnDays } from './kept.js';
import { closedWindows, datedWindows, lapsesOf, type Dated } from './windows.js';
import { basisOf, toPeer, type Around, type Ends } from './peer.js';
import { homesOf } from './homes.js';
import { type Among, type PoolPeer, type ProblemRows, type Served } from './rows.js';
import type { KeptPool } from './kept-pool.js';

/** Days around the windows within which other visits matter for rest. */
const AROUND_DAYS = 120;
/** Days before and after these within which a visit counts for anything: for the twelve months before, and for the year of the caps. */
const DAYS_NEAR = 365;

/** The question of what is asked, about the whole active pool or a part of it. Throws a 409 where no window is offered. */
export async function loadQuestion(
  tx: EntityManager,
  keptPool: KeptPool,
  {
    asked,
    terms,
    without = [],
    among = null,
  }: { asked: Asked; terms: Terms; without?: readonly string[]; among?: Among | null },
): Promise<Question> {
  const days = daysOf(asked);
  const kept = await loadKept(tx, asked.id);
  const rows = await keptPool.rows(tx, days);
  const [leading] = rows.councils.find(({ id }) => id === asked.councilId)?.leadOn(days.from) ?? [];
  const peers = amongOf(rows.peers, among).map((peer) => {
    const own = (rows.served.get(peer.id) ?? []).filter(({ challengeId }) => challengeId === asked.id);
    return onOwnDays(asKept(peer, kept, asked.seats, leading ?? null), own);
  });
  return questionFrom(asked, terms, { ...rows, peers }, without);
}

function amongOf(peers: readonly PoolPeer[], among: Among | null): readonly PoolPeer[] {
  if (!among) return peers;
  const [ids, positions] = [new Set(among.ids), new Set(among.positions)];
  return peers.filter((peer) => ids.has(peer.id) || peer.positions.some((one) => positions.has(one)));
}

/**
 * The same from rows at hand. Peers who refuse the region, are released for no window, or are named in `without` are excluded; a
 * member's own pre-election periods count as busy, and so does a window in which something that ends stands against a peer.
 */
export function questionFrom(
  asked: Asked,
  { kind, weights, calendar, positions }: Terms,
  rows: ProblemRows,
  without: readonly string[] = [],
): Question {
  const { councils, houses, peers } = rows;
  const windows = datedWindows(asked.windows);
  const year = yearOf(windows);
  const basis = {
    ...basisOf(rows, rangeOf(asked), { calendar, tellsKinds: kind.accreditation }),
    ...endsOf(windows),
  };
  const closed = closedWindows({ house: houseOf(asked, houses), windows });
  const known = new Map(councils.map((council) => [council.id, council]));
  const hosts = hostIdsOf(asked).flatMap((id) => known.get(id) ?? []);
  const days = daysOf(asked);
  const servedOf = servedAround(asked, year);
  const served = peers.map(({ id }) => servedOf(rows.served.get(id)));
  const pool = new Pool(
    hostBodies(rows, new Map(hosts.map(({ id }) => [id, days.from]))),
    peers.map((peer, p) => {
      const around = served[p] ?? NOTHING_SERVED;
      return toPeer(peer, basis, {
        bodies: peer.homes.length > 0 ? homesOf(peer, days, known, hosts[0]) : null,
        closed: closed(peer, around.elsewhere),
        recent: around.recent,
        taken: around.taken,
        spent: NONE_SPENT,
        stays: around.stays,
      });
    }),
  );
  if (year) for (const { elsewhere } of served) place(pool, elsewhere, year);
  const barred = peers.filter((peer) => isBarred(peer, windows, hosts)).map(({ id }) => id);
  const challenge = toChallenge(asked, { kind, positions }, [...without, ...barred]);
  const lapsing = kind.accreditation ? lapsesOf(peers, asked.kind, windows) : [];
  return ask(pool, weights, lapsing.length > 0 ? { ...challenge, lapsing } : challenge);
}

/** Pins by index, for a question. Peers who are not in the pool any more are not pinned. */
export function toPins({ challenge, pool }: Question, pins: RequestPins): Pins {
  const seats = new Map<number, number>();
  challenge.seats.forEach(({ id }, s) => {
    const peer = pins.seats[id];
    const p = peer === null ? NONE : peer === undefined ? undefined : pool.find(peer);
    if (p !== undefined) seats.set(s, p);
  });
  const window = challenge.windows.findIndex(({ id }) => id === pins.window);
  return window >= 0 ? { window, seats } : { seats };
}

/** The programme year in which all windows begin; null where they lie in two, so that caps are held against each window by itself. */
function yearOf(windows: Dated[]): DateRange | null {
  const years = [...new Set(windows.map(({ firstDay }) => programmeYear(firstDay)))];
  const [only] = years;
  return only !== undefined && years.length === 1 ? programmeYearRange(only) : null;
}

/** What holds in every window is a bar; what holds in some of them closes those. */
const endsOf = (windows: Dated[]): Ends => ({
  linkedOn:
    windows
      .map(({ firstDay }) => firstDay)
      .sort()
      .at(-1) ?? '',
  accreditedOn: windows.map(({ lastDay }) => lastDay).sort()[0] ?? '',
});

/** Of the stays of one challenge the first counts, and no other. */
const isFirstStay = ({ challengeId, familyId }: Served, served: readonly Served[]): boolean =>
  challengeId === familyId || !served.some((one) => one.challengeId === familyId);

/** A visit belongs to the programme year in which it begins. */
const isIn = ({ from, to }: DateRange, firstDay: CivilDate): boolean => firstDay >= from && firstDay <= to;

/** Visits of the programme year whose caps count are the engine's to count, days and rest included. */
function place(pool: Pool, served: readonly Served[], year: DateRange): void {
  for (const { peerId, familyId, firstDay, lastDay } of served) {
    const p = pool.find(peerId);
    if (p === undefined || !isIn(year, firstDay)) continue;
    const dates = { first: toDayNumber(firstDay), last: toDayNumber(lastDay) };
    pool.place(p, { challenge: familyId, dates });
  }
}

function firstDayOf({ windows }: Pick<Asked, 'windows'>): CivilDate {
  const [first] = windows.map(({ start }) => start).sort();
  if (first === undefined)
    throw conflict('no-window', 'The challenge has no window; offer at least one first.');
  return first;
}

/** From the first day of the first window to the last of the last. */
function daysOf(asked: Pick<Asked, 'windows'>): DateRange {
  const from = firstDayOf(asked);
  return { from, to: lastDayOf(asked) ?? from };
}

/** The days around the windows on which other visits matter for rest. */
export function rangeOf(asked: Pick<Asked, 'windows'>): DateRange {
  const { from, to } = daysOf(asked);
  return { from: addDays(from, -AROUND_DAYS), to: addDays(to, AROUND_DAYS) };
}

/** Whether a visit is near enough to a range of days to matter for anything. */
export function nearTo({ from, to }: DateRange): (served: Served) => boolean {
  const [first, last] = [addDays(from, -DAYS_NEAR), addDays(to, DAYS_NEAR)];
  return ({ firstDay, lastDay: end }) => end >= first && firstDay <= last;
}

/** What a peer serves around what is asked. */
interface ServedAround extends Pick<Around, 'recent' | 'taken'> {
  /** At other challenges. */
  elsewhere: readonly Served[];
  /** Other stays of the same challenge. */
  stays: Served[];
}

/** What counts in the year of the caps is the engine's to count. */
const NONE_SPENT: Served[] = [];
const NOTHING_SERVED: ServedAround = { elsewhere: [], stays: [], recent: 0, taken: [] };

/**
 * Challenges in the twelve months before the first day, and visits outside the year of the caps, which need rest still; all of them where
 * the windows lie in two years.
 */
function servedAround(
  asked: Asked,
  year: DateRange | null,
): (served: readonly Served[] | undefined) => ServedAround {
  const isNear = nearTo(rangeOf(asked));
  const first = firstDayOf(asked);
  const yearBefore = addDays(first, -DAYS_NEAR);
  return (served) => {
    if (!served) return NOTHING_SERVED;
    const near = served.filter(isNear);
    const elsewhere = near.filter(({ familyId }) => familyId !== asked.familyId);
    const recent = elsewhere.filter(
      (one) => one.firstDay < first && one.lastDay >= yearBefore && isFirstStay(one, elsewhere),
    );
    return {
      elsewhere,
      stays: near.filter((one) => one.familyId === asked.familyId && one.challengeId !== asked.id),
      recent: recent.length,
      taken: elsewhere.filter(({ firstDay }) => !year || !isIn(year, firstDay)),
    };
  };
}
