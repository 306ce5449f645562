import { Draft } from './draft.js';
import type { Limit } from './limits.js';
import { Prices } from './prices.js';
import { bestOption, type Priced } from './pricing.js';
import { besidePlaced } from './build.js';
import { Stopped, type Clock } from './solver.js';
import type { Option, YearProblem } from './year-problem.js';

/** What one who prices needs to know: limits not told before, all prices, what is placed already, and which challenges to price. */
export interface Order {
  newLimits: Limit[];
  prices: number[];
  placed: [c: number, option: Option][];
  asked: number[];
}

/** Somebody who prices challenges elsewhere, at the same time. */
export interface Colleague {
  price: (order: Order) => Promise<(Priced | null)[]>;
}

/** Prices challenges at an order's prices, beside what the order says is placed. */
export function pricer(problem: YearProblem): (order: Order) => Generator<Priced | null> {
  const prices = new Prices(problem);
  const draft = new Draft(problem);
  return function* ({ newLimits, prices: values, placed, asked }) {
    for (const limit of newLimits) prices.add(limit);
    prices.setAll(values);
    const wanted = new Map(placed);
    draft.options.forEach((option, c) => {
      if (option && wanted.get(c) !== option) draft.remove(c);
    });
    for (const [c, option] of placed) if (!draft.options[c]) draft.place(c, option);
    for (const c of asked) {
      const challenge = problem.challenges[c]!;
      yield bestOption(
        challenge,
        placed.length === 0 ? prices.costs : besidePlaced(challenge, draft, prices),
      );
    }
  };
}

/** Prices challenges, with a colleague who takes every other one. The answer is the same with one and without. */
export class Crew {
  private told = 0;
  private readonly own: ReturnType<typeof pricer>;

  constructor(
    problem: YearProblem,
    private readonly colleague: Colleague | null,
    private readonly clock: Clock,
  ) {
    this.own = pricer(problem);
  }

  /** The best options of some challenges at these prices, by challenge. Throws Stopped when asked to stop. */
  async price(
    prices: Prices,
    asked: readonly number[],
    placed: [number, Option][] = [],
  ): Promise<Map<number, Priced>> {
    const order = { newLimits: prices.limits.slice(this.told), prices: [...prices.price], placed };
    this.told = prices.limits.length;
    const theirs = this.colleague ? asked.filter((_, i) => i % 2 === 1) : [];
    const mine = this.colleague ? asked.filter((_, i) => i % 2 === 0) : [...asked];
    const answer = this.colleague?.price({ ...order, asked: theirs });
    const result = new Map<number, Priced>();
    const take = (c: number, priced: Priced | null): void => {
      if (priced) result.set(c, priced);
    };
    let i = 0;
    for (const priced of this.own({ ...order, asked: mine })) {
      if (this.clock.stop()) throw new Stopped();
      take(mine[i++]!, priced);
    }
    (await answer)?.forEach((priced, at) => {
      take(theirs[at]!, priced);
    });
    return result;
  }
}
