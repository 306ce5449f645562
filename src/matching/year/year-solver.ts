import type { Progress, Outcome, YearOptions } from './outcome.js';
import { Random } from '../problem/random.js';
import { lossesOf, polish, rebuild, related, skeleton } from './build.js';
import type { Crew } from './crew.js';
import { dive, type Pace } from './dive.js';
import { Draft } from './draft.js';
import {
  CAREFUL,
  CLOSELY,
  EFFORT,
  FIRST_PASSES,
  FIRST_ROUNDS,
  MANY_ROUNDS,
  MOST_FOR_MASTER,
  MOST_FOR_PROOF,
  NEARLY,
  NODES,
  PART,
  PARTS,
  PASSES,
  PROOF,
  QUICK,
  SHARES,
  SMOOTHING,
} from './efforts.js';
import { Master } from './master.js';
import { partOf, settle, worthOf } from './part.js';
import { Prices } from './prices.js';
import { roughBoundOf, type Priced } from './pricing.js';
import { Stopped, type Clock, type Solver } from './solver.js';
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
  private phase: Progress['phase'] = 'first plan';
  private size = PART.first;
  private readonly everything: number[];
  private readonly random: Random;
  private readonly prices: Prices;

  constructor(
    private readonly problem: YearProblem,
    private readonly solver: Solver,
    private readonly crew: Crew,
    private readonly options: YearOptions,
  ) {
    this.everything = problem.challenges.map((_, c) => c);
    this.random = new Random(options.seed);
    this.prices = new Prices(problem);
  }

  /** Runs to the gap asked for, to the proof, or until told to stop. Throws PinsClash. */
  async run(): Promise<Outcome> {
    const draft = skeleton(this.problem);
    if (!draft) throw new PinsClash();
    polish(this.problem, draft, this.everything, FIRST_PASSES, this.options.clock);
    this.offer(draft);
    try {
      await this.search(draft);
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
    }
    if (this.bound === Infinity) this.bound = this.roughBound();
    this.prices.setAll(this.bestPrices);
    const status = this.bound < this.value + 1 ? 'optimal' : this.isEnough() ? 'within-gap' : 'time-limit';
    return { status, options: this.best, value: this.value, bound: this.bound, prices: this.prices };
  }

  private async search(draft: Draft): Promise<void> {
    const isLarge = this.everything.length > MOST_FOR_MASTER;
    const master = isLarge ? null : new Master(this.solver, this.problem, this.prices, this.options.clock);
    try {
      if (master) for (const c of this.everything) this.addFirst(master, c);
      const method = new Subgradient(this.problem, this.prices);
      for (const [turn, rounds] of (isLarge ? MANY_ROUNDS : FIRST_ROUNDS).entries()) {
        await this.movePrices(method, rounds, master);
        if (this.isEnough()) return;
        if (isLarge) this.buildFromChoices(SHARES[turn % SHARES.length]!);
      }
      if (master) {
        await this.generate(master, NEARLY);
        this.build(master);
        if (this.gap < QUICK.gap) await this.round(master, QUICK);
        else for (let n = 0; n < QUICK.parts; n++) this.improvePart(this.draftOfBest(draft));
        await this.generate(master, CLOSELY);
        await this.round(master, CAREFUL);
      }
      await this.improve(draft);
    } finally {
      master?.dispose();
    }
  }

  private addFirst(master: Master, c: number): void {
    const { nothing, frame } = this.problem.challenges[c]!;
    master.add(c, this.best[c]!);
    if (nothing > -Infinity) master.add(c, { window: -1, team: frame.lists.map(() => -1), value: nothing });
  }

  private async movePrices(method: Subgradient, rounds: number, master: Master | null): Promise<void> {
    this.phase = 'prices';
    for (let round = 0; round < rounds && !this.isEnough(); round++) {
      const { choices, bound } = await this.priceAll();
      choices.forEach(({ option }, c) => master?.add(c, option));
      if (!method.step(choices, bound, this.value)) break;
    }
    method.backToBest();
  }

  /** Column generation: the linear programme gives prices, the prices new options. */
  private async generate(master: Master, until: { rounds: number; gap: number }): Promise<void> {
    this.phase = 'options';
    this.prices.price.forEach((price, index) => price > this.prices.least(index) && master.enforce(index));
    let smoothing = SMOOTHING;
    for (let round = 0; round < until.rounds && !this.isEnough(); round++) {
      const shares = master.solve();
      this.prices.setAll(
        shares.prices.map(
          (price, index) => smoothing * (this.bestPrices[index] ?? 0) + (1 - smoothing) * price,
        ),
      );
      const { choices } = await this.priceAll();
      const fresh = choices.filter(({ option }, c) => master.add(c, option)).length;
      if (this.bound - shares.value <= until.gap * Math.abs(this.bound)) break;
      if (fresh === 0 && smoothing === 0) break;
      smoothing = fresh === 0 ? 0 : SMOOTHING;
    }
  }

  /** Plans from the shares of the linear programme and its prices, at once. */
  private build(master: Master): void {
    this.phase = 'rounding';
    const { taken } = master.solve();
    const wishes = master.columns.flatMap(({ c, option }, k) =>
      taken[k]! > 1e-6 ? [{ c, option, part: taken[k]! }] : [],
    );
    for (const share of SHARES) this.offerPolished(rebuild(this.problem, this.prices, wishes, share));
  }

  /** A plan from what each challenge would choose at the best prices, first come, first served. */
  private buildFromChoices(share: number): void {
    const wishes = this.choices.map(({ option }, c) => ({ c, option, part: 1 }));
    this.offerPolished(rebuild(this.problem, this.prices, wishes, share));
  }

  /** A plan from the linear programme step by step, slower and better. */
  private async round(master: Master, pace: Pace): Promise<void> {
    if (this.isEnough()) return;
    this.phase = 'rounding';
    const { solver, problem, crew } = this;
    this.offerPolished(await dive({ solver, problem, master, crew, clock: this.options.clock }, pace));
  }

  private offerPolished(draft: Draft | null): void {
    if (!draft) return;
    polish(
      this.problem,
      draft,
      this.everything,
      this.everything.length > MOST_FOR_MASTER ? 1 : PASSES,
      this.options.clock,
    );
    this.offer(draft);
  }

  /** Parts settled anew and, where that can end, proof by cases; ends with the gap, the proof or the stop. */
  private async improve(draft: Draft): Promise<void> {
    this.prices.setAll(this.bestPrices);
    const isSmall = this.everything.length <= MOST_FOR_PROOF;
    const tree = new Tree(this.solver, this.problem, this.bound, this.options.clock);
    for (let turn = 1; !this.isEnough(); turn++) {
      this.phase = 'improving';
      for (let n = 0; n < (isSmall ? 1 : PARTS) && !this.isEnough(); n++)
        this.improvePart(this.draftOfBest(draft));
      this.phase = 'proof';
      for (let n = 0; n < NODES && isSmall && !this.isEnough(); n++) this.prove(tree, draft);
      // Lets whoever waits for news have it.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Settles a few challenges anew, all others staying as they are; their number follows what can be settled for good. */
  private improvePart(draft: Draft): void {
    const losses = lossesOf(this.problem, draft, this.prices, this.nets);
    const chosen = related(this.problem, losses, this.random, this.size);
    const known = chosen.map((c, at) => ({ c: at, option: draft.options[c]! }));
    const part = partOf(this.problem, draft, chosen);
    const value = worthOf(
      part,
      known.map(({ option }) => option),
    );
    const { better, bound } = settle({ ...this.tools, problem: part, known, value, effort: EFFORT });
    this.size =
      (better?.value ?? value) >= bound
        ? Math.min(this.size + 1, PART.most)
        : Math.max(this.size - 1, PART.least);
    if (!better) return;
    for (const c of chosen) draft.remove(c);
    chosen.forEach((c, at) => {
      draft.place(c, better.options[at]!);
    });
    this.offer(draft);
  }

  /** Looks at one more case of the proof. */
  private prove(tree: Tree, draft: Draft): void {
    const better = tree.step(this.value, this.prices, PROOF);
    if (better) {
      for (const c of this.everything) draft.remove(c);
      better.options.forEach((option, c) => {
        draft.place(c, option);
      });
      this.offer(draft);
    }
    this.bound = Math.min(this.bound, Math.max(this.value, tree.bound));
  }

  private get tools(): { solver: Solver; from: Prices; clock: Clock } {
    return { solver: this.solver, from: this.prices, clock: this.options.clock };
  }

  private draftOfBest(first: Draft): Draft {
    for (const c of this.everything) first.remove(c);
    this.best.forEach((option, c) => {
      first.place(c, option);
    });
    return first;
  }

  /** The best options at the present prices, and the bound they prove. */
  private async priceAll(): Promise<{ choices: Priced[]; bound: number }> {
    const priced = await this.crew.price(this.prices, this.everything);
    const choices = this.everything.map((c) => priced.get(c)!);
    const bound = choices.reduce((sum, { net }) => sum + net, this.prices.allowance());
    if (bound < this.bound) {
      this.bound = bound;
      this.bestPrices = [...this.prices.price];
      this.nets = choices.map(({ net }) => net);
      this.choices = choices;
    }
    this.report();
    return { choices, bound };
  }

  private roughBound(): number {
    return this.everything.reduce(
      (sum, c) => sum + roughBoundOf(this.problem.challenges[c]!, this.prices.costs),
      this.prices.allowance(),
    );
  }

  private offer(draft: Draft): void {
    if (draft.value <= this.value) return;
    this.value = draft.value;
    this.best = draft.options.map((option) => option!);
    this.report();
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
