import type { StayCosts } from '../teams/stay-costs.js';
import { columnOf, keyOf, type Column } from './columns.js';
import type { Limit } from './limits.js';
import { programmeOf } from './model.js';
import { optionsAbove } from './pricing.js';
import { Stopped, type Clock, type Solver } from './solver.js';
import type { Option, YearProblem } from './year-problem.js';

const TINY = 1e-6;
/** The solver's own bound is true to this, in points: plans are worth whole points, so that nothing is lost by it. */
const TOLERANCE = 0.01;
/** The programmes are near their linear ones: what looks for plans and cuts at length takes longer than it saves. */
const LEAN = {
  mip_pool_soft_limit: 10,
  mip_heuristic_effort: 0,
  mip_heuristic_run_rins: false,
  mip_heuristic_run_rens: false,
  mip_heuristic_run_root_reduced_cost: false,
  mip_allow_restart: false,
  mip_detect_symmetry: false,
};
/** HiGHS's word for no limit. */
const MOST_SECONDS = 1e10;

/**
 * Every option that a plan can contain which falls short of the bound of some prices by `slack` at most: none of its options falls short of
 * the best of its challenge by more. Null where there are more than `most`. Throws Stopped.
 */
export function optionsThatMatter(
  problem: YearProblem,
  costs: readonly StayCosts[],
  best: readonly number[],
  { slack, most }: { slack: number; most: number },
  clock: Clock,
): Column[] | null {
  const all: Column[] = [];
  for (const [c, challenge] of problem.challenges.entries()) {
    if (clock.stop()) throw new Stopped();
    const found = optionsAbove(challenge, costs, best[c]! - slack - TINY, most - all.length + 1);
    for (const option of found) all.push(columnOf(c, option));
    if (all.length > most) return null;
  }
  return all;
}

/**
 * The best choice of one column for each challenge, as an integer programme given to HiGHS: the options chosen, where it found any, and a
 * proven bound, in whole points. It begins at a choice that is known, which must be among the columns. `nodes` limits the work. Throws
 * Stopped.
 */
export function chooseBest(
  solver: Solver,
  problem: YearProblem,
  columns: readonly Column[],
  { known, nodes }: { known: readonly Option[] | null; nodes: number },
  clock: Clock,
): { chosen: Option[] | null; bound: number } {
  const { data } = programmeOf(solver, problem, columns, allLimits(problem, columns), true);
  const model = solver.createModel();
  try {
    model.options.set({
      output_flag: false,
      mip_rel_gap: 0,
      mip_abs_gap: 0.99,
      mip_max_nodes: nodes,
      ...LEAN,
      time_limit: Math.min(MOST_SECONDS, Math.max(0, clock.left())),
    });
    model.passModel(data);
    if (known) begin(model, columns, known);
    model.run({
      [solver.constants.callbackType.mipInterrupt]: (event) => {
        if (clock.stop()) event.interrupt();
      },
    });
    if (clock.stop()) throw new Stopped();
    const found = model.info.get('primal_solution_status') === solver.constants.solutionStatus.feasible;
    const values = found ? model.getSolution().colValue : null;
    const chosen = problem.challenges.map(
      (_, c) => columns.find((one, at) => one.c === c && values && values[at]! > 0.5)?.option,
    );
    const isInfeasible = model.getModelStatus() === solver.constants.modelStatus.infeasible;
    const dual = isInfeasible ? -Infinity : (model.info.get('mip_dual_bound') as number);
    const bound = Math.floor(dual + TOLERANCE);
    return { chosen: chosen.every((option) => option !== undefined) ? chosen : null, bound };
  } finally {
    model.dispose();
  }
}

/** Gives the solver a choice to begin with; the columns beside are worked out by it. */
function begin(
  model: ReturnType<Solver['createModel']>,
  columns: readonly Column[],
  known: readonly Option[],
): void {
  const keys = known.map(keyOf);
  const taken = columns.flatMap(({ c, option }, at) => (keyOf(option) === keys[c] ? [at] : []));
  model.setSolution({ indices: taken, values: taken.map(() => 1) });
}

/** All the limits that some choice of columns could break. */
function allLimits({ challenges, stays, daysLeft }: YearProblem, columns: readonly Column[]): Limit[] {
  const users = new Map<number, number[]>();
  for (const { c, option, peers } of columns) {
    for (const p of peers) {
      const stay = challenges[c]!.stayOf[option.window]!;
      const known = users.get(p);
      if (known) known.push(stay);
      else users.set(p, [stay]);
    }
  }
  return [...users].flatMap(([p, used]) => {
    const limits: Limit[] = [{ p, kind: 'challenges', day: 0 }];
    const different = [...new Set(used)].map((stay) => stays[stay]!);
    if (different.reduce((sum, { days }) => sum + days, 0) > daysLeft[p]! || used.length > different.length)
      limits.push({ p, kind: 'days', day: 0 });
    for (const day of new Set(different.map(({ first }) => first))) limits.push({ p, kind: 'day', day });
    return limits;
  });
}
