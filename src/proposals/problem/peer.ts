import type { CivilDate, DateRange } from '../../calendar/dates.js';
import { addDays, toDayNumber } from '../../calendar/dates.js';
import { preElectionPeriods, type ElectionCycle } from '../../calendar/elections.js';
import type { CalendarRules } from '../../calendar/window-rules.js';
import type { Council } from '../../councils/council.entity.js';
import type * as matching from '../../matching/problem/programme.js';
import { busyRanges } from '../../peers/availability.js';
import type { Homes } from './homes.js';
import { challengesIn, type Basis, type Days, type PoolPeer, type ProblemRows, type Served } from './rows.js';
import { holds, linkedBodies } from './windows.js';

/** The last days of what is asked, for what ends some day. */
export interface Ends {
  /** Declared conflicts that end before this day do not count. */
  linkedOn: CivilDate;
  /** Nor do accreditations that run out before this one, where they are told. */
  accreditedOn: CivilDate;
}

/** What is known of a peer besides their own row. */
export interface Around {
  /** Where they come from, where they are of several bodies; null for those of one or none. */
  bodies: Homes | null;
  /** Windows that are closed to the peer. */
  closed: readonly Days[];
  /** Challenges in the twelve months before. */
  recent: number;
  /** Visits whose days are not free, nor those of the rest around them. */
  taken: readonly Served[];
  /** Visits that count against what the peer gives in the year, and are told to the engine in no other way. */
  spent: readonly Served[];
  /** Other stays of the same challenge: their days are taken, without rest around them, and their days count, not their number. */
  stays: readonly Served[];
}

/** Years, calendars and forms of question for which peers are kept ready. */
const MOST_BASES = 12;

/** What holds for all questions about the years in which a range of days lies. */
export function basisOf(
  { councils, bases }: Pick<ProblemRows, 'councils' | 'bases'>,
  { from, to }: DateRange,
  { calendar, tellsKinds }: { calendar: CalendarRules; tellsKinds: boolean },
): Basis {
  const range = { from: `${from.slice(0, 4)}-01-01`, to: `${to.slice(0, 4)}-12-31` };
  const key = JSON.stringify([range, calendar, tellsKinds]);
  const known = bases.get(key);
  if (known) return known;
  const basis: Basis = {
    range,
    councils: new Map(councils.map((council) => [council.id, council])),
    elections: electionsByCouncil(councils, range, calendar),
    tellsKinds,
    usual: new Map(),
  };
  // Those of years that nobody asks about any more go first.
  const [oldest] = bases.keys();
  if (bases.size >= MOST_BASES && oldest !== undefined) bases.delete(oldest);
  bases.set(key, basis);
  return basis;
}

/**
 * A peer as the engine knows them: the one mapping, for the team of a challenge and for the plan of a year. Most are the same whatever
 * is asked, and there are thousands of them.
 */
export function toPeer(peer: PoolPeer, basis: Basis & Ends, around: Around): matching.Peer {
  const usual = usualPeer(peer, basis);
  const { bodies, recent, spent, stays } = around;
  const changed: Partial<matching.Peer> = bodies ? placeOf(bodies) : {};
  const busy = busyAround(peer, basis.range, around);
  if (bodies) changed.unavailable = [...busyAs(peer, bodies, basis), ...busy];
  else if (busy.length > 0) changed.unavailable = [...usual.unavailable, ...busy];
  if (recent > 0) changed.recent = recent;
  if (spent.length + stays.length > 0) {
    changed.maxChallenges = Math.max(0, peer.maxChallenges - challengesIn(spent));
    changed.maxDays = Math.max(0, peer.maxDays - daysIn(spent) - daysIn(stays));
  }
  if (peer.conflicts.length + peer.homes.length > 0) changed.conflicts = linkedBodies(peer, basis.linkedOn);
  const lasting = ({ expiresOn }: { expiresOn: CivilDate | null }): boolean =>
    holds(expiresOn, basis.accreditedOn);
  if (basis.tellsKinds && !peer.accreditations.every(lasting))
    changed.kinds = peer.accreditations.filter(lasting).map(({ kind }) => kind);
  return Object.keys(changed).length > 0 ? { ...usual, ...changed } : usual;
}

/** Of one body or none, with every accreditation, and no visit. */
function usualPeer(row: PoolPeer, basis: Basis): matching.Peer {
  const known = basis.usual.get(row.id);
  if (known?.row === row) return known.peer;
  const peer = madeOf(row, basis);
  basis.usual.set(row.id, { row, peer });
  return peer;
}

function madeOf(peer: PoolPeer, basis: Basis): matching.Peer {
  const bodies = { home: basis.councils.get(peer.councilId ?? '') ?? null, homes: [] };
  const { council, homes } = placeOf(bodies);
  return {
    id: peer.id,
    class: peer.class,
    positions: peer.positions,
    council,
    ...(homes.length > 0 ? { homes } : {}),
    party: peer.party,
    ...(peer.class === 'member' && peer.party === null ? { isWithoutParty: true } : {}),
    skills: peer.skills,
    reviews: peer.reviews + peer.served,
    rating: peer.rating,
    recent: 0,
    maxChallenges: peer.maxChallenges,
    maxDays: peer.maxDays,
    restDays: peer.restDays,
    unavailable: busyAs(peer, bodies, basis),
    conflicts: [],
    ...(basis.tellsKinds ? { kinds: peer.accreditations.map(({ kind }) => kind) } : {}),
  };
}

/** Whoever comes from a body without the facts of a council counts as from outside local government. */
const placeOf = ({ home, homes }: Homes): { council: string | null; homes: string[] } => ({
  council: home?.type ? home.id : null,
  homes: home && !home.type ? [home.id, ...homes] : homes,
});

/** What a peer said of their days, and for members the pre-election periods of their own councils. */
function busyAs(peer: PoolPeer, { home, homes }: Homes, { range, elections }: Basis): Days[] {
  const own = busyRanges(peer.availability, range);
  if (peer.class !== 'member') return own;
  return [...own, ...[...(home ? [home.id] : []), ...homes].flatMap((id) => elections.get(id) ?? [])];
}

/** Windows closed to a peer, visits with the rest around them, and other stays without. */
function busyAround({ restDays }: PoolPeer, range: DateRange, { closed, taken, stays }: Around): Days[] {
  if (closed.length + taken.length + stays.length === 0) return [];
  const rest = taken.map(({ firstDay, lastDay }): Days => [
    addDays(firstDay, -restDays),
    addDays(lastDay, restDays),
  ]);
  return [...closed, ...rest, ...stays.map(({ firstDay, lastDay }): Days => [firstDay, lastDay])].flatMap(
    (days) => within(days, range),
  );
}

/** The pre-election periods in a range by council. */
function electionsByCouncil(
  councils: readonly Council[],
  range: DateRange,
  { generalElections, addedBankHolidays }: CalendarRules,
): Map<string, Days[]> {
  const byCycle = new Map<string, Days[]>();
  const periods = (cycle: ElectionCycle | null): Days[] => {
    const key = JSON.stringify(cycle);
    const known =
      byCycle.get(key) ??
      preElectionPeriods(cycle, range, generalElections, addedBankHolidays).map(({ from, to }): Days => [
        from,
        to,
      ]);
    byCycle.set(key, known);
    return known;
  };
  return new Map(councils.map((council) => [council.id, periods(council.elections)]));
}

const daysIn = (served: readonly Served[]): number =>
  served.reduce((sum, { firstDay, lastDay }) => sum + toDayNumber(lastDay) - toDayNumber(firstDay) + 1, 0);

function within([from, to]: Days, range: DateRange): Days[] {
  const cut: Days = [from < range.from ? range.from : from, to > range.to ? range.to : to];
  return cut[0] <= cut[1] ? [cut] : [];
}
