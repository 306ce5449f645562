import { NONE } from '../matching/problem/pool.js';
import type { TeamSeats } from '../matching/problem/programme.js';
import type { Question } from '../matching/problem/question.js';
import { termsOf } from '../matching/rules/score.js';
import { conflict } from '../web/problems.js';
import { barredOf, type Barred } from './standing.js';

/** A team given by seats, held against the rules and weighed. */
export interface Weighed {
  team: number[];
  window: number;
  terms: ReturnType<typeof termsOf>;
  /** What stands against whom in it. */
  barred: Barred[];
}

/** The worth of a team in a window. Throws a 409 where the window is no longer offered; of peers who serve no more, nothing is counted. */
export function weigh(question: Question, seats: TeamSeats, windowId: string): Weighed {
  const { challenge, pool } = question;
  const window = challenge.windows.findIndex(({ id }) => id === windowId);
  const stay = question.stays[window];
  if (!stay)
    throw conflict('window-gone', 'The window of this proposal is no longer offered; ask for teams again.');
  const team = challenge.seats.map(({ id }) => (seats[id] ? (pool.find(seats[id]) ?? NONE) : NONE));
  return {
    team,
    window,
    terms: termsOf(question, team, stay.penalty),
    barred: barredOf(question, seats, window),
  };
}
