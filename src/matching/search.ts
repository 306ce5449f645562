import { boundsOf, TeamStates } from './bound.js';
import type { PeerKinds } from './candidates.js';
import { NONE } from './pool.js';
import { countsForTeam, type Question } from './question.js';
import type { Team } from './score.js';
import type { Shortlist } from './shortlist.js';

/** One stay to search: who may sit where in it. */
export interface Room {
  window: number;
  penalty: number;
  lists: Shortlist[];
  mustFill: boolean[];
}

export interface Found {
  window: number;
  team: Team;
  score: number;
}

/** How many of a team's peers must be outside each better team. */
const DIFFERENT = 2;

/**
 * Depth first through the seats in the order of the file, with the bound of `boundsOf`. `best` finds the highest score;
 * `firstAt` then finds, of all teams with that score, the one whose peers come first in the file.
 */
export class TeamSearch {
  private readonly bounds: Float64Array[];
  private readonly team: number[];
  private readonly seats: number;
  private readonly outside: number[];
  private readonly regionCount: Int32Array;
  private regions = 0;
  private found: Found | null = null;

  constructor(
    private readonly question: Question,
    private readonly kinds: PeerKinds,
    private readonly states: TeamStates,
    private readonly room: Room,
    private readonly earlier: readonly ReadonlySet<number>[],
  ) {
    this.seats = room.lists.length;
    this.team = new Array<number>(this.seats).fill(NONE);
    this.bounds = boundsOf(question, kinds, states, room.lists, room.mustFill);
    this.outside = earlier.map(() => 0);
    this.regionCount = new Int32Array(question.pool.regionNames.length);
  }

  /** No team of this room scores more. */
  get bound(): number {
    return this.bounds[0]![0]! - this.room.penalty;
  }

  /** The best team that scores more than `above`; null where there is none. */
  best(above: number): Found | null {
    this.found = null;
    this.climb(0, 0, 0 - this.room.penalty, above);
    return this.found;
  }

  /** The first team, seat by seat in the order of the file and empty last, of those that score at least `score`. */
  firstAt(score: number): Found | null {
    this.found = null;
    this.walk(0, 0, 0 - this.room.penalty, score);
    return this.found;
  }

  /** Tries the most promising first; returns the score to beat from here on. */
  private climb(seat: number, state: number, sum: number, above: number): number {
    if (seat === this.seats) return this.accept(sum, state, above);
    let toBeat = above;
    for (const { choice, bound } of this.choices(seat, state, sum, above)) {
      if (bound <= toBeat) break;
      toBeat = this.take(seat, choice, state, (next, added) => this.climb(seat + 1, next, sum + added, toBeat));
    }
    return toBeat;
  }

  /** Tries in the order of the file; true once a team is found. */
  private walk(seat: number, state: number, sum: number, score: number): boolean {
    if (seat === this.seats) return this.accept(sum, state, score - 1) >= score;
    const { peers } = this.room.lists[seat]!;
    const inFileOrder = (choice: number): number => (choice === NONE ? this.question.pool.size : peers[choice]!);
    const choices = this.choices(seat, state, sum, score - 1).sort((a, b) => inFileOrder(a.choice) - inFileOrder(b.choice));
    return choices.some(({ choice }) => this.take(seat, choice, state, (next, added) => this.walk(seat + 1, next, sum + added, score)));
  }

  /** What may be put in a seat and the most that can come of it, highest first; what cannot beat `above` is left out. */
  private choices(seat: number, state: number, sum: number, above: number): { choice: number; bound: number }[] {
    const { peers, values } = this.room.lists[seat]!;
    const after = this.bounds[seat + 1]!;
    const shadow = !countsForTeam(this.question.challenge.seats[seat]!);
    const slack = this.looseLoss(seat);
    const choices: { choice: number; bound: number }[] = [];
    for (let i = 0; i < peers.length; i++) {
      const p = peers[i]!;
      let bound = sum + values[i]! - slack;
      if (shadow) bound += after[state]!;
      else {
        const kind = this.kinds.of(p);
        bound += after[this.states.next(state, kind)]! + this.states.joining(state, kind) + this.regionPoints(p);
      }
      if (bound > above && this.fits(p, seat)) choices.push({ choice: i, bound });
    }
    if (!this.room.mustFill[seat]) {
      const bound = sum + after[state]! - (shadow ? 0 : this.question.policy.unfilled) - slack;
      if (bound > above && this.canStillDiffer(seat, NONE)) choices.push({ choice: NONE, bound });
    }
    return choices.sort((a, b) => b.bound - a.bound);
  }

  private take<T>(seat: number, choice: number, state: number, go: (state: number, added: number) => T): T {
    const shadow = !countsForTeam(this.question.challenge.seats[seat]!);
    if (choice === NONE) return go(state, shadow ? 0 : -this.question.policy.unfilled);
    const { peers, values } = this.room.lists[seat]!;
    const p = peers[choice]!;
    const kind = this.kinds.of(p);
    const added = values[choice]! + (shadow ? 0 : this.regionPoints(p) + this.states.joining(state, kind));
    this.put(seat, p, shadow, 1);
    const result = go(shadow ? state : this.states.next(state, kind), added);
    this.put(seat, p, shadow, -1);
    return result;
  }

  private put(seat: number, p: number, shadow: boolean, sign: 1 | -1): void {
    this.team[seat] = sign === 1 ? p : NONE;
    this.earlier.forEach((team, u) => {
      if (!team.has(p)) this.outside[u]! += sign;
    });
    const region = this.question.pool.region[p]!;
    if (shadow || region === NONE) return;
    const before = this.regionCount[region]!;
    this.regionCount[region] = before + sign;
    if (before + sign === (sign === 1 ? 1 : 0)) this.regions += sign;
  }

  private fits(p: number, seat: number): boolean {
    const { council } = this.question.pool;
    const home = council[p]!;
    for (let s = 0; s < seat; s++) {
      const other = this.team[s]!;
      if (other !== NONE && (other === p || (home !== NONE && council[other] === home))) return false;
    }
    return this.canStillDiffer(seat, p);
  }

  private canStillDiffer(seat: number, p: number): boolean {
    const left = this.seats - seat - 1;
    return this.earlier.every((team, u) => this.outside[u]! + left + (p !== NONE && !team.has(p) ? 1 : 0) >= DIFFERENT);
  }

  /** Points for the region of a peer who joins now: the first of a team brings none. */
  private regionPoints(p: number): number {
    const region = this.question.pool.region[p]!;
    return region !== NONE && this.regions > 0 && this.regionCount[region] === 0 ? this.question.policy.extraRegion : 0;
  }

  /** Points that lines outside the states lose for certain: so many short that the seats left cannot mend it. */
  private looseLoss(seat: number): number {
    const { challenge, policy } = this.question;
    let loss = 0;
    for (const line of this.states.looseLines) {
      const covering = this.team.filter(
        (p, s) => p !== NONE && countsForTeam(challenge.seats[s]!) && this.kinds.kinds[this.kinds.of(p)]!.covers[line] === 1,
      );
      const open = challenge.seats.filter((other, s) => s >= seat && countsForTeam(other)).length;
      loss += Math.max(0, challenge.coverage[line]!.peers - covering.length - open) * policy.uncovered;
    }
    return loss;
  }

  private accept(sum: number, state: number, above: number): number {
    const score = sum + this.states.finalPoints(state) - this.looseLoss(this.seats);
    if (score <= above) return above;
    this.found = { window: this.room.window, team: [...this.team], score };
    return score;
  }
}
