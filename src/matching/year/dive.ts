import { Crew } from './crew.js';
import { Draft } from './draft.js';
import { Master, type Column, type Shares } from './master.js';
import { partOf } from './part.js';
import { Prices } from './prices.js';
import type { Solver, Clock } from './solver.js';
import type { Option, YearProblem } from './year-problem.js';

/** How many challenges are settled in one step at most, and how many rounds of new options there are before each. */
export interface Pace {
  most: number;
  rounds: number;
}

/** From what share on more than one challenge is settled in a step. */
const SURE = 0.5;
/** Once this part is settled, the rest is made a smaller problem of its own. */
const SHARE_SETTLED = 0.3;
const SMALL = 12;

interface Dive {
  solver: Solver;
  problem: YearProblem;
  master: Master;
  crew: Crew;
  clock: Clock;
}

/**
 * Rounds the linear programme to a plan: settles the challenges it is surest of, asks for new options for the rest at the prices
 * that follow, solves again, and so on. Null where pins leave no way on. Leaves the master as it was, but for the new options.
 */
export async function dive(at: Dive, pace: Pace): Promise<Draft | null> {
  const { problem, master } = at;
  const draft = new Draft(problem);
  const settled: Column[] = [];
  const count = problem.challenges.length;
  try {
    let shares = master.solve();
    while (settled.length < count && (count <= SMALL || settled.length < SHARE_SETTLED * count)) {
      shares = await renew(at, draft, shares, pace.rounds);
      const before = settled.length;
      for (const { column, share } of surest(master, shares, draft)) {
        if (settled.length > before && (share < SURE || settled.length >= before + pace.most)) break;
        if (draft.options[column.c] || !draft.fits(column.c, column.option)) continue;
        settled.push(column);
        draft.place(column.c, column.option);
        master.fix(column, true);
      }
      if (settled.length === before) return null;
      shares = master.solve();
    }
  } finally {
    for (const column of settled) master.fix(column, false);
  }
  return settled.length === count || (await finish(at, draft, pace)) ? draft : null;
}

/** Dives on with the challenges still open, as a problem of their own; false where there is no way. */
async function finish({ solver, problem, master, clock }: Dive, draft: Draft, pace: Pace): Promise<boolean> {
  const open = problem.challenges.flatMap((_, c) => (draft.options[c] ? [] : [c]));
  const part = partOf(problem, draft, open);
  const prices = new Prices(part);
  const rest = new Master(solver, part, prices, clock);
  try {
    const place = new Map(open.map((c, index) => [c, index]));
    for (const { c, option } of master.columns)
      if (place.has(c) && draft.fits(c, option)) rest.add(place.get(c)!, option);
    const given = new Set(rest.columns.map(({ c }) => c));
    const plan =
      given.size < open.length
        ? null
        : await dive({ solver, problem: part, master: rest, crew: new Crew(part, null, clock), clock }, pace);
    plan?.options.forEach((option, index) => {
      draft.place(open[index]!, option!);
    });
    return plan !== null;
  } finally {
    rest.dispose();
  }
}

/** Options that the challenges still open would rather have, beside those settled, and the shares they change. */
async function renew(
  { problem, master, crew }: Dive,
  draft: Draft,
  shares: Shares,
  rounds: number,
): Promise<Shares> {
  let now = shares;
  const open = problem.challenges.flatMap((_, c) => (draft.options[c] ? [] : [c]));
  const placed = draft.options.flatMap((option, c): [number, Option][] => (option ? [[c, option]] : []));
  for (let round = 0; round < rounds; round++) {
    master.prices.setAll(now.prices);
    let fresh = 0;
    for (const [c, { option }] of await crew.price(master.prices, open, placed))
      if (master.add(c, option)) fresh++;
    if (fresh === 0) break;
    now = master.solve();
  }
  return now;
}

function surest({ columns }: Master, { taken }: Shares, draft: Draft): { column: Column; share: number }[] {
  return columns
    .map((column, k) => ({ column, share: taken[k] ?? 0 }))
    .filter(({ column, share }) => share > 1e-6 && !draft.options[column.c])
    .sort((a, b) => b.share - a.share);
}
