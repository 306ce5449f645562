import { Beside } from './build.js';
import { keyOf } from './columns.js';
import { Draft } from './draft.js';
import type { Limit } from './limits.js';
import { settleBeside } from './neighbourhood.js';
import { Prices } from './prices.js';
import { bestOption, Memory, type Priced } from './pricing.js';
import { Stopped, type Clock, type Solver } from './solver.js';
import type { Option, YearProblem } from './year-problem.js';

/** What one who helps needs to know first: limits not told before, all prices, and what is placed already. */
export interface Order {
  newLimits: Limit[];
  prices: number[];
  placed: [c: number, option: Option][];
  /** Which challenges to price, or to set free and settle together. */
  asked: number[];
  /** Seconds that are left for it. */
  left: number;
}

/** Somebody who works elsewhere at the same time. */
export interface Colleague {
  price: (order: Order) => Promise<(Priced | null)[]>;
  settle: (order: Order) => Promise<Option[] | null>;
}

/** Milliseconds between two looks at the clock while a colleague works. */
const PATIENCE = 50;

/** Works out what orders ask for; the answers follow from the orders so far alone. */
export class Desk {
  private readonly prices: Prices;
  private readonly draft: Draft;
  private readonly beside: Beside;
  private readonly memories: Memory[];

  constructor(
    private readonly problem: YearProblem,
    private readonly solver: Solver,
    private readonly clock: Clock,
  ) {
    this.prices = new Prices(problem);
    this.draft = new Draft(problem);
    this.beside = new Beside(this.draft, this.prices);
    this.memories = problem.challenges.map(() => new Memory());
  }

  /** The best option of each challenge asked for at the prices, beside what is placed. Throws Stopped. */
  price(order: Order): (Priced | null)[] {
    this.take(order);
    return order.asked.map((c) => {
      if (this.clock.stop()) throw new Stopped();
      const challenge = this.problem.challenges[c]!;
      const costs = order.placed.length === 0 ? this.prices.costs : this.beside.priced(challenge);
      return bestOption(challenge, costs, this.memories[c]);
    });
  }

  /** The best options of some challenges of the plan that is placed, all others staying; null where it stays too. Throws Stopped. */
  settle(order: Order): Option[] | null {
    this.take(order);
    const { solver, problem, clock } = this;
    return settleBeside({ solver, problem, clock }, this.draft, this.prices, order.asked);
  }

  private take({ newLimits, prices, placed }: Order): void {
    const { draft } = this;
    for (const limit of newLimits) this.prices.add(limit);
    if (prices.some((price, index) => price !== this.prices.price[index])) this.prices.setAll(prices);
    const wanted = new Map(placed.map(([c, option]) => [c, keyOf(option)]));
    draft.options.forEach((option, c) => {
      if (option && wanted.get(c) !== keyOf(option)) draft.remove(c);
    });
    for (const [c, option] of placed) if (!draft.options[c]) draft.place(c, option);
  }
}

/** Shares work with a colleague. The answers are the same with one and without, since it is shared in the same way. */
export class Crew {
  private told = 0;
  private readonly desk: Desk;

  constructor(
    problem: YearProblem,
    solver: Solver,
    private readonly colleague: Colleague | null,
    private readonly clock: Clock,
  ) {
    this.desk = new Desk(problem, solver, clock);
  }

  /** The best options of some challenges at these prices, by challenge. Throws Stopped when asked to stop. */
  async price(
    prices: Prices,
    asked: readonly number[],
    placed: [number, Option][] = [],
  ): Promise<Map<number, Priced>> {
    const order = this.orderOf(prices, placed);
    const halves = [0, 1].map((half) => asked.filter((c) => c % 2 === half));
    const answers = await this.share(
      halves.map((some) => ({ ...order, asked: some })),
      (desk, one) => desk.price(one),
      (colleague, one) => colleague.price(one),
    );
    const result = new Map<number, Priced>();
    halves.forEach((some, half) => {
      some.forEach((c, at) => {
        const priced = answers[half]![at];
        if (priced) result.set(c, priced);
      });
    });
    return result;
  }

  /** Two groups of challenges of a plan settled anew, each beside all others as they were. Throws Stopped when asked to stop. */
  async settle(
    prices: Prices,
    plan: readonly Option[],
    groups: [number[], number[]],
  ): Promise<(Option[] | null)[]> {
    const order = this.orderOf(
      prices,
      plan.map((option, c) => [c, option]),
    );
    return this.share(
      groups.map((asked) => ({ ...order, asked })),
      (desk, one) => desk.settle(one),
      (colleague, one) => colleague.settle(one),
    );
  }

  private orderOf(prices: Prices, placed: [number, Option][]): Omit<Order, 'asked'> {
    const order = {
      newLimits: prices.limits.slice(this.told),
      prices: [...prices.price],
      placed,
      left: this.clock.left(),
    };
    this.told = prices.limits.length;
    return order;
  }

  private async share<T>(
    [mine, theirs]: Order[],
    here: (desk: Desk, order: Order) => T,
    there: (colleague: Colleague, order: Order) => Promise<T>,
  ): Promise<[T, T]> {
    const answer = this.colleague && there(this.colleague, theirs!);
    const own = here(this.desk, mine!);
    if (answer) return [own, await this.inTime(answer)];
    if (this.clock.stop()) throw new Stopped();
    return [own, here(this.desk, theirs!)];
  }

  /** Waits for an answer, but not beyond the end. */
  private async inTime<T>(answer: Promise<T>): Promise<T> {
    const given = answer.then((value) => ({ value }));
    for (;;) {
      const first = await Promise.race([given, new Promise<null>((go) => setTimeout(go, PATIENCE, null))]);
      if (first) return first.value;
      if (this.clock.stop()) throw new Stopped();
    }
  }
}
