import { NONE, Pool } from '../problem/pool.js';
import type { Programme } from '../problem/programme.js';
import { ask } from '../problem/question.js';
import { termsOf, teamTerms, total } from '../rules/score.js';
import type { Assignment } from '../year/year-of.js';

/** What a plan is worth by the score alone: every challenge of the programme, then the price of repeated service for each peer. */
export function planScore(programme: Programme, plan: readonly Assignment[]): number {
  const pool = new Pool(programme.councils, programme.peers);
  const known = new Map(plan.map((assignment) => [assignment.challenge, assignment]));
  const served = new Map<number, number>();
  let score = 0;
  for (const challenge of programme.challenges) {
    const question = ask(pool, programme.policy, {
      ...challenge,
      policy: { ...challenge.policy, repeat: [] },
    });
    const assignment = known.get(challenge.id);
    const window = challenge.windows.findIndex(({ id }) => id === assignment?.window);
    const team = challenge.seats.map(({ id }) =>
      window < 0 ? NONE : (pool.find(assignment?.seats[id] ?? '') ?? NONE),
    );
    score +=
      window < 0
        ? total(teamTerms(question, team, 0))
        : total(termsOf(question, team, challenge.windows[window]!.penalty));
    for (const p of team) if (p !== NONE) served.set(p, (served.get(p) ?? 0) + 1);
  }
  const { repeat } = programme.policy;
  for (const count of served.values())
    for (let n = 0; n < count; n++) score -= repeat[Math.min(n, repeat.length - 1)] ?? 0;
  return score;
}
