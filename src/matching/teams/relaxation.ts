import { NONE } from '../problem/pool.js';
import type { Frame } from './frame.js';
import type { Group, SeatList } from './seat-lists.js';
import type { StayCosts } from './stay-costs.js';
import type { Surcharges } from './surcharges.js';
import { Tops } from './tops.js';

/** How far surcharges move at most, round by round, in points. */
const STEPS = [6, 4, 2];

/** Somebody who may still take a seat of a team that is worth looking for. */
export interface Candidate {
  p: number;
  kind: number;
  /** The value in the seat, costs taken off. */
  worth: number;
  /** The same, surcharges paid, with the points of a new region. */
  value: number;
  /** The most that a team with this person in this seat can score. */
  bound: number;
}

/**
 * A stay in which one body may send two people, a person sit in two seats, and each peer brings points for a region of their own: what
 * such a team could score most, by a dynamic programme over team states. Surcharges make up for what it does not see, so that its best is
 * never below the best of real teams, and mostly near it.
 */
export class Relaxation {
  private readonly lists: readonly SeatList[];
  private readonly tops: Tops[];
  private readonly different: Tops[];
  /** By seat and state: the most that this seat and those after it can add. */
  private after: Float64Array[] = [];
  /** By seat: the most that it and those after it can add when nobody of the team is of a region. */
  private readonly regionless: Float64Array;
  private isFilled = false;

  constructor(
    private readonly frame: Frame,
    private readonly costs: StayCosts,
    readonly surcharges: Surcharges,
  ) {
    const { states, lists } = frame;
    this.lists = lists;
    // Seats that ask the same share a list, and what it brings.
    const known = new Map<Group[], Tops>();
    this.tops = lists.map(({ groups, counts }, s) => {
      const tops = known.get(groups) ?? new Tops(frame, groups, counts, costs.of(s));
      known.set(groups, tops);
      return tops;
    });
    this.different = [...known.values()];
    this.fill();
    this.regionless = new Float64Array(lists.length + 1).fill(states.least);
  }

  /** What is known at once: the best of each seat by itself, as if the team lacked nothing that can be had. */
  rough(): number {
    let sum = this.surcharges.given + this.frame.states.least;
    for (let s = 0; s < this.lists.length; s++) {
      let best = this.lists[s]!.empty;
      for (const value of this.tops[s]!.values) if (value > best) best = value;
      sum += best;
    }
    return sum;
  }

  /** Works everything out for the surcharges as they are. */
  renew(): void {
    if (!this.isFilled) this.fill();
    this.isFilled = false;
    // Most windows are done with before anybody asks for more than the rough bound.
    if (this.after.length === 0) this.after = [...this.rowsOfStates(), this.frame.states.finalPoints];
    for (let s = this.lists.length - 1; s >= 0; s--) {
      this.fillAfter(s);
      this.regionless[s] = this.regionless[s + 1]! + this.bestRegionless(s);
    }
  }

  private rowsOfStates(): Float64Array[] {
    return this.lists.map(() => new Float64Array(this.frame.states.count));
  }

  private fill(): void {
    for (const tops of this.different) tops.fill(this.surcharges);
    this.isFilled = true;
  }

  /** No real team scores more, but for the penalty of the window. */
  get bound(): number {
    return this.surcharges.given + this.from(0, 0, false);
  }

  /** Moves surcharges for a while towards those whose bound is lowest, and leaves those; ends once it is `enough` or less. */
  lower(enough: number): void {
    let least = this.bound;
    let best = this.surcharges.copy();
    for (const most of STEPS) {
      if (least <= enough || !this.surcharges.move(this.team(), most, this.bound - enough)) break;
      this.renew();
      if (this.bound >= least) continue;
      least = this.bound;
      best = this.surcharges.copy();
    }
    if (this.bound === least) return;
    this.surcharges.restore(best);
    this.renew();
  }

  /** The most that seat s and those after it can add to a team with or without a region so far. */
  from(s: number, state: number, hasRegion: boolean): number {
    const most = this.after[s]![state]!;
    if (hasRegion) return most;
    // The first region of a team brings nothing; where none comes, what is given for regions is not.
    const { extraRegion } = this.frame.question.policy;
    return Math.max(most - extraRegion, this.regionless[s]! - this.surcharges.givenForRegions);
  }

  /** A team that reaches the bound: NONE where a seat stays empty. It need not be a real one. */
  team(): number[] {
    const { states } = this.frame;
    let state = 0;
    return this.lists.map(({ groups, counts, empty }, s) => {
      const after = this.after[s + 1]!;
      const { values, peers, worthwhile } = this.tops[s]!;
      let [best, most] = [NONE, empty + after[state]!];
      for (const g of worthwhile) {
        const { kind } = groups[g]!;
        const sum =
          values[g]! +
          (counts ? after[states.steps(kind)[state]!]! + states.joining(state, kind) : after[state]!);
        if (sum > most) [best, most] = [g, sum];
      }
      if (best === NONE) return NONE;
      if (counts) state = states.steps(groups[best]!.kind)[state]!;
      return peers[best]!;
    });
  }

  /** For each seat, those with whom a team could score more than `above`, the most promising first; NONE stands for an empty seat. */
  candidates(above: number): Candidate[][] {
    const { states, question } = this.frame;
    const { given, givenForRegions } = this.surcharges;
    const start = given - question.policy.extraRegion;
    const before = this.before();
    const bare = this.lists.map((_, s) => this.bestRegionless(s));
    return this.lists.map((list, s) => {
      // Subtracting would not do: a pinned seat without anybody regionless is -Infinity.
      const others = bare.reduce((sum, most, other) => (other === s ? sum : sum + most), 0);
      const without = given - givenForRegions + states.least + others;
      const found: Candidate[] = [];
      for (let g = 0; g < list.groups.length; g++) {
        const group = list.groups[g]!;
        const rest = start + this.through(s, group.kind, before[s]!);
        const isHopeless = Math.max(rest, without) + this.tops[s]!.values[g]! <= above;
        if (!isHopeless) this.addOfGroup(found, s, group, { rest, without, above });
      }
      const bound = Math.max(start + this.through(s, NONE, before[s]!), without) + list.empty;
      if (bound > above) found.push({ p: NONE, kind: NONE, worth: list.empty, value: list.empty, bound });
      return found;
    });
  }

  /** Adds those of a group who bring enough beside `rest`, the most of the others, or `without`, the same where nobody is of a region. */
  private addOfGroup(
    found: Candidate[],
    s: number,
    { kind, peers, values }: Group,
    { rest, without, above }: { rest: number; without: number; above: number },
  ): void {
    const { pool, policy } = this.frame.question;
    const { counts } = this.lists[s]!;
    const costs = this.costs.of(s);
    const room = above - Math.max(rest, without) - policy.extraRegion - this.surcharges.most;
    for (let i = 0; i < peers.length && values[i]! > room; i++) {
      const p = peers[i]!;
      const worth = values[i]! - costs.at(p);
      const value = worth + this.surcharges.of(p, counts);
      const bound = value + (counts && pool.region[p] !== NONE ? rest : Math.max(rest, without));
      if (bound > above) found.push({ p, kind, worth, value, bound });
    }
  }

  /** The most that all other seats bring to a team with somebody of a kind in one; of kind NONE, with nobody who counts. */
  private through(s: number, kind: number, before: Float64Array): number {
    const { states, reach } = this.frame;
    const after = this.after[s + 1]!;
    const steps = this.lists[s]!.counts && kind !== NONE ? states.steps(kind) : null;
    const second = steps ? states.second(kind) : 0;
    const reached = reach[s]!;
    let most = -Infinity;
    for (let i = 0; i < reached.length; i++) {
      const state = reached[i]!;
      const sum = before[state]! + after[steps ? steps[state]! : state]! - (state & 1 ? second : 0);
      if (sum > most) most = sum;
    }
    return most;
  }

  /** By seat and state: the most that the seats before it bring to come to that state. */
  private before(): Float64Array[] {
    const { states, reach } = this.frame;
    const all = (this.frame.scratch ??= this.rowsOfStates());
    for (const row of all) row.fill(-Infinity);
    all[0]![0] = 0;
    for (let s = 0; s + 1 < all.length; s++) {
      const [now, next, { groups, counts, empty }] = [all[s]!, all[s + 1]!, this.lists[s]!];
      for (const state of reach[s]!) next[state] = now[state]! + empty;
      for (const g of this.tops[s]!.worthwhile) {
        const [top, { kind }] = [this.tops[s]!.values[g]!, groups[g]!];
        const steps = counts ? states.steps(kind) : null;
        const second = steps ? states.second(kind) : 0;
        for (const state of reach[s]!) {
          const to = steps ? steps[state]! : state;
          const sum = now[state]! + top - (state & 1 ? second : 0);
          if (sum > next[to]!) next[to] = sum;
        }
      }
    }
    return all;
  }

  private fillAfter(s: number): void {
    const { states, reach } = this.frame;
    const { groups, counts, empty } = this.lists[s]!;
    const [most, after, { values, worthwhile: some }] = [this.after[s]!, this.after[s + 1]!, this.tops[s]!];
    const reached = reach[s]!;
    for (let i = 0; i < reached.length; i++) most[reached[i]!] = after[reached[i]!]! + empty;
    for (const g of some) {
      const [top, { kind }] = [values[g]!, groups[g]!];
      const steps = counts ? states.steps(kind) : null;
      const second = counts ? states.second(kind) : 0;
      for (let i = 0; i < reached.length; i++) {
        const state = reached[i]!;
        const sum = top + after[steps ? steps[state]! : state]! - (state & 1 ? second : 0);
        if (sum > most[state]!) most[state] = sum;
      }
    }
  }

  private bestRegionless(s: number): number {
    const { groups, empty } = this.lists[s]!;
    const costs = this.costs.of(s);
    const { most } = this.surcharges;
    let best = empty;
    for (const { peers, values, regionless } of groups) {
      for (const place of regionless) {
        if (values[place]! + most <= best) break;
        best = Math.max(best, values[place]! + most - costs.at(peers[place]!));
      }
    }
    return best;
  }
}
