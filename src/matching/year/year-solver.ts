import type { Progress, Outcome, YearOptions } from './outcome.js';
import { Random } from '../problem/random.js';
import { polish, rebuild, skeleton } from './build.js';
import { Columns, withChoice } from './columns.js';
import type { Crew } from './crew.js';
import { dive } from './dive.js';
import { Draft } from './draft.js';
import {
  CAREFULLY,
  FIRST_ROUNDS,
  FREE,
  LARGE_STEPS,
  MOST_FOR_DIVE,
  MOST_FOR_PROOF,
  NEARLY,
  OPTIONS,
  PASSES,
  PART_OF_GAP,
  PROOF,
  QUICKLY,
  ROUNDS,
  SMOOTHING,
  TOLERANCE,
  WHOLE,
} from './efforts.js';
import { solveShares, type Tools } from './linear.js';
import { lossesOf, neighbours, wantedBy } from './neighbourhood.js';
import { Prices } from './prices.js';
import { Memory, roughBoundOf, type Priced } from './pricing.js';
import { Stopped, type Solver } from './solver.js';
import { Subgradient } from './subgradient.js';
import { Tree } from './tree.js';
import type { Option, YearProblem } from './year-problem.js';

/** Pins that cannot all be kept, whatever the windows. */
export class PinsClash extends Error {}

/** Places all challenges of a year together: anytime, with a proven bound. */
export class YearSolver {
  private best: Option[] = [];
  private value = -Infinity;
  private bound = Infinity;
  private bestPrices: number[] = [];
  private nets: number[] = [];
  private choices: Priced[] = [];
  /** The part of the bound by which it was above the linear programme. */
  private left = 1;
  private phase: Progress['phase'] = 'first plan';
  private readonly everything: number[];
  /** What is remembered of each challenge from one plan to the next. */
  private readonly memories: Memory[];
  private readonly random: Random;
  private readonly prices: Prices;
  private readonly columns: Columns;

  constructor(
    private readonly problem: YearProblem,
    private readonly solver: Solver,
    private readonly crew: Crew,
    private readonly options: YearOptions,
  ) {
    this.everything = problem.challenges.map((_, c) => c);
    this.memories = problem.challenges.map(() => new Memory());
    this.random = new Random(options.seed);
    this.prices = new Prices(problem);
    this.columns = new Columns(problem);
  }

  /** Runs to the gap asked for, to the proof, or until told to stop. Throws PinsClash. */
  async run(): Promise<Outcome> {
    const draft = skeleton(this.problem);
    if (!draft) throw new PinsClash();
    this.offerPolished(draft, 1);
    try {
      await this.search();
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
    }
    if (this.bound === Infinity) this.bound = this.roughBound();
    this.prices.setAll(this.bestPrices);
    const status = this.bound < this.value + 1 ? 'optimal' : this.isEnough() ? 'within-gap' : 'time-limit';
    return { status, options: this.best, value: this.value, bound: this.bound, prices: this.prices };
  }

  private async search(): Promise<void> {
    const count = this.everything.length;
    this.best.forEach((option, c) => this.columns.add(c, option));
    const method = new Subgradient(this.problem, this.prices);
    await this.movePrices(method, FIRST_ROUNDS);
    if (count > MOST_FOR_DIVE) {
      for (const left of LARGE_STEPS) {
        await this.generate(left);
        this.buildFromChoices();
      }
      return this.improve();
    }
    this.buildFromChoices();
    if (count <= MOST_FOR_PROOF) return this.prove();
    await this.generate(NEARLY);
    await this.round(QUICKLY);
    await this.generate(PART_OF_GAP * this.gap);
    if (this.gap > CAREFULLY.gap) {
      await this.round(CAREFULLY.share);
      await this.generate(PART_OF_GAP * this.gap);
    }
    await this.improve();
  }

  private async movePrices(method: Subgradient, rounds: number): Promise<void> {
    this.phase = 'prices';
    for (let round = 0; round < rounds && !this.isEnough(); round++) {
      const { choices, bound } = await this.priceAll();
      if (!method.step(choices, bound, this.value)) break;
    }
    method.backToBest();
  }

  /** Column generation: the linear programme gives prices, the prices new options. */
  private async generate(enough: number): Promise<void> {
    this.phase = 'options';
    for (let round = 0; round < ROUNDS && this.left > enough && !this.isEnough(); round++) {
      const columns = withChoice(this.columns.best(this.everything, this.prices, OPTIONS), this.best);
      const shares = solveShares(
        this.tools,
        columns,
        this.prices,
        Math.min(0.01, Math.max(1e-8, this.left * TOLERANCE)),
      );
      if (!shares) break;
      let fresh = 0;
      for (const smoothing of SMOOTHING) {
        this.prices.setAll(
          shares.prices.map((price, at) => smoothing * (this.bestPrices[at] ?? 0) + (1 - smoothing) * price),
        );
        fresh += (await this.priceAll()).fresh;
      }
      this.left = Math.max(0, this.bound - shares.value) / Math.abs(this.bound);
      if (fresh === 0 && !shares.isBroken) break;
    }
    this.prices.setAll(this.bestPrices);
  }

  /** A plan from what each challenge would choose at the best prices, first come, first served. */
  private buildFromChoices(): void {
    if (this.isEnough()) return;
    const choices = this.choices.map(({ option }) => option);
    this.offerPolished(rebuild(this.problem, this.prices, choices, this.memories, this.options.clock));
  }

  /** A plan from the linear programme step by step. */
  private async round(share: number): Promise<void> {
    if (this.isEnough()) return;
    this.phase = 'rounding';
    const { columns, prices, crew } = this;
    this.offerPolished(await dive({ ...this.tools, columns, prices, crew }, { most: OPTIONS, share }));
    this.prices.setAll(this.bestPrices);
  }

  private offerPolished(
    draft: Draft | null,
    passes = this.everything.length > MOST_FOR_DIVE ? 1 : PASSES,
  ): void {
    if (!draft) return;
    polish(this.problem, draft, passes, this.options.clock, this.memories);
    this.offer(draft);
  }

  /** Some challenges after others set free and settled anew, all others staying; ends with the gap or the stop. */
  private async improve(): Promise<void> {
    this.phase = 'improving';
    const { problem, prices } = this;
    const wanted = wantedBy(problem, this.columns, prices);
    let size = Math.min(FREE.first, this.everything.length);
    while (!this.isEnough() && !this.options.clock.stop()) {
      const losses = lossesOf(problem, this.best, prices, this.nets);
      const choose = (): number[] => neighbours(wanted, losses, this.random, size);
      const groups: [number[], number[]] = [choose(), choose()];
      const found = await this.crew.settle(prices, this.best, groups);
      const before = this.value;
      found.forEach((options, at) => {
        if (options) this.replace(groups[at]!, options);
      });
      size = Math.max(FREE.least, Math.min(FREE.most, size + (this.value > before ? -1 : 1)));
      // Lets whoever waits for news have it.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Puts other options into the plan where they fit beside the rest and are worth as much. */
  private replace(some: readonly number[], options: readonly Option[]): void {
    const draft = new Draft(this.problem);
    const changed = new Map(some.map((c, at) => [c, options[at]!]));
    const all = this.best.map((option, c) => changed.get(c) ?? option);
    if (all.every((option, c) => draft.fits(c, option) && placed(draft, c, option))) this.offer(draft, true);
  }

  /** Proof: at once and, where that is too much, by cases, each with its own bound. */
  private async prove(): Promise<void> {
    this.phase = 'proof';
    const tree = new Tree(this.tools, this.bound);
    for (let turn = 0; !this.isEnough() && tree.isOpen; turn++) {
      const effort = turn === 0 ? WHOLE : PROOF;
      const better = tree.step(this.best, this.value, this.prices, effort, ({ better: found, bound }) => {
        this.bound = Math.min(this.bound, bound);
        if (found) this.offerOptions(found.options);
      });
      if (better) this.offerOptions(better.options);
      this.bound = Math.min(this.bound, Math.max(this.value, tree.bound));
      this.report();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** The best options at the present prices, and the bound they prove; how many of them are new. */
  private async priceAll(): Promise<{ choices: Priced[]; bound: number; fresh: number }> {
    const priced = await this.crew.price(this.prices, this.everything);
    const choices = this.everything.map((c) => priced.get(c)!);
    const bound = choices.reduce((sum, { net }) => sum + net, this.prices.allowance());
    if (bound < this.bound) {
      this.bound = bound;
      this.bestPrices = [...this.prices.price];
      this.nets = choices.map(({ net }) => net);
      this.choices = choices;
    }
    const fresh = choices.filter(({ option }, c) => this.columns.add(c, option)).length;
    choices.forEach(({ others }, c) => {
      for (const option of others) this.columns.add(c, option);
    });
    this.report();
    return { choices, bound, fresh };
  }

  private roughBound(): number {
    return this.everything.reduce(
      (sum, c) => sum + roughBoundOf(this.problem.challenges[c]!, this.prices.costs),
      this.prices.allowance(),
    );
  }

  private offer(draft: Draft, isAsGood = false): void {
    if (draft.value < this.value || (draft.value === this.value && !isAsGood)) return;
    this.value = draft.value;
    this.best = draft.options.map((option) => option!);
    this.report();
  }

  private offerOptions(options: readonly Option[]): void {
    const draft = new Draft(this.problem);
    options.forEach((option, c) => {
      draft.place(c, option);
    });
    this.offer(draft);
  }

  private get tools(): Tools {
    const { solver, problem } = this;
    return { solver, problem, clock: this.options.clock };
  }

  private get gap(): number {
    return (this.bound - this.value) / Math.max(1, Math.abs(this.bound - this.options.offset));
  }

  private isEnough(): boolean {
    // Scores are whole, so that less than one point is nothing.
    return this.bound < this.value + 1 || this.gap <= this.options.gap;
  }

  private report(): void {
    this.options.onProgress({ phase: this.phase, value: this.value, bound: this.bound });
  }
}

/** Places an option; for use in a row of conditions. */
function placed(draft: Draft, c: number, option: Option): true {
  draft.place(c, option);
  return true;
}
