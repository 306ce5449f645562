import { NONE } from '../problem/pool.js';
import { brokenLimits, takes, usesOf, type Use } from './limits.js';
import type { Prices } from './prices.js';
import type { Priced } from './pricing.js';
import { peersOf, type YearProblem } from './year-problem.js';

/** How strongly zigzags are turned, and how the hoped-for gain grows and shrinks. */
const TURN = 1.5;
const PATIENCE = 3;
const SHRINK = 0.6;

/**
 * Moves prices against the choices that challenges make at them: what is wanted too much rises, what is left over falls (the
 * subgradient method, with a level that follows success as its target).
 */
export class Subgradient {
  private least = Infinity;
  private best: number[] = [];
  private hope = 0;
  private stall = 0;
  private direction: number[] = [];

  constructor(
    private readonly problem: YearProblem,
    private readonly prices: Prices,
  ) {}

  /** One step from the choices made at the present prices, whose bound is given; `reached` is the worth of a plan. False at the end. */
  step(choices: readonly Priced[], bound: number, reached: number): boolean {
    const uses = usesOf(
      this.problem,
      choices.flatMap(({ option }, c) =>
        option.window === NONE ? [] : [{ c, window: option.window, peers: peersOf(option), part: 1 }],
      ),
    );
    for (const [p, list] of uses)
      for (const limit of brokenLimits(this.problem, p, list)) this.prices.add(limit);
    this.follow(bound, reached);
    const gradient = this.gradient(uses);
    const norm = gradient.reduce((sum, value) => sum + value * value, 0);
    if (norm === 0) return false;
    this.direction = this.deflected(gradient);
    const length =
      Math.max(0, bound - Math.max(reached, this.least - this.hope)) / dot(this.direction, this.direction);
    this.prices.setAll(this.prices.price.map((price, index) => price + length * this.direction[index]!));
    return true;
  }

  /** The prices with the lowest bound so far. */
  backToBest(): void {
    this.prices.setAll(this.best);
  }

  private follow(bound: number, reached: number): void {
    if (this.hope === 0) this.hope = (bound - reached) / 2;
    if (bound < this.least) {
      this.stall = this.least - bound < this.hope / 20 ? this.stall + 1 : 0;
      this.least = bound;
      this.best = [...this.prices.price];
    } else this.stall++;
    if (this.stall < PATIENCE) return;
    this.stall = 0;
    this.hope *= SHRINK;
    this.direction = [];
    this.backToBest();
  }

  /** Keeps as much of the last direction as turns the new one away from going back (Camerini, Fratta and Maffioli). */
  private deflected(gradient: number[]): number[] {
    const last = this.direction;
    const square = dot(last, last);
    const keep = square === 0 ? 0 : Math.max(0, (-TURN * dot(gradient, last)) / square);
    return gradient.map((value, index) => value + keep * (last[index] ?? 0));
  }

  private gradient(uses: ReadonlyMap<number, Use[]>): number[] {
    const { stays, pool } = this.problem;
    return this.prices.limits.map((limit, index) => {
      const { restDays } = pool.peers[limit.p]!;
      const wanted = (uses.get(limit.p) ?? []).reduce(
        (sum, { stay }) => sum + takes(limit, stays[stay]!, restDays),
        0,
      );
      const over = wanted - this.prices.room(index, wanted).amount;
      // A day weighs less than a challenge, as it is one of several in each stay.
      return over < 0 && this.prices.price[index]! <= this.prices.least(index)
        ? 0
        : over / (limit.kind === 'days' ? 4 : 1);
    });
  }
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}
