import { StayCosts } from '../teams/stay-costs.js';
import { takes, type Limit } from './limits.js';
import { repeatCost, type YearProblem } from './year-problem.js';

/** Prices are multiples of this, in points, so that sums of them are exact. */
const GRAIN = 1 / 1024;

/**
 * Prices on the limits of peers, and what they make each peer cost in each stay. Whatever the prices (0 and more), no plan is
 * worth more than the best options of all challenges at these costs plus `allowance`: the bound of Lagrange.
 */
export class Prices {
  readonly limits: Limit[] = [];
  readonly price: number[] = [];
  /** What each peer costs, by stay. */
  readonly costs: StayCosts[];
  private readonly ofPeer = new Map<number, number[]>();
  private readonly known = new Map<string, number>();

  constructor(private readonly problem: YearProblem) {
    this.costs = problem.free.map(
      (free) => new StayCosts(Float64Array.from(free, (is) => (is === 1 ? 0 : Infinity))),
    );
    // Where even the first challenge of a peer has its price, everybody costs that much.
    problem.most.forEach((most, p) => {
      if (most > 0 && firstSlope(problem, p) > 0) this.add({ p, kind: 'challenges', day: 0 });
    });
    this.setAll([]);
  }

  /** The place of a limit among all, made where it is new. */
  add(limit: Limit): number {
    const key = `${String(limit.p)} ${limit.kind} ${String(limit.day)}`;
    const at = this.known.get(key);
    if (at !== undefined) return at;
    const index = this.limits.push(limit) - 1;
    this.price.push(0);
    this.known.set(key, index);
    const others = this.ofPeer.get(limit.p);
    if (others) others.push(index);
    else this.ofPeer.set(limit.p, [index]);
    return index;
  }

  /** Sets the prices of all limits, those not given to the least; costs follow. */
  setAll(prices: ArrayLike<number>): void {
    for (let index = 0; index < this.limits.length; index++) {
      const least = this.least(index);
      this.price[index] =
        Math.max(Math.ceil(least / GRAIN), Math.round((prices[index] ?? 0) / GRAIN)) * GRAIN;
    }
    for (const [p, indexes] of this.ofPeer)
      this.refresh(
        p,
        indexes.filter((index) => this.price[index]! > 0),
      );
  }

  /** A price below this would be of no use: a peer has at least that price whoever wants them. */
  least(index: number): number {
    const { p, kind } = this.limits[index]!;
    return kind === 'challenges' ? firstSlope(this.problem, p) : 0;
  }

  private refresh(p: number, indexes: number[]): void {
    const { stays, free, pool } = this.problem;
    const { restDays } = pool.peers[p]!;
    for (let s = 0; s < stays.length; s++) {
      if (free[s]![p] !== 1) continue;
      let cost = 0;
      for (const index of indexes)
        cost += this.price[index]! * takes(this.limits[index]!, stays[s]!, restDays);
      this.costs[s]!.column[p] = cost;
    }
  }

  /** What the limits are worth at these prices: the part of the bound that is not of challenges. */
  allowance(): number {
    let sum = 0;
    for (let index = 0; index < this.limits.length; index++)
      sum += this.price[index]! * this.room(index, 0).amount - this.room(index, 0).cost;
    return sum;
  }

  /**
   * How much of a limit is worth selling at its price, and what that costs in repeated service: for challenges the number that
   * pays most, of several the one nearest to `wanted`.
   */
  room(index: number, wanted: number): { amount: number; cost: number } {
    const { p, kind } = this.limits[index]!;
    if (kind === 'day') return { amount: 1, cost: 0 };
    if (kind === 'days') return { amount: this.problem.daysLeft[p]!, cost: 0 };
    const gain = (n: number): number => this.price[index]! * n - repeatCost(this.problem, p, n);
    let best = 0;
    for (let n = 1; n <= this.problem.most[p]!; n++)
      if (gain(n) > gain(best) || (gain(n) === gain(best) && n <= wanted)) best = n;
    return { amount: best, cost: repeatCost(this.problem, p, best) };
  }
}

/** What each further challenge of a peer costs at least, on average of the cheapest number of them. */
export function firstSlope(problem: YearProblem, p: number): number {
  return slopes(problem, p)[0]?.slope ?? 0;
}

/** The lower convex hull of the price of repeated service: slopes, rising, and for how many challenges each holds. */
export function slopes(problem: YearProblem, p: number): { slope: number; wide: number }[] {
  const hull: { slope: number; wide: number }[] = [];
  const most = problem.most[p]!;
  for (let at = 0; at < most;) {
    const slopeTo = (n: number): number =>
      (repeatCost(problem, p, n) - repeatCost(problem, p, at)) / (n - at);
    let to = at + 1;
    for (let n = at + 2; n <= most; n++) if (slopeTo(n) <= slopeTo(to)) to = n;
    hull.push({ slope: slopeTo(to), wide: to - at });
    at = to;
  }
  return hull;
}
