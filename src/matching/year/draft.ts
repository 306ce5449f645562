import { NONE } from '../problem/pool.js';
import { StayCosts } from '../teams/stay-costs.js';
import { peersOf, repeatCost, restsBetween, type Option, type YearProblem } from './year-problem.js';

/** A plan in the making: an option for each challenge placed so far, and what each peer would cost in each stay beside it. */
export class Draft {
  readonly options: (Option | null)[];
  /** For each stay the price of one more challenge for each peer; Infinity where the plan or the pool stands against it. */
  readonly costs: StayCosts[];
  private readonly stays: number[][] = [];
  private sum = 0;

  constructor(private readonly problem: YearProblem) {
    this.options = problem.challenges.map(() => null);
    this.costs = problem.free.map(
      (free) =>
        new StayCosts(Float64Array.from(free, (is, p) => (is === 1 ? repeatCost(problem, p, 1) : Infinity))),
    );
  }

  /** What the plan is worth; -Infinity while a challenge is not placed. */
  get value(): number {
    return this.options.includes(null) ? -Infinity : this.worth;
  }

  /** What the challenges placed so far are worth. */
  get worth(): number {
    return this.sum;
  }

  /** The stays a peer is placed in. */
  staysOf(p: number): readonly number[] {
    return this.stays[p] ?? [];
  }

  place(c: number, option: Option): void {
    if (this.options[c]) throw new RangeError('already placed');
    this.options[c] = option;
    this.sum += option.value;
    if (option.window === NONE) return;
    const stay = this.problem.challenges[c]!.stayOf[option.window]!;
    for (const p of peersOf(option)) {
      const before = this.stays[p]?.length ?? 0;
      this.sum -= repeatCost(this.problem, p, before + 1) - repeatCost(this.problem, p, before);
      (this.stays[p] ??= []).push(stay);
      this.refresh(p);
    }
  }

  /** Takes a challenge out; returns what it had. */
  remove(c: number): Option | null {
    const option = this.options[c] ?? null;
    if (!option) return null;
    this.options[c] = null;
    this.sum -= option.value;
    if (option.window === NONE) return option;
    const stay = this.problem.challenges[c]!.stayOf[option.window]!;
    for (const p of peersOf(option)) {
      const held = this.stays[p]!;
      this.sum += repeatCost(this.problem, p, held.length) - repeatCost(this.problem, p, held.length - 1);
      held.splice(held.indexOf(stay), 1);
      this.refresh(p);
    }
    return option;
  }

  /** Whether an option could be placed beside what is. */
  fits(c: number, option: Option): boolean {
    if (option.window === NONE) return true;
    const costs = this.costs[this.problem.challenges[c]!.stayOf[option.window]!]!;
    return peersOf(option).every((p) => costs.at(p) < Infinity);
  }

  /** What placing an option would add. */
  gain(c: number, option: Option): number {
    if (option.window === NONE) return option.value;
    const costs = this.costs[this.problem.challenges[c]!.stayOf[option.window]!]!;
    return peersOf(option).reduce((sum, p) => sum - costs.at(p), option.value);
  }

  private refresh(p: number): void {
    const { stays, free, pool, most, daysLeft } = this.problem;
    const held = this.stays[p]!;
    const { restDays } = pool.peers[p]!;
    const days = held.reduce((sum, stay) => sum + stays[stay]!.days, 0);
    const next =
      held.length < most[p]!
        ? repeatCost(this.problem, p, held.length + 1) - repeatCost(this.problem, p, held.length)
        : Infinity;
    for (let s = 0; s < stays.length; s++) {
      if (free[s]![p] !== 1) continue;
      const stay = stays[s]!;
      const can =
        next < Infinity &&
        days + stay.days <= daysLeft[p]! &&
        held.every((other) => restsBetween(restDays, stay, stays[other]!));
      this.costs[s]!.column[p] = can ? next : Infinity;
    }
  }
}
