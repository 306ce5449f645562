import { instance } from '../../bench/instances.js';
import { NONE } from '../../src/matching/problem/pool.js';
import { polish, skeleton } from '../../src/matching/year/build.js';
import { Crew } from '../../src/matching/year/crew.js';
import type { Outcome, Progress } from '../../src/matching/year/outcome.js';
import { secondCore } from '../../src/matching/year/second-core.js';
import { loadSolver, NO_LIMIT } from '../../src/matching/year/solver.js';
import { yearOf } from '../../src/matching/year/year-of.js';
import { YearSolver } from '../../src/matching/year/year-solver.js';

/** More challenges than are proven, so that every way of the solver is gone. */
const input = { programme: instance(5, 900, 61), incumbent: [] };
const GAP = 0.0009;

interface Told {
  outcome: Outcome;
  progress: Progress[];
}

async function solved(hasColleague: boolean): Promise<Told> {
  const colleague = hasColleague ? secondCore(input) : null;
  const [problem, solver] = [(await colleague?.year()) ?? yearOf(input), await loadSolver()];
  const progress: Progress[] = [];
  try {
    const crew = new Crew(problem, solver, colleague, NO_LIMIT);
    const options = { gap: GAP, clock: NO_LIMIT, seed: 1, offset: 0 };
    const outcome = await new YearSolver(problem, solver, crew, {
      ...options,
      onProgress: (one) => progress.push(one),
    }).run();
    return { outcome, progress };
  } finally {
    await colleague?.stop();
  }
}

describe('a year of many challenges', () => {
  let alone: Told;
  beforeAll(async () => {
    alone = await solved(false);
  }, 120_000);

  it('has the same plan, bound and way to them with one core and with two', async () => {
    const together = await solved(true);
    expect(alone.progress.at(-1)?.phase).toBe('improving');
    expect(together.progress).toEqual(alone.progress);
    expect(together.outcome.options).toEqual(alone.outcome.options);
    expect(together.outcome.bound).toBe(alone.outcome.bound);
  }, 120_000);

  it('always has a plan no worse than taking the best team for one challenge after the other, and a bound no lower', () => {
    const problem = yearOf(input);
    const greedy = skeleton(problem);
    if (!greedy) throw new Error('nothing is pinned here');
    polish(problem, greedy, 1, NO_LIMIT);
    const { progress, outcome } = alone;
    expect(Math.min(...progress.map(({ value }) => value))).toBeGreaterThanOrEqual(greedy.value);
    expect(Math.min(...progress.map(({ bound }) => bound))).toBeGreaterThanOrEqual(outcome.value);
    expect(outcome.bound - outcome.value).toBeLessThanOrEqual(GAP * outcome.bound);
    expect(outcome.options.filter(({ window }) => window === NONE).length).toBeLessThan(10);
  });
});
