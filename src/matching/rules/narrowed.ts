import { Pool } from '../problem/pool.js';
import { ask, type Question } from '../problem/question.js';
import { challengeChecks, passesAll, seatChecks } from './rules.js';

/**
 * The same question about those only who could sit in one of the seats, dates aside: it has the same teams, in the same order. It is a part
 * of the pool, to be copied to a thread. Why nobody can take a seat is told by the whole question only.
 */
export function narrowed(question: Question): Question {
  const { pool, challenge, policy } = question;
  const general = challengeChecks(question);
  const seats = challenge.seats.map((seat) => ({
    holders: pool.holding(seat.positions),
    checks: [...seatChecks(question, seat), ...general],
  }));
  const able = new Set(
    seats.flatMap(({ holders, checks }) => [...holders].filter((p) => passesAll(checks, p))),
  );
  const kept = pool.peers.flatMap((peer, p) => (able.has(p) ? [{ peer, p }] : []));
  const few = new Pool(
    pool.councils,
    kept.map(({ peer }) => peer),
  );
  for (const [at, { p }] of kept.entries())
    for (const placement of pool.placements(p)) few.place(at, placement);
  return ask(few, policy, challenge);
}
