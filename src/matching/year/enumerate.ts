import { NONE } from '../problem/pool.js';
import { takes, type Limit } from './limits.js';
import { slopes, type Prices } from './prices.js';
import { optionsAbove } from './pricing.js';
import { Stopped, type Model, type Solver, type Clock } from './solver.js';
import { peersOf, type Option, type YearProblem } from './year-problem.js';

const TINY = 1e-6;
/** HiGHS's word for no limit. */
const MOST_SECONDS = 1e10;

interface Chosen {
  c: number;
  option: Option;
}

/**
 * Every option that a plan can contain which falls short of the bound of these prices by `slack` at most: none of its options
 * falls short of the best of its challenge by more. Null where there are more than `most`.
 */
export function optionsThatMatter(
  problem: YearProblem,
  prices: Prices,
  best: readonly number[],
  { slack, most }: { slack: number; most: number },
  clock: Clock,
): Chosen[] | null {
  const all: Chosen[] = [];
  for (const [c, challenge] of problem.challenges.entries()) {
    if (clock.stop()) throw new Stopped();
    const found = optionsAbove(challenge, prices.costs, best[c]! - slack - TINY, most - all.length + 1);
    for (const option of found) all.push({ c, option });
    if (all.length > most) return null;
  }
  return all;
}

/**
 * The best choice of one option for each challenge, as an integer programme given to HiGHS: the options chosen, where it found any,
 * and a proven bound. `nodes` limits the work. Throws Stopped.
 */
export function chooseBest(
  solver: Solver,
  problem: YearProblem,
  options: readonly Chosen[],
  nodes: number,
  clock: Clock,
): { chosen: Option[] | null; bound: number } {
  const model = solver.createModel();
  try {
    model.options.set({
      output_flag: false,
      mip_rel_gap: 0,
      mip_abs_gap: 0.99,
      mip_max_nodes: nodes,
      time_limit: Math.min(MOST_SECONDS, Math.max(0, clock.left())),
    });
    model.changeObjectiveSense(solver.constants.objectiveSense.maximize);
    fill(solver, model, problem, options);
    model.run({
      [solver.constants.callbackType.mipInterrupt]: (event) => {
        if (clock.stop()) event.interrupt();
      },
    });
    if (clock.stop()) throw new Stopped();
    const found = model.info.get('primal_solution_status') === solver.constants.solutionStatus.feasible;
    const values = found ? model.getSolution().colValue : null;
    const chosen = values
      ? problem.challenges.map((_, c) => options.find((one, at) => one.c === c && values[at]! > 0.5)?.option)
      : [];
    return {
      chosen: chosen.length > 0 && chosen.every((option) => option !== undefined) ? chosen : null,
      bound: model.info.get('mip_dual_bound') as number,
    };
  } finally {
    model.dispose();
  }
}

function fill(solver: Solver, model: Model, problem: YearProblem, options: readonly Chosen[]): void {
  const { integer } = solver.constants.variableType;
  for (const { option } of options) {
    model.addCol(option.value, 0, 1, { indices: [], values: [] });
  }
  options.forEach((_, at) => {
    model.changeColIntegrality(at, integer);
  });
  problem.challenges.forEach((_, c) => {
    const own = options.flatMap((one, at) => (one.c === c ? [at] : []));
    model.addRow(1, 1, { indices: own, values: own.map(() => 1) });
  });
  const users = new Map<number, number[]>();
  options.forEach(({ option }, at) => {
    if (option.window !== NONE)
      for (const p of peersOf(option)) (users.get(p) ?? users.set(p, []).get(p)!).push(at);
  });
  let rows = problem.challenges.length;
  for (const [p, own] of users) {
    const stayOf = (at: number): number =>
      problem.challenges[options[at]!.c]!.stayOf[options[at]!.option.window]!;
    for (const limit of limitsFor(problem, p, own.map(stayOf))) {
      const amounts = own.map((at) =>
        takes(limit, problem.stays[stayOf(at)]!, problem.pool.peers[p]!.restDays),
      );
      const room = limit.kind === 'days' ? problem.daysLeft[p]! : limit.kind === 'day' ? 1 : 0;
      model.addRow(-solver.infinity, room, {
        indices: own.filter((_, i) => amounts[i]! > 0),
        values: amounts.filter((much) => much > 0),
      });
      if (limit.kind === 'challenges') {
        for (const { slope, wide } of slopes(problem, p)) {
          model.addCol(-slope, 0, wide, { indices: [rows], values: [-1] });
        }
      }
      rows++;
    }
  }
}

/** All the limits of a peer that stays among these could break. */
function limitsFor({ stays, daysLeft }: YearProblem, p: number, used: readonly number[]): Limit[] {
  const limits: Limit[] = [{ p, kind: 'challenges', day: 0 }];
  const different = [...new Set(used)].map((stay) => stays[stay]!);
  if (different.reduce((sum, { days }) => sum + days, 0) > daysLeft[p]! || used.length > different.length)
    limits.push({ p, kind: 'days', day: 0 });
  for (const day of new Set(different.map(({ first }) => first))) limits.push({ p, kind: 'day', day });
  return limits;
}
