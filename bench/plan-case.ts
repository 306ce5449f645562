import { performance } from 'node:perf_hooks';
import { answerPlan } from '../src/matching/files/plan-answer.js';
import { countsForTeam } from '../src/matching/problem/question.js';
import { polish, skeleton } from '../src/matching/year/build.js';
import { loadSolver, NO_LIMIT } from '../src/matching/year/solver.js';
import { yearOf } from '../src/matching/year/year-of.js';
import { instance } from './instances.js';
import { oneModel } from './one-model.js';

/** What one way of planning reached on one made-up year. */
export interface CaseResult {
  way: string;
  score: number;
  bound: number;
  empty: number;
  seconds: number;
  /** Seconds to the first plan and to a proven gap of one per cent; -1 where that was not reached. */
  first: number;
  onePercent: number;
  status: string;
  /** The most memory the process held, in MB. */
  memory: number;
}

const [way = '', peers = '', challenges = '', seed = '', seconds = ''] = process.argv.slice(2);
const programme = instance(Number(seed), Number(peers), Number(challenges));
const start = performance.now();
const left = (): number => Number(seconds) - (performance.now() - start) / 1000;
const clock = { left, stop: (): boolean => left() <= 0 };
const result = way === 'plan' ? await plan() : way === 'greedy' ? greedy() : await whole();
process.send?.({
  way,
  seconds: (performance.now() - start) / 1000,
  memory: process.resourceUsage().maxRSS / 1024,
  ...result,
});
process.disconnect();

type Reached = Omit<CaseResult, 'way' | 'seconds' | 'memory'>;

async function plan(): Promise<Reached> {
  let [first, onePercent] = [-1, -1];
  const seen = ({ value, bound }: { value: number; bound: number }): void => {
    const now = (performance.now() - start) / 1000;
    if (first < 0) first = now;
    if (onePercent < 0 && Number.isFinite(bound) && bound - value <= 0.01 * Math.abs(bound)) onePercent = now;
  };
  const answer = await answerPlan({ programme, incumbent: [] }, { gap: 0, clock, onProgress: seen });
  const empty = programme.challenges.flatMap(({ seats }, c) =>
    seats.filter((seat) => countsForTeam(seat) && answer.assignments[c]?.seats[seat.id] === null),
  );
  return {
    score: answer.score,
    bound: answer.bound,
    empty: empty.length,
    first,
    onePercent,
    status: answer.status,
  };
}

function greedy(): Reached {
  const problem = yearOf({ programme, incumbent: [] });
  const draft = skeleton(problem);
  if (!draft) throw new Error('no plan');
  polish(problem, draft, Array.from(problem.challenges.keys()), 20, NO_LIMIT);
  const empty = draft.options.reduce(
    (sum, option) => sum + (option?.team.filter((p) => p < 0).length ?? 0),
    0,
  );
  return {
    score: draft.value,
    bound: Infinity,
    empty,
    first: (performance.now() - start) / 1000,
    onePercent: -1,
    status: 'local optimum',
  };
}

async function whole(): Promise<Reached> {
  const { value, bound } = oneModel(
    await loadSolver(),
    yearOf({ programme, incumbent: [] }),
    Number(seconds),
  );
  return {
    score: Math.round(value),
    bound,
    empty: -1,
    first: -1,
    onePercent: -1,
    status: value >= bound - 0.5 ? 'optimal' : 'time-limit',
  };
}
