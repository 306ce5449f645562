import { skeleton } from '../../src/matching/year/build.js';
import { Crew } from '../../src/matching/year/crew.js';
import { Prices } from '../../src/matching/year/prices.js';
import type { Effort } from '../../src/matching/year/settle.js';
import { loadSolver, NO_LIMIT, Stopped, type Solver } from '../../src/matching/year/solver.js';
import { Tree } from '../../src/matching/year/tree.js';
import { yearOf } from '../../src/matching/year/year-of.js';
import type { Option, YearProblem } from '../../src/matching/year/year-problem.js';
import { times } from '../support/figure.js';
import { bestPlan } from './oracle.js';
import { smallYear } from './small-cases.js';

const CASES = times(60, 400);
const MOST_COMBINATIONS = 60_000;

let solver: Solver;
beforeAll(async () => {
  solver = await loadSolver();
});

/** Proves a year by cases with so much work on each, and returns the worth of the best plan found. */
function proven(problem: YearProblem, effort: Effort): number {
  const draft = skeleton(problem);
  if (!draft) throw new Error('nothing is pinned here');
  let [plan, value]: [Option[], number] = [draft.options.flatMap((option) => option ?? []), draft.value];
  const tree = new Tree({ solver, problem, clock: NO_LIMIT }, Infinity);
  while (tree.isOpen) {
    const better = tree.step(plan, value, new Prices(problem), effort);
    if (better) [plan, value] = [better.options, better.value];
  }
  return value;
}

describe('the proof of a small year', () => {
  it.each([
    ['by lists of options that grow, without prices', { rounds: 1, few: 1, options: 40_000, nodes: 2000 }],
    ['by cases, where no list may be made', { rounds: 100, few: 1, options: 0, nodes: 2000 }],
    [
      'by cases, where the linear programme is not solved to its end',
      { rounds: 2, few: 1, options: 0, nodes: 2000 },
    ],
  ])(
    'ends with the best plan there is, %s',
    (_, effort) => {
      let tried = 0;
      for (let seed = 1; tried < CASES; seed++) {
        const programme = smallYear(seed);
        const best = bestPlan(programme, MOST_COMBINATIONS);
        if (!best) continue;
        tried++;
        expect({ seed, value: proven(yearOf({ programme, incumbent: [] }), effort) }).toEqual({
          seed,
          value: best.score,
        });
      }
    },
    120_000,
  );
});

describe('a colleague on another core', () => {
  it('is not waited for beyond the end', async () => {
    const problem = yearOf({ programme: smallYear(1), incumbent: [] });
    const never = (): Promise<never> => new Promise(() => undefined);
    let looks = 0;
    const clock = { stop: () => ++looks > 5, left: () => 1 };
    const crew = new Crew(problem, solver, { price: never, settle: never }, clock);
    await expect(crew.price(new Prices(problem), [0, 1])).rejects.toThrow(Stopped);
  });
});
