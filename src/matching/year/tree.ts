import { NONE } from '../problem/pool.js';
import type { Tools } from './linear.js';
import { withPerson, withWindow } from './narrow.js';
import { settle, type Effort, type Settled, type Task, type Wish } from './settle.js';
import type { Prices } from './prices.js';
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
    private readonly tools: Tools,
    bound: number,
  ) {
    this.open = [{ problem: tools.problem, bound, known: [] }];
  }

  /** Whether there are cases left. */
  get isOpen(): boolean {
    return this.open.length > 0;
  }

  /** No plan is worth more than this, or than one known already. */
  get bound(): number {
    return this.open.reduce((most, { bound }) => Math.max(most, bound), -Infinity);
  }

  /** Looks at one branch, beside the best plan that is known; returns a better one where it finds one. Throws Stopped. */
  step(
    plan: readonly Option[],
    value: number,
    prices: Prices,
    effort: Effort,
    report?: Task['report'],
  ): Settled['better'] {
    this.open = this.open.filter(({ bound }) => bound >= value + 1);
    const node = this.open.reduce<Node | null>(
      (best, other) => (best && best.bound >= other.bound ? best : other),
      null,
    );
    if (!node) return null;
    const { problem } = node;
    const isRoot = problem === this.tools.problem;
    const result = settle({
      ...this.tools,
      problem,
      known: node.known,
      value,
      ...(isRoot ? { plan } : {}),
      from: prices,
      effort,
      ...(isRoot && report ? { report } : {}),
    });
    this.open.splice(this.open.indexOf(node), 1);
    const bound = Math.min(node.bound, result.bound);
    if (bound >= Math.max(value, result.better?.value ?? value) + 1)
      for (const branch of branchesOf(problem, result.shares))
        this.open.push({ problem: branch, bound, known: result.known });
    return result.better;
  }
}

function branchesOf(problem: YearProblem, all: readonly Wish[]): YearProblem[] {
  // No window is no choice of a challenge that must have one.
  const shares = all.filter(
    ({ c, option }) => option.window !== NONE || problem.challenges[c]!.nothing > -Infinity,
  );
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
  const split = person ?? undecided(problem);
  return split
    ? bothWays(problem, split.c, (challenge, isTaken) =>
        split.seat === NONE
          ? withWindow(challenge, split.choice, isTaken)
          : withPerson(challenge, split.seat, split.choice, isTaken),
      )
    : [];
}

/**
 * The first choice that a challenge has still got, where the shares are a plan: one that is worth less than they say, since the price of
 * repeated service is only nearly a sum of parts, or shares of a programme that was not solved to its end. Null where nothing is left to
 * choose, so that the one plan there is has been looked at.
 */
function undecided({ challenges }: YearProblem): Omit<Case, 'part'> | null {
  for (const [c, { windows, nothing, frame }] of challenges.entries()) {
    if (windows.length === 0) continue;
    if (windows.length > 1 || nothing > -Infinity) return { c, seat: NONE, choice: windows[0]! };
    for (const [seat, { groups, empty }] of frame.lists.entries()) {
      const people = groups.flatMap(({ peers }) => [...peers]);
      if (people.length > 0 && people.length + (empty > -Infinity ? 1 : 0) > 1)
        return { c, seat, choice: people[0]! };
    }
  }
  return null;
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
