import { NONE } from '../problem/pool.js';
import { StayCosts } from '../teams/stay-costs.js';
import {
  peersOf,
  repeatCost,
  restsBetween,
  type Option,
  type YearChallenge,
  type YearProblem,
} from './year-problem.js';

/** A plan in the making: an option for each challenge placed so far, and what each peer would cost in each stay beside it. */
export class Draft {
  readonly options: (Option | null)[];
  /** What peers cost in the stays that somebody has asked for. */
  private readonly known: (StayCosts | undefined)[] = [];
  private readonly stays: number[][] = [];
  private sum = 0;

  constructor(private readonly problem: YearProblem) {
    this.options = problem.challenges.map(() => null);
  }

  /** What each peer would cost in the windows of a challenge, by stay; it follows the plan. */
  costsFor({ windows, stayOf }: YearChallenge): StayCosts[] {
    const costs: StayCosts[] = [];
    for (const stay of windows.map((window) => stayOf[window]!))
      costs[stay] = this.known[stay] ??= new StayCosts(
        new Float64Array(this.problem.pool.size).fill(NaN),
        (p) => this.cost(p, stay),
      );
    return costs;
  }

  /** The price of one more challenge for a peer in a stay; Infinity where the plan or the pool stands against it. */
  cost(p: number, at: number): number {
    const { stays, free, pool, most, daysLeft } = this.problem;
    if (free[at]![p] !== 1) return Infinity;
    const held = this.stays[p] ?? [];
    const stay = stays[at]!;
    const days = held.reduce((sum, other) => sum + stays[other]!.days, stay.days);
    const { restDays } = pool.peers[p]!;
    const isBarred =
      held.length > 0 &&
      (held.length >= most[p]! ||
        days > daysLeft[p]! ||
        !held.every((other) => restsBetween(restDays, stay, stays[other]!)));
    return isBarred
      ? Infinity
      : repeatCost(this.problem, p, held.length + 1) - repeatCost(this.problem, p, held.length);
  }

  /** What the plan is worth; -Infinity while a challenge is not placed. */
  get value(): number {
    return this.options.includes(null) ? -Infinity : this.worth;
  }

  /** What the challenges placed so far are worth. */
  get worth(): number {
    return this.sum;
  }

  /** Everybody who is placed somewhere. */
  get placed(): number[] {
    return this.stays.flatMap((held, p) => (held.length > 0 ? [p] : []));
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
    const stay = this.problem.challenges[c]!.stayOf[option.window]!;
    return peersOf(option).every((p) => this.cost(p, stay) < Infinity);
  }

  /** What a peer costs is worked out anew where somebody asks. */
  private refresh(p: number): void {
    for (const costs of this.known) if (costs) costs.column[p] = NaN;
  }
}
