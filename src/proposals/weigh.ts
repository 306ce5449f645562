import { lastDay } from '../calendar/dates.js';
import { checkTeam } from '../matching/files/check.js';
import { NONE } from '../matching/problem/pool.js';
import type { TeamSeats } from '../matching/problem/programme.js';
import type { Question } from '../matching/problem/question.js';
import { termsOf, total } from '../matching/rules/score.js';
import { conflict, type FieldError } from '../web/problems.js';

/** The worth of a team given by seats. Throws a 409 with every rule that it breaks. */
export function weigh(
  question: Question,
  seats: TeamSeats,
  windowId: string,
): { team: number[]; window: number; terms: ReturnType<typeof termsOf> } {
  const { challenge, pool } = question;
  const window = challenge.windows.findIndex(({ id }) => id === windowId);
  const stay = question.stays[window];
  if (!stay)
    throw conflict('window-gone', 'The window of this proposal is no longer offered; ask for teams again.');
  const strangers = Object.entries(seats).filter(
    ([, peer]) => peer !== null && pool.find(peer) === undefined,
  );
  const team = challenge.seats.map(({ id }) => (seats[id] ? (pool.find(seats[id]) ?? NONE) : NONE));
  const { broken } = checkTeam(
    question,
    { rank: 1, score: total(termsOf(question, team, stay.penalty)), window: windowId, seats },
    { seats: new Map() },
  );
  const errors: FieldError[] =
    strangers.length > 0
      ? strangers.map(([seat, peer]) => ({
          pointer: `/seats/${seat}`,
          detail: `found ${peer ?? ''}; allowed: the id of an active peer`,
        }))
      : broken.map((detail) => ({ pointer: '/seats', detail }));
  const { start, days } = challenge.windows[window] ?? { start: '', days: 0 };
  if (errors.length > 0)
    throw conflict(
      'rule-broken',
      `This team cannot serve from ${start} to ${start && lastDay(start, days)}; choose another peer for the seats named.`,
      errors,
    );
  return { team, window, terms: termsOf(question, team, stay.penalty) };
}
