import { NONE } from './pool.js';
import { countsForTeam, type Question } from './question.js';
import type { PeerKinds } from './candidates.js';
import type { Shortlist } from './shortlist.js';

/** Above this many states a coverage line is left to the search, so that odd files cost time and not memory. */
const MOST_STATES = 60_000;

interface Digit {
  /** The place value of this count in a state number. */
  stride: number;
  /** Counting stops here: more is worth nothing. */
  cap: number;
  /** Points for each one short of the cap, at the end. */
  price: number;
  counts: (kind: number) => boolean;
}

/**
 * What a team still needs, as one number: how many cover each line so far, how many are experienced, whether there is a
 * first-timer. Over these states a dynamic programme gives the most that the seats still open can add when peers may clash;
 * with clashes counted out by the search, that bound is close enough to leave it little to do.
 */
export class TeamStates {
  readonly count: number;
  /** Coverage lines that do not fit in the states. */
  readonly looseLines: number[] = [];
  private readonly digits: Digit[] = [];
  private readonly known: (Int32Array | undefined)[] = [];

  constructor(
    private readonly question: Question,
    private readonly kinds: PeerKinds,
  ) {
    const { challenge, policy } = question;
    const seats = challenge.seats.filter(countsForTeam).length;
    let size = 2; // the lowest place says whether a first-timer is in the team
    const add = (wanted: number, price: number, counts: Digit['counts']): boolean => {
      const cap = Math.min(wanted, seats);
      if (size * (cap + 1) > MOST_STATES) return false;
      if (cap > 0 && price > 0) this.digits.push({ stride: size, cap, price, counts });
      if (cap > 0 && price > 0) size *= cap + 1;
      return true;
    };
    add(policy.experiencedWanted, policy.missingExperienced, (kind) => kinds.kinds[kind]!.experienced);
    challenge.coverage.forEach((line, index) => {
      if (!add(line.peers, policy.uncovered, (kind) => kinds.kinds[kind]!.covers[index] === 1)) this.looseLines.push(index);
    });
    this.count = size;
  }

  /** Points of the team terms that the states see once the team is whole, what no team could avoid included. */
  finalPoints(state: number): number {
    let points = -this.unavoidable;
    for (const { stride, cap, price } of this.digits) points -= price * (cap - (Math.floor(state / stride) % (cap + 1)));
    return points;
  }

  /** The state once a peer of a kind has joined. */
  next(state: number, kind: number): number {
    return this.steps(kind)[state]!;
  }

  /** The same for every state at once. */
  steps(kind: number): Int32Array {
    const { alike } = this.kinds.kinds[kind]!;
    return (this.known[alike] ??= this.stepsOf(alike));
  }

  /** Points lost by one more first-timer in a state. */
  joining(state: number, kind: number): number {
    return this.kinds.kinds[kind]!.novice && state % 2 === 1 ? -this.question.policy.extraNovice : 0;
  }

  private stepsOf(kind: number): Int32Array {
    const { novice } = this.kinds.kinds[kind]!;
    return Int32Array.from({ length: this.count }, (_, state) => {
      let to = state;
      if (novice && state % 2 === 0) to += 1;
      for (const { stride, cap, counts } of this.digits) {
        if (counts(kind) && Math.floor(state / stride) % (cap + 1) < cap) to += stride;
      }
      return to;
    });
  }

  private get unavoidable(): number {
    const { challenge, policy } = this.question;
    const seats = challenge.seats.filter(countsForTeam).length;
    const lines = challenge.coverage.reduce((sum, { peers }, index) => {
      return this.looseLines.includes(index) ? sum : sum + Math.max(0, peers - seats) * policy.uncovered;
    }, 0);
    return lines + Math.max(0, policy.experiencedWanted - seats) * policy.missingExperienced;
  }
}

/**
 * For each seat s and state, the most that seats s, s + 1 … can add: `bounds[s][state]`. Every region may be new, and no two
 * peers clash. `mustFill` names the seats that may not stay empty.
 */
export function boundsOf(
  question: Question,
  kinds: PeerKinds,
  states: TeamStates,
  lists: readonly Shortlist[],
  mustFill: readonly boolean[],
): Float64Array[] {
  const { challenge, policy } = question;
  const seats = challenge.seats.length;
  const bounds: Float64Array[] = new Array<Float64Array>(seats + 1);
  bounds[seats] = Float64Array.from({ length: states.count }, (_, state) => states.finalPoints(state));
  for (let s = seats - 1; s >= 0; s--) {
    const shadow = !countsForTeam(challenge.seats[s]!);
    const best = bestByKind(kinds, lists[s]!, shadow, policy.extraRegion);
    const after = bounds[s + 1]!;
    const empty = mustFill[s] ? -Infinity : shadow ? 0 : -policy.unfilled;
    const most = after.map((value) => value + empty);
    for (const [kind, value] of best) {
      const next = kind === NONE ? null : states.steps(kind);
      for (let state = 0; state < states.count; state++) {
        const sum = value + (next ? after[next[state]!]! + states.joining(state, kind) : after[state]!);
        if (sum > most[state]!) most[state] = sum;
      }
    }
    bounds[s] = most;
  }
  return bounds;
}

/** The best value of each kind in a list, the region counted as new; NONE for a shadow seat, where kinds do not matter. */
function bestByKind(kinds: PeerKinds, list: Shortlist, shadow: boolean, extraRegion: number): [number, number][] {
  const best = new Map<number, number>();
  list.peers.forEach((p, i) => {
    const kind = shadow ? NONE : kinds.kinds[kinds.of(p)]!.alike;
    const value = list.values[i]! + (shadow || kinds.kinds[kinds.of(p)]!.region === NONE ? 0 : extraRegion);
    if (value > (best.get(kind) ?? -Infinity)) best.set(kind, value);
  });
  return [...best];
}
