import { NONE } from '../problem/pool.js';
import type { Question } from '../problem/question.js';
import { challengeChecks, mayServeTogether, passesAll, seatChecks, stayChecks } from './rules.js';

/** What is fixed before the search: a window, seats by index (a peer, or NONE for a seat that stays empty), or both. */
export interface Pins {
  window?: number;
  seats: ReadonlyMap<number, number>;
}

export const NO_PINS: Pins = { seats: new Map() };

/** The peers held by pins, each with the seat. */
export function heldBy(pins: Pins): [seat: number, p: number][] {
  return [...pins.seats].filter(([, p]) => p !== NONE);
}

/** Whether some window of the challenge could hold all pinned peers, by every hard rule. */
export function pinsFit(question: Question, pins: Pins): boolean {
  const held = heldBy(pins);
  const general = challengeChecks(question);
  const together = held.every(([, a], i) =>
    held.slice(i + 1).every(([, b]) => mayServeTogether(question.pool, a, b)),
  );
  const eligible = held.every(([s, p]) =>
    passesAll([...seatChecks(question, question.challenge.seats[s]!), ...general], p),
  );
  const inTime = question.stays.some((stay, window) => {
    return (
      (pins.window ?? window) === window &&
      held.every(([s, p]) => passesAll(stayChecks(question, stay, question.challenge.seats[s]!), p))
    );
  });
  return together && eligible && inTime;
}
