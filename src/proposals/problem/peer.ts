import type { CivilDate, DateRange } from '../../calendar/dates.js';
import { addDays, toDayNumber } from '../../calendar/dates.js';
import { preElectionPeriods, type ElectionCycle } from '../../calendar/elections.js';
import type { CalendarRules } from '../../calendar/window-rules.js';
import type { Council } from '../../councils/council.entity.js';
import type * as matching from '../../matching/problem/programme.js';
import { busyRanges } from '../../peers/availability.js';
import type { Homes } from './homes.js';
import { challengesIn, type PoolPeer, type Served } from './rows.js';
import { holds, linkedBodies } from './windows.js';

type Days = [from: CivilDate, to: CivilDate];

/** For how long a question asks after a peer: the windows of one challenge and what is near them, or a whole programme year. */
export interface Period {
  /** Days outside it are left out. */
  range: DateRange;
  /** Declared conflicts that end before this day do not count. */
  linkedOn: CivilDate;
  /** Nor do accreditations that run out before this one, where they are told. */
  accreditedOn: CivilDate;
  /** Whether the kinds are told for which a peer is accredited; else each challenge says who is not. */
  tellsKinds: boolean;
}

/** What is known of a peer besides their own row. */
export interface Around extends Homes {
  /** Pre-election periods of the home council, and windows that are closed to the peer. */
  closed: Days[];
  /** Challenges in the twelve months before. */
  recent: number;
  /** Visits whose days are not free, nor those of the rest around them. */
  taken: Served[];
  /** Visits that count against what the peer gives in the year, and are told to the engine in no other way. */
  spent: Served[];
  /** Other stays of the same challenge: their days are taken, without rest around them, and their days count, not their number. */
  stays?: Served[];
}

/** A peer as the engine knows them: the one mapping, for the team of a challenge and for the plan of a year. */
export function toPeer(
  peer: PoolPeer,
  { range, linkedOn, accreditedOn, tellsKinds }: Period,
  { home, homes, closed, recent, taken, spent, stays = [] }: Around,
): matching.Peer {
  const rest = taken.map(({ firstDay, lastDay }): Days => [
    addDays(firstDay, -peer.restDays),
    addDays(lastDay, peer.restDays),
  ]);
  const busy = [...busyRanges(peer.availability, range), ...closed, ...rest, ...stays.map(daysOf)];
  const spentDays = [...spent, ...stays].reduce(
    (sum, { firstDay, lastDay }) => sum + lengthOf(firstDay, lastDay),
    0,
  );
  return {
    id: peer.id,
    class: peer.class,
    positions: peer.positions,
    // Whoever comes from a body without the facts of a council counts as from outside local government.
    council: home?.type ? home.id : null,
    ...(home && !home.type ? { homes: [home.id, ...homes] } : homes.length > 0 ? { homes } : {}),
    party: peer.party,
    ...(peer.class === 'member' && peer.party === null ? { isWithoutParty: true } : {}),
    skills: peer.skills,
    reviews: peer.reviews + peer.served,
    rating: peer.rating,
    recent,
    maxChallenges: Math.max(0, peer.maxChallenges - challengesIn(spent)),
    maxDays: Math.max(0, peer.maxDays - spentDays),
    restDays: peer.restDays,
    unavailable: busy.flatMap((days) => within(days, range)),
    conflicts: linkedBodies(peer, linkedOn),
    ...(tellsKinds
      ? {
          kinds: peer.accreditations
            .filter((one) => holds(one.expiresOn, accreditedOn))
            .map(({ kind }) => kind),
        }
      : {}),
  };
}

/** The pre-election periods in a range by council, as busy days of its members. */
export function busyElections(
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

/** What keeps a peer busy for an election: members only, in the pre-election periods of their own councils. */
export const electionsOf = (
  { class: peerClass }: Pick<PoolPeer, 'class'>,
  { home, homes }: Homes,
  busy: ReadonlyMap<string, readonly Days[]>,
): Days[] =>
  peerClass === 'member' ? [...(home ? [home.id] : []), ...homes].flatMap((id) => busy.get(id) ?? []) : [];

const daysOf = ({ firstDay, lastDay }: Served): Days => [firstDay, lastDay];

const lengthOf = (first: CivilDate, last: CivilDate): number => toDayNumber(last) - toDayNumber(first) + 1;

function within([from, to]: Days, range: DateRange): Days[] {
  const cut: Days = [from < range.from ? range.from : from, to > range.to ? range.to : to];
  return cut[0] <= cut[1] ? [cut] : [];
}
