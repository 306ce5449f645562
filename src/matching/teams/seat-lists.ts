import { NONE, type Pool } from '../problem/pool.js';
import { presenceKey } from '../problem/presence.js';
import { countsForTeam, type Question } from '../problem/question.js';
import { heldBy, type Pins } from '../rules/pins.js';
import { challengeChecks, mayServeTogether, passesAll, seatChecks } from '../rules/rules.js';
import { CouncilPoints, seatValue } from '../rules/score.js';
import type { PeerKinds } from './kinds.js';

/** Whole numbers in a row, each as short as the longest of them allows. */
export type Whole = Int32Array | Int16Array | Uint16Array;

/** Peers of one kind who may hold a seat, the highest value first, equal values in the order of the file. */
export interface Group {
  /** NONE for a shadow seat, where kinds do not matter. */
  kind: number;
  peers: Whole;
  values: Whole;
  /** The places of those who bring no region to the team. */
  regionless: Whole;
}

/** Who may hold a seat, whatever the dates. */
export interface SeatList {
  groups: Group[];
  /** False for a shadow seat. */
  counts: boolean;
  /** What an empty seat costs, as a negative number; -Infinity where somebody is pinned. */
  empty: number;
}

/** Extra points for keeping a seat's person, by seat. */
export type Keeping = ReadonlyMap<number, { p: number; points: number }>;

/** Lists, for each seat of a challenge, the peers who pass every bar but those of dates; seats that ask the same share a list. */
export function seatLists(
  question: Question,
  kinds: PeerKinds,
  pins: Pins,
  keeping: Keeping = new Map(),
): SeatList[] {
  const points = new CouncilPoints(question);
  const general = challengeChecks(question);
  const held = heldBy(pins).map(([, p]) => p);
  const known = new Map<string, Group[]>();
  return question.challenge.seats.map((seat, s) => {
    const counts = countsForTeam(seat);
    const [pin, keep] = [pins.seats.get(s), keeping.get(s)];
    const empty = pin !== undefined && pin !== NONE ? -Infinity : counts ? -question.policy.unfilled : 0;
    const { positions, party, skills } = seat;
    const key = JSON.stringify([positions, party, skills, presenceKey(seat), counts, pin, keep]);
    let groups = known.get(key);
    if (!groups) {
      // holding() has applied the bar of positions already.
      const checks = [...seatChecks(question, seat).filter(({ bar }) => bar !== 'position'), ...general];
      const besideHeld = (p: number): boolean =>
        held.every((other) => mayServeTogether(question.pool, other, p));
      const passing =
        pin === undefined
          ? question.pool.holding(seat.positions).filter((p) => passesAll(checks, p) && besideHeld(p))
          : Int32Array.from(pin === NONE ? [] : [pin]);
      const value = seatValue(question, s, points);
      const values = new Int32Array(passing.length);
      for (let i = 0; i < passing.length; i++)
        values[i] = value(passing[i]!) + (keep && keep.p === passing[i] ? keep.points : 0);
      groups = grouped(question.pool, passing, values, counts ? kinds : null);
      known.set(key, groups);
    }
    return { groups, counts, empty };
  });
}

function grouped(
  { region }: Pool,
  passing: Int32Array,
  values: Int32Array,
  kinds: PeerKinds | null,
): Group[] {
  const kindOf = new Int32Array(passing.length).fill(NONE);
  const sizes: number[] = [];
  for (let i = 0; i < passing.length; i++) {
    if (kinds) kindOf[i] = kinds.of(passing[i]!);
    sizes[kindOf[i]! + 1] = (sizes[kindOf[i]! + 1] ?? 0) + 1;
  }
  const groups = sizes.map((size, slot) => ({
    kind: slot - 1,
    peers: new Int32Array(size),
    values: new Int32Array(size),
  }));
  const filled = new Int32Array(sizes.length);
  for (const i of byValue(values)) {
    const slot = kindOf[i]! + 1;
    const { peers, values: worth } = groups[slot]!;
    const at = filled[slot]!++;
    peers[at] = passing[i]!;
    worth[at] = values[i]!;
  }
  // Kinds that nobody here is of leave holes, which flatMap passes over.
  return groups.flatMap((group) => [
    { ...group, regionless: placesOf(group.peers, (p) => !kinds || region[p] === NONE) },
  ]);
}

function placesOf(peers: Int32Array, test: (p: number) => boolean): Int32Array {
  const places: number[] = [];
  for (let i = 0; i < peers.length; i++) if (test(peers[i]!)) places.push(i);
  return Int32Array.from(places);
}

/** More different values than this are sorted by comparison. */
const MOST_BUCKETS = 100_000;

/** Places by value, highest first, equal values in their order. Values are whole and mostly few, so that counting sorts fastest. */
function byValue(values: Int32Array): Int32Array {
  let [least, most] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  if (most - least > MOST_BUCKETS)
    return Int32Array.from(Array.from(values.keys()).sort((a, b) => values[b]! - values[a]! || a - b));
  const order = new Int32Array(values.length);
  const starts = new Int32Array(values.length === 0 ? 1 : most - least + 2);
  for (const value of values) starts[most - value + 1]!++;
  for (let bucket = 1; bucket < starts.length; bucket++) starts[bucket]! += starts[bucket - 1]!;
  for (let i = 0; i < values.length; i++) order[starts[most - values[i]!]!++] = i;
  return order;
}
