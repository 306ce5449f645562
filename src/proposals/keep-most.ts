import type { TeamSeats } from '../matching/problem/programme.js';
import type { Question } from '../matching/problem/question.js';
import { barsMet, mayServeTogether } from '../matching/rules/rules.js';
import type { RequestPins } from './team-request.entity.js';

/**
 * The window in which most of a team can still serve, and who they are: everybody is held against every rule of their seat. Of equal
 * windows the one that is wanted more.
 */
export function keepMost(question: Question, team: TeamSeats): Required<RequestPins> {
  const { challenge, pool, stays } = question;
  const options = challenge.windows.map(({ id, penalty }, w) => {
    const kept: [seat: string, peer: string, p: number][] = [];
    for (const seat of challenge.seats) {
      const peer = team[seat.id];
      const p = peer ? pool.find(peer) : undefined;
      if (!peer || p === undefined || barsMet(question, seat, p, stays[w] ?? null).length > 0) continue;
      if (kept.every(([, , other]) => mayServeTogether(pool, other, p))) kept.push([seat.id, peer, p]);
    }
    return {
      window: id,
      penalty,
      seats: Object.fromEntries(kept.map(([seat, peer]) => [seat, peer])),
      count: kept.length,
    };
  });
  const { window, seats } = options.reduce((best, option) =>
    option.count > best.count || (option.count === best.count && option.penalty < best.penalty)
      ? option
      : best,
  );
  return { window, seats };
}
