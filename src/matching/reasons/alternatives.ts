import type { Question } from '../problem/question.js';
import { barsMet, mayServeTogether, type Bar } from '../rules/rules.js';
import { termsOf, total, type Team } from '../rules/score.js';

/** Somebody else for a seat, the rest of the team and the dates staying. */
export interface Alternative {
  p: number;
  /** How the score changes, in points. */
  change: number;
  /** Why this peer may not serve after all; empty for those who may. */
  bars: Bar[];
}

/**
 * The best others for a seat of a team, highest score first, equal ones in the order of the file: so many who may serve, and among
 * them those of equal worth whom a bar stops, since people ask after them.
 */
export function alternatives(
  question: Question,
  team: Team,
  window: number,
  s: number,
  count: number,
): Alternative[] {
  const { pool, challenge } = question;
  const stay = question.stays[window]!;
  const seat = challenge.seats[s]!;
  const now = total(termsOf(question, team, stay.penalty));
  const others = team.filter((p, other) => other !== s && p >= 0);
  const known = [...pool.holding(seat.positions)]
    .filter((p) => !team.includes(p))
    .flatMap((p): Alternative[] => {
      const bars = barsMet(question, seat, p, stay);
      // Whoever does not hold what the seat asks is no alternative to it.
      if (bars.some((bar) => bar === 'party' || bar === 'skill')) return [];
      const together = others.every((other) => mayServeTogether(pool, other, p));
      const changed = team.map((held, at) => (at === s ? p : held));
      const change = total(termsOf(question, changed, stay.penalty)) - now;
      return [{ p, change, bars: together ? bars : [...bars, 'sameTeam'] }];
    })
    .sort((a, b) => b.change - a.change || a.p - b.p);
  const free = known.filter(({ bars }) => bars.length === 0).slice(0, count);
  const least = free.at(-1)?.change ?? -Infinity;
  const stopped = known
    .filter(({ bars, change }) => bars.length > 0 && change >= least)
    .slice(0, Math.ceil(count / 2));
  return [...free, ...stopped].sort((a, b) => b.change - a.change || a.p - b.p);
}
