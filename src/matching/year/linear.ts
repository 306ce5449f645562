import { NONE } from '../problem/pool.js';
import type { Column } from './columns.js';
import { brokenLimits, usesOf } from './limits.js';
import { programmeOf } from './model.js';
import type { Prices } from './prices.js';
import { runModel, type Clock, type Solver } from './solver.js';
import type { YearProblem } from './year-problem.js';

/** What whoever solves something of a year works with. */
export interface Tools {
  solver: Solver;
  problem: YearProblem;
  clock: Clock;
}

/** What a linear programme over some columns says. */
export interface Shares {
  value: number;
  /** By limit: prices at which the columns fight least. */
  prices: number[];
  /** How much of each column is taken, 0 to 1. */
  taken: Float64Array;
  /** Whether limits would be broken that were not rows; they are among the prices from now on. */
  isBroken: boolean;
}

/** A share of less is nothing. */
export const TINY = 1e-6;

/**
 * Solves the linear programme over some columns, with the limits known to the prices as rows: to a tolerance, relative to the value, by the
 * interior point method and without a corner; or to a corner that breaks no limit, by the simplex method, where that is null. Null
 * where no choice of these columns breaks no limit. Throws Stopped.
 */
export function solveShares(
  tools: Tools,
  columns: readonly Column[],
  prices: Prices,
  tolerance: number | null,
): Shares | null {
  const { solver, problem, clock } = tools;
  const { data, rows } = programmeOf(solver, problem, columns, prices.limits, false);
  const model = solver.createModel();
  try {
    model.options.set({ output_flag: false, presolve: 'off' });
    if (tolerance === null) model.options.set({ solver: 'simplex' });
    else model.options.set({ solver: 'ipm', run_crossover: 'off', ipm_optimality_tolerance: tolerance });
    model.passModel(data);
    if (!runModel(solver, model, tolerance !== null, clock)) return null;
    const { colValue, rowDual } = model.getSolution();
    const found = prices.limits.map((_, index) => prices.least(index));
    const place = new Map(prices.limits.map((limit, index) => [limit, index]));
    // The sign of a dual value depends on the sense; a limit is never worth less than nothing.
    for (const { limit, at } of rows) found[place.get(limit)!] = Math.abs(rowDual[at]!);
    const taken = Float64Array.from(columns, (_, at) => colValue[at]!);
    const isBroken = addBroken(problem, prices, columns, taken);
    if (isBroken && tolerance === null) return solveShares(tools, columns, prices, null);
    return { value: model.getObjectiveValue(), prices: found, taken, isBroken };
  } finally {
    model.dispose();
  }
}

function addBroken(
  problem: YearProblem,
  prices: Prices,
  columns: readonly Column[],
  taken: Float64Array,
): boolean {
  const before = prices.limits.length;
  const parts = columns.flatMap(({ c, option: { window }, peers }, k) =>
    taken[k]! > TINY && window !== NONE ? [{ c, window, peers, part: taken[k]! }] : [],
  );
  for (const [p, uses] of usesOf(problem, parts))
    for (const limit of brokenLimits(problem, p, uses)) prices.add(limit);
  return prices.limits.length > before;
}
