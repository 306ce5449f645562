import type { Stay } from '../problem/question.js';
import type { YearProblem } from './year-problem.js';

/** A limit on one peer: how many challenges, how many days, or at most one stay that takes up a day, rest included. */
export interface Limit {
  p: number;
  kind: 'challenges' | 'days' | 'day';
  /** The day, for a limit of that kind. */
  day: number;
}

/** A stay that a peer is wanted for, wholly (1) or in part. */
export interface Use {
  stay: number;
  part: number;
}

const TINY = 1e-6;

/** How much of a limit a stay takes up. */
export function takes({ kind, day }: Limit, stay: Stay, restDays: number): number {
  if (kind === 'challenges') return 1;
  if (kind === 'days') return stay.days;
  return stay.first <= day && day <= stay.last + restDays ? 1 : 0;
}

/**
 * The limits of a peer that some uses break, or come to the second challenge by, where repeated service has its price. Stays that
 * are too near each other all take up the first day of the latest of them, so that first days are all that matter.
 */
export function brokenLimits(problem: YearProblem, p: number, uses: readonly Use[]): Limit[] {
  const { stays, pool } = problem;
  const { restDays } = pool.peers[p]!;
  const taken = (limit: Limit): number =>
    uses.reduce((sum, { stay, part }) => sum + part * takes(limit, stays[stay]!, restDays), 0);
  const challenges: Limit = { p, kind: 'challenges', day: 0 };
  if (taken(challenges) <= 1 + TINY) return [];
  if (problem.most[p] === 1) return [challenges];
  const broken = [challenges];
  const days: Limit = { p, kind: 'days', day: 0 };
  if (taken(days) > problem.daysLeft[p]! + TINY) broken.push(days);
  let worst: Limit | null = null;
  let most = 1 + TINY;
  for (const day of new Set(uses.map(({ stay }) => stays[stay]!.first))) {
    const much = taken({ p, kind: 'day', day });
    if (much > most) [worst, most] = [{ p, kind: 'day', day }, much];
  }
  return worst ? [...broken, worst] : broken;
}

/** The stays that peers are wanted for by options, each taken wholly or in part. */
export function usesOf(
  problem: YearProblem,
  taken: Iterable<{ c: number; window: number; peers: readonly number[]; part: number }>,
): Map<number, Use[]> {
  const uses = new Map<number, Use[]>();
  for (const { c, window, peers, part } of taken) {
    for (const p of peers) {
      const use = { stay: problem.challenges[c]!.stayOf[window]!, part };
      const known = uses.get(p);
      if (known) known.push(use);
      else uses.set(p, [use]);
    }
  }
  return uses;
}
