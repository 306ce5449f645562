import { countsForTeam, type Question } from '../problem/question.js';
import type { PeerKind } from './kinds.js';

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
 * first-timer (the lowest bit).
 */
export class TeamStates {
  readonly count: number;
  /** Coverage lines that do not fit in the states. */
  readonly looseLines: number[] = [];
  /** Points of the team terms that the states see once the team is whole, by state, what no team could avoid included. */
  readonly finalPoints: Float64Array;
  /** The least that a whole team loses, as a negative number. */
  readonly least: number;
  private readonly digits: Digit[] = [];
  private readonly known: (Int32Array | undefined)[] = [];

  constructor(
    private readonly question: Question,
    private readonly kinds: readonly PeerKind[],
  ) {
    const { challenge, policy } = question;
    const seats = challenge.seats.filter(countsForTeam).length;
    let size = 2;
    const add = (wanted: number, price: number, counts: Digit['counts']): boolean => {
      const cap = Math.min(wanted, seats);
      if (size * (cap + 1) > MOST_STATES) return false;
      if (cap > 0 && price > 0) this.digits.push({ stride: size, cap, price, counts });
      if (cap > 0 && price > 0) size *= cap + 1;
      return true;
    };
    add(policy.experiencedWanted, policy.missingExperienced, (kind) => kinds[kind]!.experienced);
    challenge.coverage.forEach((line, index) => {
      if (!add(line.peers, policy.uncovered, (kind) => kinds[kind]!.covers[index] === 1))
        this.looseLines.push(index);
    });
    this.count = size;
    this.least = -this.unavoidable(seats);
    this.finalPoints = Float64Array.from({ length: size }, (_, state) => this.shortOf(state) + this.least);
  }

  /** For each state, the one after a peer of a kind has joined. */
  steps(kind: number): Int32Array {
    return (this.known[kind] ??= this.stepsOf(kind));
  }

  /** Points lost by one more of a kind in a state, as a negative number. */
  joining(state: number, kind: number): number {
    return state & 1 ? -this.second(kind) : 0;
  }

  /** Points that somebody of a kind loses in a state with a first-timer, which are the odd ones. */
  second(kind: number): number {
    return this.kinds[kind]!.novice ? this.question.policy.extraNovice : 0;
  }

  private stepsOf(kind: number): Int32Array {
    const { novice } = this.kinds[kind]!;
    const counting = this.digits.filter(({ counts }) => counts(kind));
    const steps = new Int32Array(this.count);
    for (let state = 0; state < this.count; state++) {
      let to = novice && state % 2 === 0 ? state + 1 : state;
      for (const { stride, cap } of counting) if (Math.floor(state / stride) % (cap + 1) < cap) to += stride;
      steps[state] = to;
    }
    return steps;
  }

  private shortOf(state: number): number {
    let points = 0;
    for (const { stride, cap, price } of this.digits)
      points -= price * (cap - (Math.floor(state / stride) % (cap + 1)));
    return points;
  }

  private unavoidable(seats: number): number {
    const { challenge, policy } = this.question;
    const lines = challenge.coverage.reduce((sum, { peers }, index) => {
      return this.looseLines.includes(index) ? sum : sum + Math.max(0, peers - seats) * policy.uncovered;
    }, 0);
    return lines + Math.max(0, policy.experiencedWanted - seats) * policy.missingExperienced;
  }
}
