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
import { closedWindows, datedWindows, type Dated, type DatedTerms } from './windows.js';
import { busyElections, electionsOf, toPeer, type Around, type Period } from './peer.js';
import { bodiesOf, homesOf } from './homes.js';
import { loadCouncils, loadPool, loadServed, type Among, type ProblemRows, type Served } from './rows.js';

/** Days around the windows within which other visits matter for rest. */
const AROUND_DAYS = 120;

/** The question of what is asked, about the whole active pool or a part of it. Throws a 409 where no window is offered. */
export async function loadQuestion(
  tx: EntityManager,
  asked: Asked,
  terms: Terms,
  { without = [], among = null }: { without?: readonly string[]; among?: Among | null } = {},
): Promise<Question> {
  const pool = await loadPool(tx, among);
  // About a few people, only their councils matter: nobody reads four hundred to look at one seat.
  const days = daysOf(asked);
  const homes = among?.positions.length === 0 ? pool.flatMap((peer) => bodiesOf(peer, days)) : null;
  const bodies = await loadCouncils(tx, days, { hostIds: hostIdsOf(asked), homes });
  const kept = await loadKept(tx, asked.id);
  const [leading] = bodies.councils.find(({ id }) => id === asked.councilId)?.leadOn(days.from) ?? [];
  const served = await loadServed(tx, rangeOf(asked), among && pool.map(({ id }) => id));
  const own = servedByPeer(served.filter(({ challengeId }) => challengeId === asked.id));
  const peers = pool.map((peer) =>
    onOwnDays(asKept(peer, kept, asked.seats, leading ?? null), own.get(peer.id) ?? []),
  );
  return questionFrom(asked, terms, { ...bodies, peers, served }, without);
}

/**
 * The same from rows at hand. Peers who refuse the region, are released for no window, or are named in `without` are excluded; a
 * member's own pre-election periods count as busy, and so does a window in which something that ends stands against a peer.
 */
export function questionFrom(
  asked: Asked,
  { kind, weights, calendar }: Terms,
  { councils, links, houses, peers, served }: ProblemRows,
  without: readonly string[] = [],
): Question {
  const range = rangeOf(asked);
  const windows = datedWindows(asked.windows);
  const year = yearOf(windows);
  const period = { ...periodOf(windows, range), tellsKinds: kind.accreditation };
  const terms = { ...kindOf(asked, kind), house: houseOf(asked, houses), windows };
  const known = new Map(councils.map((council) => [council.id, council]));
  const elsewhere = served.filter(({ familyId }) => familyId !== asked.familyId);
  const stays = servedByPeer(
    served.filter((one) => one.familyId === asked.familyId && one.challengeId !== asked.id),
  );
  const byPeer = servedByPeer(elsewhere);
  const counts = countServed(elsewhere, firstDayOf(asked), year);
  const busy = busyElections(councils, range, calendar);
  const hosts = hostIdsOf(asked).flatMap((id) => known.get(id) ?? []);
  const days = daysOf(asked);
  const pool = new Pool(
    hostBodies({ councils, links, houses }, new Map(hosts.map(({ id }) => [id, days.from]))),
    peers.map((peer) =>
      toPeer(peer, period, {
        ...homesOf(peer, days, known, known.get(asked.councilId)),
        closed: [
          ...electionsOf(peer, bodiesOf(peer, days), busy),
          ...closedWindows(peer, terms, byPeer.get(peer.id) ?? []),
        ],
        spent: [],
        stays: stays.get(peer.id) ?? [],
        ...(counts.get(peer.id) ?? { recent: 0, taken: [] }),
      }),
    ),
  );
  if (year) place(pool, elsewhere, year);
  const barred = peers.filter((peer) => isBarred(peer, asked, hosts)).map(({ id }) => id);
  return ask(pool, weights, toChallenge(asked, kind, [...without, ...barred]));
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

const kindOf = (
  { kind }: Asked,
  { accreditation }: Terms['kind'],
): Pick<DatedTerms, 'kind' | 'accreditation'> => ({
  kind,
  accreditation,
});

/** The programme year in which all windows begin; null where they lie in two, so that caps are held against each window by itself. */
function yearOf(windows: Dated[]): DateRange | null {
  const years = [...new Set(windows.map(({ firstDay }) => programmeYear(firstDay)))];
  const [only] = years;
  return only !== undefined && years.length === 1 ? programmeYearRange(only) : null;
}

/** What holds in every window is a bar; what holds in some of them closes those. */
const periodOf = (windows: Dated[], range: DateRange): Omit<Period, 'tellsKinds'> => ({
  range,
  linkedOn:
    windows
      .map(({ firstDay }) => firstDay)
      .sort()
      .at(-1) ?? range.to,
  accreditedOn: windows.map(({ lastDay }) => lastDay).sort()[0] ?? range.to,
});

/** Of the stays of one challenge the first counts, and no other. */
const isFirstStay = ({ peerId, challengeId, familyId }: Served, served: Served[]): boolean =>
  challengeId === familyId || !served.some((one) => one.peerId === peerId && one.challengeId === familyId);

/** A visit belongs to the programme year in which it begins. */
const isIn = ({ from, to }: DateRange, firstDay: CivilDate): boolean => firstDay >= from && firstDay <= to;

function servedByPeer(served: Served[]): Map<string, Served[]> {
  const byPeer = new Map<string, Served[]>();
  for (const one of served) byPeer.set(one.peerId, [...(byPeer.get(one.peerId) ?? []), one]);
  return byPeer;
}

/** Visits of the programme year whose caps count are the engine's to count, days and rest included. */
function place(pool: Pool, served: Served[], year: DateRange): void {
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

/**
 * By peer: challenges in the twelve months before the first day, and visits outside the year of the caps, which need rest still; all of
 * them where the windows lie in two years.
 */
function countServed(
  served: Served[],
  first: CivilDate,
  year: DateRange | null,
): Map<string, Pick<Around, 'recent' | 'taken'>> {
  const counts = new Map<string, Pick<Around, 'recent' | 'taken'>>();
  for (const one of served) {
    const known = counts.get(one.peerId) ?? { recent: 0, taken: [] };
    const isRecent = one.firstDay < first && one.lastDay >= addDays(first, -365);
    if (isRecent && isFirstStay(one, served)) known.recent++;
    if (!year || !isIn(year, one.firstDay)) known.taken.push(one);
    counts.set(one.peerId, known);
  }
  return counts;
}
