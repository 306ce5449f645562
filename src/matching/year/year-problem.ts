import { NONE, type Pool } from '../problem/pool.js';
import type { Question, Stay } from '../problem/question.js';
import { heldBy, type Pins } from '../rules/pins.js';
import { teamTerms, termsOf, total, type Team } from '../rules/score.js';
import { frameOf, type Frame, type Listed } from '../teams/frame.js';
import type { Keeping } from '../teams/seat-lists.js';

/** What one challenge may get: a window with a team, or no window (NONE) and nobody. */
export interface Option {
  window: number;
  team: Team;
  /** The score of the team alone, with the points for keeping people, without the price of repeated service. */
  value: number;
}

/** One challenge of the year, made ready. */
export interface YearChallenge {
  frame: Frame;
  /** The windows that may be chosen. */
  windows: number[];
  /** For each window, the index of its dates among the stays of the year. */
  stayOf: number[];
  /** Who is worth keeping in which seat. */
  keeping: Keeping;
  /** What having no window is worth; -Infinity where something is pinned that needs one. */
  nothing: number;
}

/** A whole year: all challenges against one pool. Days are numbers from 1970-01-01. */
export interface YearProblem {
  pool: Pool;
  challenges: YearChallenge[];
  /** The different dates of all windows. */
  stays: Stay[];
  /** For each stay, 1 for each peer who could serve then if nothing else were planned. */
  free: Uint8Array[];
  /** The price of the first n challenges of a peer in a year, by n. */
  repeatSum: number[];
  /** How many challenges each peer has beside this problem, how many more they may take, and how many days are left to them. */
  served: Int32Array;
  most: Int32Array;
  daysLeft: Int32Array;
}

/** One challenge to place, as the year solver takes it; its policy must leave out the price of repeats. */
export interface YearQuestion {
  question: Question;
  pins: Pins;
  keeping: Keeping;
}

/**
 * Prepares a year. `repeat` is the price of a peer's first, second … challenge; the last goes on. Peers from `real` on are imagined
 * and never free. `listings` say who may sit where, by question.
 */
export function yearProblem(
  pool: Pool,
  questions: readonly YearQuestion[],
  repeat: readonly number[],
  real: number,
  listings: readonly Listed[],
): YearProblem {
  const stays: Stay[] = [];
  const places = new Map<string, number>();
  const stayIndex = (stay: Stay): number => {
    const key = `${String(stay.first)}:${String(stay.last)}`;
    const at = places.get(key);
    if (at !== undefined) return at;
    places.set(key, stays.length);
    return stays.push(stay) - 1;
  };
  const challenges = questions.map(({ question, pins, keeping }, c) => ({
    frame: frameOf(question, listings[c]!),
    keeping,
    windows: question.stays.flatMap((_, window) => ((pins.window ?? window) === window ? [window] : [])),
    stayOf: question.stays.map(stayIndex),
    nothing: pins.window !== undefined || heldBy(pins).length > 0 ? -Infinity : worthOfNothing(question),
  }));
  const most = Int32Array.from(pool.peers, ({ maxChallenges }) => Math.min(maxChallenges, questions.length));
  const repeatSum = [0];
  for (let n = 0; n <= questions.length; n++)
    repeatSum.push(repeatSum[n]! + (repeat[Math.min(n, repeat.length - 1)] ?? 0));
  const free = stays.map((stay) => freeIn(pool, stay, real));
  const daysLeft = Int32Array.from(pool.peers, ({ maxDays }) => maxDays);
  return { pool, challenges, stays, free, repeatSum, served: new Int32Array(pool.size), most, daysLeft };
}

/** What n more challenges of a peer cost in repeated service. */
export function repeatCost({ repeatSum, served }: YearProblem, p: number, n: number): number {
  return repeatSum[served[p]! + n]! - repeatSum[served[p]!]!;
}

/** All seats empty and all coverage missing. */
function worthOfNothing(question: Question): number {
  const nobody = question.challenge.seats.map(() => NONE);
  return total(teamTerms(question, nobody, 0));
}

function freeIn(pool: Pool, { first, last, days }: Stay, real: number): Uint8Array {
  return Uint8Array.from(pool.peers, ({ maxDays, maxChallenges }, p) =>
    p < real && maxChallenges > 0 && maxDays >= days && pool.isFree(p, first, last) ? 1 : 0,
  );
}

/** Whether a peer may serve in both stays: apart by the peer's rest days at least. */
export function restsBetween(restDays: number, a: Stay, b: Stay): boolean {
  return a.first > b.last + restDays || b.first > a.last + restDays;
}

/** A window and a team as an option, with its worth. */
export function optionOf(
  { frame: { question }, keeping }: YearChallenge,
  window: number,
  team: Team,
): Option {
  const kept = team.reduce(
    (sum, p, s) => sum + (p !== NONE && keeping.get(s)?.p === p ? keeping.get(s)!.points : 0),
    0,
  );
  const terms =
    window === NONE ? teamTerms(question, team, 0) : termsOf(question, team, question.stays[window]!.penalty);
  return { window, team, value: total(terms) + kept };
}

/** The peers of an option. */
export function peersOf({ team }: Option): number[] {
  return team.filter((p) => p !== NONE);
}
