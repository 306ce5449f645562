import { NONE, Pool } from '../problem/pool.js';
import type { Programme } from '../problem/programme.js';
import { ask, countsForTeam, type Question } from '../problem/question.js';
import { pinsOf } from '../rules/commitments.js';
import { challengeChecks, passesAll, seatChecks, stayChecks } from '../rules/rules.js';
import type { Clock } from '../year/solver.js';
import type { Assignment } from '../year/year-of.js';
import { blockedSeats } from './blocked.js';
import type { Blocked } from './reason.js';

/** A seat that a plan leaves empty, and why. */
export interface BlockedInPlan extends Blocked {
  challenge: string;
  /** The challenges that have people who could sit there too, those with most first. */
  competesWith: { challenge: string; peers: number }[];
}

/** Seconds after the end of the time within which the answer is still in time. */
const GRACE = -0.2;
const MOST_RIVALS = 5;

/** The seats that a plan leaves empty: why nobody is left for them as the plan stands, and which challenges have those who could come. */
export function blockedInPlan(
  programme: Programme,
  plan: readonly Assignment[],
  clock: Clock,
): BlockedInPlan[] {
  const open = programme.challenges.filter(({ seats }, c) =>
    seats.some((seat) => countsForTeam(seat) && plan[c]!.seats[seat.id] === null),
  );
  if (open.length === 0) return [];
  const pool = placedPool(programme, plan);
  const free = new Pool(programme.councils, programme.peers);
  return open.flatMap((challenge) => {
    const assignment = plan.find((one) => one.challenge === challenge.id)!;
    const question = ask(pool, programme.policy, challenge);
    const window = challenge.windows.findIndex(({ id }) => id === assignment.window);
    const team = challenge.seats.map(({ id }) => pool.find(assignment.seats[id] ?? '') ?? NONE);
    const pins = pinsOf(programme, challenge, pool);
    // Without a window every seat is empty; the first stands for all that could be asked.
    const found = { window: Math.max(window, 0), team, score: 0 };
    const bare =
      challenge.windows.length === 0 ? [] : blockedSeats(question, found, pins, () => clock.left() > GRACE);
    const reasons = new Map(bare.map((blocked) => [blocked.seat, blocked]));
    return challenge.seats.flatMap((seat, s) => {
      if (!countsForTeam(seat) || team[s] !== NONE || pins.seats.get(s) === NONE) return [];
      const why = reasons.get(seat.id) ?? { falls: [], relaxations: [] };
      return [
        {
          challenge: challenge.id,
          ...why,
          seat: seat.id,
          competesWith: rivals(ask(free, programme.policy, challenge), s, pool),
        },
      ];
    });
  });
}

function placedPool(programme: Programme, plan: readonly Assignment[]): Pool {
  const pool = new Pool(programme.councils, programme.peers);
  programme.challenges.forEach((challenge, c) => {
    const window = challenge.windows.findIndex(({ id }) => id === plan[c]!.window);
    if (window < 0) return;
    const { first, last } = ask(pool, programme.policy, challenge).stays[window]!;
    for (const id of Object.values(plan[c]!.seats)) {
      const p = id === null ? undefined : pool.find(id);
      if (p !== undefined) pool.place(p, { challenge: challenge.id, dates: { first, last } });
    }
  });
  return pool;
}

/** Where those serve who could sit in a seat if they served nowhere else. */
function rivals(question: Question, s: number, placed: Pool): { challenge: string; peers: number }[] {
  const { pool, challenge } = question;
  const seat = challenge.seats[s]!;
  const checks = [...seatChecks(question, seat), ...challengeChecks(question)];
  const stays = question.stays.map((stay) => stayChecks(question, stay, seat));
  const counts = new Map<string, number>();
  for (const p of pool.holding(seat.positions)) {
    if (!passesAll(checks, p) || !stays.some((stay) => passesAll(stay, p))) continue;
    for (const { challenge: other } of placed.placements(p))
      if (other !== challenge.id) counts.set(other, (counts.get(other) ?? 0) + 1);
  }
  return [...counts]
    .map(([id, peers]) => ({ challenge: id, peers }))
    .sort((a, b) => b.peers - a.peers)
    .slice(0, MOST_RIVALS);
}
