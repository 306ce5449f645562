import { NONE } from '../problem/pool.js';
import { Draft } from './draft.js';
import { chooseBest, optionsThatMatter } from './enumerate.js';
import { Master, type Shares } from './master.js';
import { Prices } from './prices.js';
import { bestOption } from './pricing.js';
import { Stopped, type Solver, type Clock } from './solver.js';
import type { Option, YearChallenge, YearProblem } from './year-problem.js';

/** How much work to spend on a part of a year. */
export interface Effort {
  rounds: number;
  options: number;
  nodes: number;
  /** Whether to choose among the options met when those that matter are too many. */
  guess: boolean;
}

/** An option of a challenge and how much of it a linear programme takes. */
export interface Wish {
  c: number;
  option: Option;
  part: number;
}

export interface Task {
  solver: Solver;
  problem: YearProblem;
  /** Options to begin with. */
  known: readonly { c: number; option: Option }[];
  /** Only what is worth more than this is wanted. */
  value: number;
  from: Prices;
  effort: Effort;
  clock: Clock;
}

export interface Settled {
  /** Options worth more than was asked for, where some were found. */
  better: { options: Option[]; value: number } | null;
  /** No choice for these challenges is worth more than this, or than what was asked for. */
  bound: number;
  /** The last solution of the linear programme. */
  shares: Wish[];
  known: { c: number; option: Option }[];
}

/** Some challenges of a year, with all others where a draft has them: what these leave of people's time is what there is. */
export function partOf(problem: YearProblem, draft: Draft, chosen: readonly number[]): YearProblem {
  const saved = chosen.map((c) => draft.remove(c));
  const used = [...new Set(chosen.flatMap((c) => problem.challenges[c]!.stayOf))];
  const newIndex = new Map(used.map((stay, index) => [stay, index]));
  const daysOf = (p: number): number =>
    draft.staysOf(p).reduce((sum, stay) => sum + problem.stays[stay]!.days, 0);
  const part: YearProblem = {
    pool: problem.pool,
    repeatSum: problem.repeatSum,
    challenges: chosen.map((c) => ({
      ...problem.challenges[c]!,
      stayOf: problem.challenges[c]!.stayOf.map((stay) => newIndex.get(stay)!),
    })),
    stays: used.map((stay) => problem.stays[stay]!),
    free: used.map((stay) => Uint8Array.from(draft.costs[stay]!.column, (cost) => (cost < Infinity ? 1 : 0))),
    served: problem.served.map((count, p) => count + draft.staysOf(p).length),
    most: problem.most.map((most, p) => Math.min(most - draft.staysOf(p).length, chosen.length)),
    daysLeft: problem.daysLeft.map((days, p) => days - daysOf(p)),
  };
  chosen.forEach((c, i) => {
    if (saved[i]) draft.place(c, saved[i]);
  });
  return part;
}

const TINY = 1e-6;
/** What a challenge that must have a window is worth without one, while the linear programme has no other way. */
const WAY_OUT = -1_000_000;

/**
 * The best options for a few challenges together, where they are worth more than `value` and this effort finds them, and a proven
 * bound: column generation from the prices given, then an integer programme over the options that still matter. Throws Stopped.
 */
export function settle({ solver, problem, known, value, from, effort, clock }: Task): Settled {
  const master = new Master(solver, problem, pricesFrom(problem, from), clock);
  try {
    begin(master, problem, known);
    const { bound, nets, best, shares } = relax(problem, master, value, effort.rounds, clock);
    const wishes = master.columns.flatMap(({ c, option }, k) =>
      (shares?.taken[k] ?? 0) > TINY ? [{ c, option, part: shares!.taken[k]! }] : [],
    );
    const result = {
      better: null,
      bound,
      shares: wishes,
      known: master.columns.map(({ c, option }) => ({ c, option })),
    };
    if (bound < value + 1) return result;
    master.prices.setAll(best);
    const all = optionsThatMatter(
      problem,
      master.prices,
      nets,
      { slack: bound - value - 1, most: effort.options },
      clock,
    );
    if (all && problem.challenges.some((_, c) => all.every((one) => one.c !== c)))
      return { ...result, bound: -Infinity };
    if (!all && !effort.guess) return result;
    const tried = chooseBest(solver, problem, all ?? master.columns, effort.nodes, clock);
    const worth = tried.chosen ? worthOf(problem, tried.chosen) : -Infinity;
    return {
      ...result,
      better: worth > value ? { options: tried.chosen!, value: worth } : null,
      bound: all ? Math.min(bound, Math.floor(tried.bound + TINY)) : bound,
    };
  } finally {
    master.dispose();
  }
}

/** A master begins with the options that are known, and with no team for each challenge. */
function begin(master: Master, problem: YearProblem, known: Task['known']): void {
  for (const { c, option } of known) if (isAllowed(problem.challenges[c]!, option)) master.add(c, option);
  problem.challenges.forEach(({ nothing, frame }, c) => {
    const value = nothing === -Infinity ? WAY_OUT : nothing;
    master.add(c, { window: NONE, team: frame.lists.map(() => NONE), value });
  });
  master.prices.limits.forEach((_, index) => master.enforce(index));
}

/** Prices for a problem as they are known from a larger one. */
function pricesFrom(problem: YearProblem, from: Prices): Prices {
  const prices = new Prices(problem);
  const wanted = from.limits
    .map((limit, index) => ({ limit, price: from.price[index]! }))
    .filter(({ price }) => price > 0);
  const values: number[] = [];
  for (const { limit, price } of wanted) if (problem.most[limit.p]! > 0) values[prices.add(limit)] = price;
  prices.setAll(values);
  return prices;
}

/** Whether an option is one of a challenge whose windows or lists have been narrowed. */
function isAllowed({ windows, frame }: YearChallenge, { window, team }: Option): boolean {
  if (window === NONE) return false; // added for every challenge anew
  const seatFits = (p: number, s: number): boolean => {
    const { groups, empty } = frame.lists[s]!;
    return p === NONE ? empty > -Infinity : groups.some(({ peers }) => peers.includes(p));
  };
  return windows.includes(window) && team.every(seatFits);
}

/** Column generation until it brings nothing more; ends early when no better plan than `value` is possible. */
function relax(
  problem: YearProblem,
  master: Master,
  value: number,
  rounds: number,
  clock: Clock,
): { bound: number; nets: number[]; best: number[]; shares: Shares | null } {
  const { prices } = master;
  let [bound, nets, best]: [number, number[], number[]] = [Infinity, [], []];
  let shares: Shares | null = null;
  for (let round = 0; round < rounds; round++) {
    if (clock.stop()) throw new Stopped();
    const choices = problem.challenges.map((challenge) => bestOption(challenge, prices.costs));
    // A challenge whose pins cannot be kept here.
    if (choices.includes(null)) return { bound: -Infinity, nets: [], best: [], shares };
    const now = choices.reduce((sum, choice) => sum + choice!.net, prices.allowance());
    if (now < bound) [bound, nets, best] = [now, choices.map((choice) => choice!.net), [...prices.price]];
    if (bound < value + 1) break;
    const fresh = choices.filter((choice, c) => master.add(c, choice!.option)).length;
    if (round > 0 && fresh === 0) break;
    shares = master.solve();
    if (bound - shares.value < 1e-3) break;
    prices.setAll(
      shares.prices.map((price, index) => (round === 0 ? price : 0.8 * price + 0.2 * (best[index] ?? 0))),
    );
  }
  return { bound, nets, best, shares };
}

/** What options are worth together, prices of repeated service included. */
export function worthOf(problem: YearProblem, options: readonly Option[]): number {
  const draft = new Draft(problem);
  options.forEach((option, c) => {
    draft.place(c, option);
  });
  return draft.value;
}
