import { NONE } from '../problem/pool.js';
import type { Question } from '../problem/question.js';
import { challengeChecks, mayServeTogether, passesAll, seatChecks, stayChecks } from '../rules/rules.js';
import { seatTerms, total } from '../rules/score.js';
import type { Pins } from '../rules/pins.js';
import type { Found } from '../teams/found.js';
import { bestTeams } from '../teams/teams.js';
import type { Accreditable } from './reason.js';

/** So many are named, and at most so many tried. */
const MOST_NAMED = 3;
const MOST_TRIED = 10;

/**
 * Whom nothing but the accreditation for the kind keeps from an empty seat of the best team; null where there is nobody. Who is named is
 * proved by the search: with that one accreditation they are in the best team, and fewer of its seats stay empty.
 */
export function accreditable(
  question: Question,
  seatIndex: number,
  best: Found,
  pins: Pins,
): Accreditable | null {
  const waiting = waitingFor(question, seatIndex);
  if (waiting.length === 0) return null;
  const emptyIn = ({ team }: Found): number => team.filter((p) => p === NONE).length;
  const others = best.team.filter((p) => p !== NONE);
  // Of seats that are alike the search fills the first; whoever sits there could have sat here.
  const fills = (p: number): boolean => {
    const [team] = bestTeams(accreditedToo(question, p), 1, pins);
    return team !== undefined && team.team.includes(p) && emptyIn(team) < emptyIn(best);
  };
  const worth = new Map(waiting.map((p) => [p, total(seatTerms(question, seatIndex, p))]));
  // Whoever fits the team as it stands needs nobody else to move.
  const isEasy = (p: number): number =>
    others.every((other) => mayServeTogether(question.pool, other, p)) ? 1 : 0;
  const inOrder = [...waiting].sort(
    (a, b) => isEasy(b) - isEasy(a) || (worth.get(b) ?? 0) - (worth.get(a) ?? 0) || a - b,
  );
  const named = inOrder.slice(0, MOST_TRIED).filter(fills).slice(0, MOST_NAMED);
  return { peers: waiting.length, best: named.map((p) => question.pool.peers[p]!.id) };
}

/** The same question as if one more peer were accredited. */
function accreditedToo(question: Question, p: number): Question {
  const accredited = question.accredited.slice();
  accredited[p] = 1;
  const lapses = new Map([...question.lapses].filter(([other]) => other !== p));
  return { ...question, accredited, lapses };
}

/** Those who hold the post and the skill, and whom no other bar stops in at least one window, other members of the team aside. */
function waitingFor(question: Question, seatIndex: number): number[] {
  const { pool, accredited, lapses } = question;
  const seat = question.challenge.seats[seatIndex]!;
  const lasting = { ...question, accredited: accredited.map(() => 1), lapses: new Map<number, number>() };
  const checks = [...seatChecks(question, seat), ...challengeChecks(lasting)];
  const stays = question.stays.map((stay) => stayChecks(lasting, stay, seat));
  return [...pool.holding(seat.positions)].filter(
    (p) =>
      (accredited[p] === 0 || lapses.has(p)) &&
      passesAll(checks, p) &&
      stays.some((stay) => passesAll(stay, p)),
  );
}
