import { NONE } from '../problem/pool.js';
import { columnOf, type Columns } from './columns.js';
import type { Crew } from './crew.js';
import { Draft } from './draft.js';
import { solveShares, type Tools } from './linear.js';
import type { Prices } from './prices.js';
import type { Option } from './year-problem.js';

/** To which part of its value the linear programme is solved on the way down. */
const TOLERANCE = 1e-4;

interface Dive extends Tools {
  columns: Columns;
  prices: Prices;
  crew: Crew;
}

/**
 * Rounds the linear programme to a plan: settles so large a share of the open challenges that it is surest of, asks for new options for the rest
 * at the prices that follow, solves again, and so on. Null where pins leave no way on. Prices are left where the way down ended. Throws
 * Stopped.
 */
export async function dive(
  { columns, prices, crew, ...tools }: Dive,
  { most, share }: { most: number; share: number },
): Promise<Draft | null> {
  const draft = new Draft(tools.problem);
  const open = new Set(tools.problem.challenges.keys());
  while (open.size > 0) {
    const placed = draft.options.flatMap((option, c) => (option ? [columnOf(c, option)] : []));
    const fitting = columns.best([...open], prices, most, ({ c, option }) => draft.fits(c, option));
    if (new Set(fitting.map(({ c }) => c)).size < open.size) return null;
    const shares = solveShares(tools, [...placed, ...fitting], prices, TOLERANCE);
    if (!shares) return null;
    const surest = fitting
      .map((column, k) => ({ column, part: shares.taken[placed.length + k]! }))
      .sort((a, b) => b.part - a.part);
    const until = open.size - Math.ceil(open.size * share);
    for (const { column } of surest) {
      if (open.size <= until) break;
      if (!open.has(column.c) || !draft.fits(column.c, column.option)) continue;
      draft.place(column.c, column.option);
      open.delete(column.c);
    }
    prices.setAll(shares.prices);
    const beside = draft.options.flatMap((option, c): [number, Option][] => (option ? [[c, option]] : []));
    for (const [c, { option, others }] of await crew.price(prices, [...open], beside))
      for (const one of [option, ...others]) if (one.window !== NONE) columns.add(c, one);
  }
  return draft;
}
