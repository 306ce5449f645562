import { NONE } from '../problem/pool.js';
import type { Programme } from '../problem/programme.js';
import { blockedInPlan, type BlockedInPlan } from '../reasons/blocked-in-plan.js';
import { Crew } from '../year/crew.js';
import { bestRecruits, type Recruit } from '../year/recruits.js';
import { secondCore } from '../year/second-core.js';
import { loadSolver, type Clock } from '../year/solver.js';
import {
  changedSeats,
  disruptionOf,
  disruptionWeight,
  namedIn,
  yearOf,
  type Assignment,
  type YearInput,
} from '../year/year-of.js';
import type { YearProblem } from '../year/year-problem.js';
import { PinsClash, YearSolver } from '../year/year-solver.js';
import type { Outcome, Progress } from '../year/outcome.js';
import { planScore } from './plan-score.js';
import { BadInput } from './reader.js';
import { seatsById } from '../problem/question.js';

export const PLAN_FORMAT = 'critical-friend/plan@1';

/** A seat whose person is not the one that people know. */
export interface Change {
  challenge: string;
  seat: string;
  from: string;
  to: string | null;
}

export interface PlanAnswer {
  format: typeof PLAN_FORMAT;
  status: 'optimal' | 'within-gap' | 'time-limit';
  score: number;
  /** No plan's score less disruption is higher. */
  bound: number;
  /** (bound − score + disruption) / |bound|. */
  gap: number;
  disruption: number;
  assignments: Assignment[];
  changed: Change[];
  blocked: BlockedInPlan[];
  recruit: Recruit[];
}

export interface PlanOptions {
  gap: number;
  clock: Clock;
  seed?: number;
  onProgress?: (progress: Progress) => void;
}

/**
 * Plans all challenges of a programme together. Throws BadInput where commitments cannot all be kept. The answer is the best plan
 * found by the time the clock stops, with the bound proven by then; without a time limit the same input gives the same answer.
 */
export async function answerPlan(
  input: YearInput,
  { gap, clock, seed = 1, onProgress }: PlanOptions,
): Promise<PlanAnswer> {
  const colleague = secondCore(input);
  try {
    const [problem, highs] = [(await colleague?.year()) ?? yearOf(input), await loadSolver()];
    const offset = namedWeight(input);
    const report = onProgress ?? (() => undefined);
    const solver = new YearSolver(problem, highs, new Crew(problem, highs, colleague, clock), {
      gap,
      clock,
      seed,
      offset,
      onProgress: (progress) => {
        report({ ...progress, value: progress.value - offset, bound: progress.bound - offset });
      },
    });
    return answerOf(input, problem, await solver.run(), offset, clock);
  } catch (error) {
    if (!(error instanceof PinsClash)) throw error;
    const found = 'seats committed to people who cannot all serve, whatever the windows';
    throw new BadInput([
      {
        path: 'commitments',
        found,
        allowed: 'people who are free together and rested in some choice of windows',
      },
    ]);
  } finally {
    await colleague?.stop();
  }
}

function answerOf(
  input: YearInput,
  problem: YearProblem,
  outcome: Outcome,
  offset: number,
  clock: Clock,
): PlanAnswer {
  const { programme, incumbent } = input;
  const assignments = problem.challenges.map(({ frame: { question } }, c): Assignment => {
    const { window, team } = outcome.options[c]!;
    const { challenge, pool } = question;
    return {
      challenge: challenge.id,
      window: window === NONE ? null : challenge.windows[window]!.id,
      seats: seatsById(challenge, pool, team),
    };
  });
  const score = planScore(programme, assignments);
  const disruption = disruptionOf(programme, incumbent, assignments);
  const bound = Math.max(score - disruption, Math.floor(outcome.bound - offset));
  const recruits = Array.from(
    { length: problem.pool.size - programme.peers.length },
    (_, i) => programme.peers.length + i,
  );
  return {
    format: PLAN_FORMAT,
    status: score - disruption === bound ? 'optimal' : outcome.status,
    score,
    bound,
    gap: score - disruption === bound ? 0 : (bound - score + disruption) / Math.max(1, Math.abs(bound)),
    disruption,
    assignments,
    changed: changesOf(programme, incumbent, assignments),
    blocked: blockedInPlan(programme, assignments, clock),
    recruit: bestRecruits(problem, outcome.prices, outcome.options, recruits, clock),
  };
}

/** What it would cost to replace everybody named in the incumbent; the search counts what it keeps against that. */
function namedWeight({ programme, incumbent }: YearInput): number {
  const known = new Map(incumbent.map((assignment) => [assignment.challenge, assignment]));
  return programme.challenges.reduce((sum, challenge) => {
    const named = challenge.seats.filter(({ id }) => namedIn(known.get(challenge.id), id) !== null).length;
    return sum + named * disruptionWeight(programme, challenge);
  }, 0);
}

/** The seats whose named person is replaced or dropped, one by one. */
export function changesOf(
  { challenges }: Programme,
  before: readonly Assignment[],
  after: readonly Assignment[],
): Change[] {
  const [old, now] = [before, after].map(
    (plan) => new Map(plan.map((assignment) => [assignment.challenge, assignment])),
  );
  return challenges.flatMap((challenge) => {
    const [from, to] = [old!.get(challenge.id), now!.get(challenge.id)];
    return changedSeats(challenge, from, to).map((seat) => ({
      challenge: challenge.id,
      seat,
      from: namedIn(from, seat)!,
      to: namedIn(to, seat),
    }));
  });
}
