import { NONE } from '../problem/pool.js';
import { challengeChecks, passesAll, seatChecks } from '../rules/rules.js';
import { replace } from './build.js';
import type { Draft } from './draft.js';
import { partOf, worthOf } from './part.js';
import { Prices } from './prices.js';
import { settle, type Effort } from './settle.js';
import type { Clock, Solver } from './solver.js';
import type { Option, YearProblem } from './year-problem.js';

/** How many other challenges a chain may go over, and how many are tried. */
const PARTNERS = 6;
const EFFORT: Effort = { rounds: 20, few: 8, options: 3000, nodes: 50 };

/**
 * Mends a plan in which one challenge has lost somebody: the best team for it beside all others, exact, keeping people as the
 * points for keeping them say. Where that leaves a seat empty that somebody could fill who serves elsewhere, the challenge is
 * settled together with one such other, then with two: a chain. Changes the draft; returns the challenges that changed.
 */
export function repair(
  problem: YearProblem,
  draft: Draft,
  c: number,
  solver: Solver,
  clock: Clock,
): number[] {
  const before = [...draft.options];
  replace(problem, draft, c);
  for (const size of [1, 2]) {
    const others = partners(problem, draft, c);
    if (others.length < size) break;
    if (groups(others, size).some((chosen) => settleTogether(problem, draft, [c, ...chosen], solver, clock)))
      break;
  }
  return before.flatMap((option, at) => (draft.options[at] === option ? [] : [at]));
}

/** The challenges with people who could take an empty seat of one, those with most first. */
function partners({ challenges, stays }: YearProblem, draft: Draft, c: number): number[] {
  const { frame, stayOf, windows } = challenges[c]!;
  const { team, window } = draft.options[c]!;
  const { question } = frame;
  const general = challengeChecks(question);
  const counts = new Map<number, number>();
  const empty = frame.lists.flatMap(({ counts: isReal, groups }, s) =>
    isReal && team[s] === NONE && groups.length > 0 ? [s] : [],
  );
  const checks = empty.map((s) => [...seatChecks(question, question.challenge.seats[s]!), ...general]);
  const wanted = (window === NONE ? windows : [window]).map((w) => stays[stayOf[w]!]!);
  draft.options.forEach((option, other) => {
    if (other === c || !option || option.window === NONE) return;
    const able = option.team.filter((p) => {
      return (
        p !== NONE &&
        checks.some((list) => passesAll(list, p)) &&
        wanted.some(({ first, last }) => question.pool.isFree(p, first, last))
      );
    });
    if (able.length > 0) counts.set(other, able.length);
  });
  return [...counts]
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .map(([other]) => other)
    .slice(0, PARTNERS);
}

function groups(others: number[], size: number): number[][] {
  if (size === 1) return others.map((other) => [other]);
  return others.flatMap((first, i) => others.slice(i + 1).map((second) => [first, second]));
}

/** Settles some challenges together; false where that fills no more seats or is worth less. */
function settleTogether(
  problem: YearProblem,
  draft: Draft,
  chosen: number[],
  solver: Solver,
  clock: Clock,
): boolean {
  const part = partOf(problem, draft, chosen);
  const known = chosen.map((c, at) => ({ c: at, option: draft.options[c]! }));
  const value = worthOf(
    part,
    known.map(({ option }) => option),
  );
  const { better } = settle({
    solver,
    problem: part,
    known,
    value,
    from: new Prices(part),
    effort: EFFORT,
    clock,
  });
  const openSeats = (options: readonly Option[]): number =>
    options.reduce(
      (sum, { team }, at) =>
        sum + team.filter((p, s) => p === NONE && part.challenges[at]!.frame.lists[s]!.counts).length,
      0,
    );
  if (!better || openSeats(better.options) >= openSeats(known.map(({ option }) => option))) return false;
  for (const c of chosen) draft.remove(c);
  chosen.forEach((c, at) => {
    draft.place(c, better.options[at]!);
  });
  return true;
}
