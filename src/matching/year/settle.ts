import { NONE } from '../problem/pool.js';
import { Columns, withChoice, type Column } from './columns.js';
import { chooseBest, optionsThatMatter } from './integer.js';
import { solveShares, TINY, type Tools } from './linear.js';
import { pricesFrom, worthOf } from './part.js';
import type { Prices } from './prices.js';
import { bestOption, Memory, type Priced } from './pricing.js';
import { Stopped } from './solver.js';
import type { Option, YearChallenge, YearProblem } from './year-problem.js';

/** How much work to spend: rounds of new options, how many of each challenge in the first integer programme, and in all in later ones, nodes. */
export interface Effort {
  rounds: number;
  few: number;
  options: number;
  nodes: number;
}

export interface Task extends Tools {
  /** Options to begin with. */
  known: readonly { c: number; option: Option }[];
  /** Only what is worth more than this is wanted; a choice of that worth, where there is one among what may be chosen. */
  value: number;
  plan?: readonly Option[];
  from: Prices;
  effort: Effort;
  /** Told of bounds and of better choices as they come. */
  report?: (found: Pick<Settled, 'better' | 'bound'>) => void;
}

/** An option of a challenge and how much of it a linear programme takes. */
export interface Wish {
  c: number;
  option: Option;
  part: number;
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

/** Prices go this share of the way back to the best so far. */
const SMOOTHING = 0.2;
/** How far options may fall short of the best of their challenge, in points, programme after programme. */
const LISTS = [2.5, 5, 10, 20, 40, 80, Infinity];
/** What a challenge that must have a window is worth without one, while the linear programme has no other way. */
const WAY_OUT = -1_000_000;

/**
 * The best options for some challenges together, where they are worth more than `value` and this effort finds them, and a proven bound.
 * Column generation gives prices and a bound; integer programmes over the best few options of each challenge, then over all options that
 * fall short by ever more, give plans; the list that reaches as far as the bound is above the plan proves it. Throws Stopped.
 */
export function settle(task: Task): Settled {
  const { problem, effort, clock, value } = task;
  const root = relax(task);
  const result: Settled = { better: null, bound: root.bound, shares: root.shares, known: root.columns };
  if (root.bound < value + 1) return result;
  task.report?.(result);
  const reached = (): number => result.better?.value ?? value;
  const choose = (columns: Column[]): number => {
    const known = result.better?.options ?? task.plan ?? null;
    const all = known ? withChoice(columns, known) : columns;
    const { chosen, bound } = chooseBest(task.solver, problem, all, { known, nodes: effort.nodes }, clock);
    const worth = chosen ? worthOf(problem, chosen) : -Infinity;
    if (chosen && worth > reached()) {
      result.better = { options: chosen, value: worth };
      task.report?.(result);
    }
    return bound;
  };
  choose(root.best(effort.few));
  for (const list of LISTS) {
    const gap = root.bound - reached() - 1;
    if (gap < 0) break;
    const slack = Math.min(list, gap);
    const limits = { slack, most: effort.options };
    const all = optionsThatMatter(problem, root.prices.costs, root.nets, limits, clock);
    if (!all) break;
    const bound = choose(all);
    if (slack < gap) continue;
    result.bound = Math.min(root.bound, bound);
    break;
  }
  return result;
}

interface Relaxed {
  bound: number;
  /** The most that each challenge brings at the prices of that bound. */
  nets: number[];
  prices: Prices;
  shares: Wish[];
  columns: { c: number; option: Option }[];
  /** So many options of each challenge, the best at those prices. */
  best: (most: number) => Column[];
}

/** Column generation until it brings nothing more; ends early when nothing better than `value` is possible. */
function relax(task: Task): Relaxed {
  const { problem, value, effort } = task;
  const prices = pricesFrom(problem, task.from);
  const everything = problem.challenges.map((_, c) => c);
  const memories = everything.map(() => new Memory());
  const columns = begin(problem, task.known);
  const all = (): Column[] => columns.best(everything, prices, Infinity);
  let [bound, nets, best]: [number, number[], number[]] = [Infinity, [], []];
  let shares: Wish[] = [];
  let smoothing = 0;
  for (let round = 0; round < effort.rounds; round++) {
    const choices = priceAll(task, prices, memories);
    if (!choices) return { bound: -Infinity, nets, prices, shares, columns: [], best: () => [] };
    const now = choices.reduce((sum, { net }) => sum + net, prices.allowance());
    if (now < bound) [bound, nets, best] = [now, choices.map(({ net }) => net), [...prices.price]];
    if (bound < value + 1) break;
    const fresh = choices.filter(({ option }, c) => columns.add(c, option)).length;
    for (const [c, { others }] of choices.entries()) for (const option of others) columns.add(c, option);
    if (round > 0 && fresh === 0 && smoothing === 0) break;
    const tried = all();
    const solved = solveShares(task, tried, prices, null);
    // Not even with the way out.
    if (!solved) return { bound: -Infinity, nets, prices, shares, columns: [], best: () => [] };
    shares = tried.flatMap(({ c, option }, k) =>
      solved.taken[k]! > TINY ? [{ c, option, part: solved.taken[k]! }] : [],
    );
    if (bound - solved.value < 1e-3) break;
    smoothing = round === 0 || fresh === 0 ? 0 : SMOOTHING;
    prices.setAll(solved.prices.map((price, at) => (1 - smoothing) * price + smoothing * (best[at] ?? 0)));
  }
  prices.setAll(best);
  const few = (most: number): Column[] => columns.best(everything, prices, most);
  return { bound, nets, prices, shares, columns: all(), best: few };
}

/** The best option of each challenge at some prices; null where pins leave one without any. */
function priceAll({ problem, clock }: Task, prices: Prices, memories: readonly Memory[]): Priced[] | null {
  if (clock.stop()) throw new Stopped();
  const choices = problem.challenges.map((one, c) => bestOption(one, prices.costs, memories[c]));
  return choices.every((choice) => choice !== null) ? choices : null;
}

/** The options that are known and may still be had; and no window for each challenge. */
function begin(problem: YearProblem, known: Task['known']): Columns {
  const columns = new Columns(problem);
  for (const { c, option } of known) if (isAllowed(problem.challenges[c]!, option)) columns.add(c, option);
  problem.challenges.forEach(({ nothing, frame }, c) => {
    if (nothing === -Infinity)
      columns.add(c, { window: NONE, team: frame.lists.map(() => NONE), value: WAY_OUT });
  });
  return columns;
}

/** Whether an option is one of a challenge whose windows or lists have been narrowed. */
function isAllowed({ windows, frame }: YearChallenge, { window, team }: Option): boolean {
  if (window === NONE) return false; // there for every challenge anew
  const seatFits = (p: number, s: number): boolean => {
    const { groups, empty } = frame.lists[s]!;
    return p === NONE ? empty > -Infinity : groups.some(({ peers }) => peers.includes(p));
  };
  return windows.includes(window) && team.every(seatFits);
}
