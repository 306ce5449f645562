import { countsForTeam, type Question } from '../problem/question.js';
import { challengeChecks, passesAll, seatChecks, stayChecks } from '../rules/rules.js';

/** For each window the seats for which nobody at all is free: with one of them no full team is possible in it. */
export function seatsNobodyFills(question: Question): number[][] {
  const { pool, challenge, stays } = question;
  const general = challengeChecks(question);
  const lists = challenge.seats.map((seat) => {
    const checks = seatChecks(question, seat).filter(({ bar }) => bar !== 'position');
    return countsForTeam(seat)
      ? pool.holding(seat.positions).filter((p) => passesAll(checks, p) && passesAll(general, p))
      : null;
  });
  return stays.map((stay) => {
    const checks = challenge.seats.map((seat) => stayChecks(question, stay, seat));
    return lists.flatMap((list, s) =>
      list === null || list.some((p) => passesAll(checks[s]!, p)) ? [] : [s],
    );
  });
}
