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
  /** Seconds to the first plan, and to a proven gap of one per cent and of a tenth; null where that was not reached. */
  first: number | null;
  onePercent: number | null;
  tenth: number | null;
  /** The proven gap after so many seconds, as a share of the bound; null before there is one. */
  gaps: [seconds: number, gap: number | null][];
  isProven: boolean;
  /** The most memory the process held, in MB. */
  memory: number;
}

const [way = '', peers = '', challenges = '', seed = '', seconds = ''] = process.argv.slice(2);
const programme = instance(Number(seed), Number(peers), Number(challenges));
const start = performance.now();
const left = (): number => Number(seconds) - (performance.now() - start) / 1000;
const clock = { left, stop: (): boolean => left() <= 0 };
type Reached = Omit<CaseResult, 'way' | 'seconds' | 'memory'>;

/** Seconds after which a gap is told. */
const MARKS = [10, 30, 60];
const NOTHING: Reached = {
  ...{
    score: 0,
    bound: 0,
    empty: Infinity,
    first: null,
    onePercent: null,
    tenth: null,
    gaps: [],
    isProven: false,
  },
};

async function plan(): Promise<Reached> {
  const reached: Pick<Reached, 'first' | 'onePercent' | 'tenth'> = {
    first: null,
    onePercent: null,
    tenth: null,
  };
  const gaps = MARKS.filter((mark) => mark <= Number(seconds)).map((mark): [number, number | null] => [
    mark,
    null,
  ]);
  const seen = ({ value, bound }: { value: number; bound: number }): void => {
    const now = (performance.now() - start) / 1000;
    const gap = (bound - value) / Math.abs(bound);
    reached.first ??= now;
    if (!Number.isFinite(gap)) return;
    if (gap <= 0.01) reached.onePercent ??= now;
    if (gap <= 0.001) reached.tenth ??= now;
    for (const mark of gaps) if (now <= mark[0]) mark[1] = gap;
  };
  const answer = await answerPlan({ programme, incumbent: [] }, { gap: 0, clock, onProgress: seen });
  seen({ value: answer.score, bound: answer.bound });
  // What was proven before a mark holds at it.
  for (const mark of gaps) if ((performance.now() - start) / 1000 < mark[0]) mark[1] = answer.gap;
  const empty = programme.challenges.flatMap(({ seats }, c) =>
    seats.filter((seat) => countsForTeam(seat) && answer.assignments[c]?.seats[seat.id] === null),
  );
  return {
    ...reached,
    ...{ gaps, score: answer.score, bound: answer.bound, empty: empty.length },
    isProven: answer.status === 'optimal',
  };
}

function greedy(): Reached {
  const problem = yearOf({ programme, incumbent: [] });
  const draft = skeleton(problem);
  if (!draft) throw new Error('no plan');
  polish(problem, draft, 20, NO_LIMIT);
  const empty = draft.options.reduce(
    (sum, option) => sum + (option?.team.filter((p) => p < 0).length ?? 0),
    0,
  );
  const first = (performance.now() - start) / 1000;
  return { ...NOTHING, score: draft.value, bound: Infinity, empty, first };
}

async function whole(): Promise<Reached> {
  const problem = yearOf({ programme, incumbent: [] });
  const { value, bound } = oneModel(await loadSolver(), problem, Number(seconds));
  return { ...NOTHING, score: Math.round(value), bound, isProven: value >= bound - 0.5 };
}

const result = way === 'plan' ? await plan() : way === 'greedy' ? greedy() : await whole();
process.send?.({
  way,
  seconds: (performance.now() - start) / 1000,
  memory: process.resourceUsage().maxRSS / 1024,
  ...result,
});
process.disconnect();
