import highs from 'highs';

// The types of the package read as CommonJS; at run time the import is the loader itself.
const load = highs as unknown as typeof highs.default;

export type Solver = Awaited<ReturnType<typeof load>>;
export type Model = ReturnType<Solver['createModel']>;

/** When to end; whoever asks for a plan holds the real clock. */
export interface Clock {
  /** Asked again and again; true ends the work, which answers with the best so far. */
  stop: () => boolean;
  /** Seconds left, Infinity where there is no limit. */
  left: () => number;
}

/** A clock that never ends. */
export const NO_LIMIT: Clock = { stop: () => false, left: () => Infinity };

/** Thrown inside the solver when it is asked to stop. */
export class Stopped extends Error {}

/** Loads HiGHS, the solver of linear and integer programmes. */
export async function loadSolver(): Promise<Solver> {
  return load();
}

/**
 * Runs a linear model to its end; one that need not end at a corner may end as near as it comes, which HiGHS calls unknown. False where the
 * model has no solution. Throws Stopped when asked to stop, and an Error when the model is unbounded.
 */
export function runModel(solver: Solver, model: Model, isRough: boolean, clock: Clock): boolean {
  const { callbackType, modelStatus: statuses } = solver.constants;
  const interrupt = (event: { interrupt: () => void }): undefined => {
    if (clock.stop()) event.interrupt();
  };
  const { modelStatus } = model.run({
    [callbackType.simplexInterrupt]: interrupt,
    [callbackType.ipmInterrupt]: interrupt,
  });
  if (modelStatus === statuses.optimal || (isRough && modelStatus === statuses.unknown)) return true;
  if (modelStatus === statuses.infeasible) return false;
  if (clock.stop()) throw new Stopped();
  throw new Error(`the linear programme ended with status ${String(modelStatus)}`);
}
