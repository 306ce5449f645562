import { NONE } from '../problem/pool.js';
import { withPerson, withWindow } from './narrow.js';
import { settle, type Effort, type Settled, type Wish } from './part.js';
import type { Prices } from './prices.js';
import type { Clock, Solver } from './solver.js';
import type { Option, YearChallenge, YearProblem } from './year-problem.js';

interface Node {
  problem: YearProblem;
  /** No plan of this branch is worth more. */
  bound: number;
  /** Options met in the branch above. */
  known: { c: number; option: Option }[];
}

/** Shares nearer to whole than this count as whole. */
const WHOLE = 0.02;

/**
 * Proof by cases: where the linear programme takes parts of several windows, or of several people for a seat, each branch has one
 * of them or does without it. The most promising branch is looked at first; the highest bound of those open is a bound for all.
 */
export class Tree {
  private open: Node[];

  constructor(
    private readonly solver: Solver,
    root: YearProblem,
    bound: number,
    private readonly clock: Clock,
  ) {
    this.open = [{ problem: root, bound, known: [] }];
  }

  /** No plan is worth more than this, or than one known already. */
  get bound(): number {
    return this.open.reduce((most, { bound }) => Math.max(most, bound), -Infinity);
  }

  /** Looks at one branch; returns a plan worth more than `value` where it finds one. Throws Stopped. */
  step(value: number, prices: Prices, effort: Effort): Settled['better'] {
    this.open = this.open.filter(({ bound }) => bound >= value + 1);
    const node = this.open.reduce<Node | null>(
      (best, other) => (best && best.bound >= other.bound ? best : other),
      null,
    );
    if (!node) return null;
    const result = settle({
      solver: this.solver,
      problem: node.problem,
      known: node.known,
      value,
      from: prices,
      effort,
      clock: this.clock,
    });
    this.open.splice(this.open.indexOf(node), 1);
    const bound = Math.min(node.bound, result.bound);
    if (bound >= Math.max(value, result.better?.value ?? value) + 1) {
      const branches = branchesOf(node.problem, result.shares);
      // Nothing to branch on: the shares are a plan, and what is left is the price of repeated service.
      if (branches.length === 0) this.open.push({ ...node, bound: Math.min(bound, value) });
      for (const problem of branches) this.open.push({ problem, bound, known: result.known });
    }
    return result.better;
  }
}

function branchesOf(problem: YearProblem, shares: readonly Wish[]): YearProblem[] {
  const window = halfTaken(
    shares.map(({ c, option, part }) => ({ c, seat: NONE, choice: option.window, part })),
  );
  if (window)
    return bothWays(problem, window.c, (challenge, isTaken) => withWindow(challenge, window.choice, isTaken));
  const person = halfTaken(
    shares.flatMap(({ c, option, part }) =>
      option.team.map((choice, seat) => ({ c, seat, choice, part: option.window === NONE ? 0 : part })),
    ),
  );
  return person
    ? bothWays(problem, person.c, (challenge, isTaken) =>
        withPerson(challenge, person.seat, person.choice, isTaken),
      )
    : [];
}

interface Case {
  c: number;
  seat: number;
  choice: number;
  part: number;
}

/** The choice taken nearest to one half. */
function halfTaken(parts: readonly Case[]): Case | null {
  const sums = new Map<string, Case>();
  for (const one of parts) {
    const key = `${String(one.c)} ${String(one.seat)} ${String(one.choice)}`;
    const known = sums.get(key);
    if (known) known.part += one.part;
    else sums.set(key, { ...one });
  }
  let best: Case | null = null;
  for (const one of sums.values()) {
    const off = Math.abs(one.part - 0.5);
    if (off < 0.5 - WHOLE && (!best || off < Math.abs(best.part - 0.5))) best = one;
  }
  return best;
}

function bothWays(
  problem: YearProblem,
  c: number,
  change: (challenge: YearChallenge, isTaken: boolean) => YearChallenge,
): YearProblem[] {
  return [true, false].map((isTaken) => ({
    ...problem,
    challenges: problem.challenges.map((challenge, at) =>
      at === c ? change(challenge, isTaken) : challenge,
    ),
  }));
}
