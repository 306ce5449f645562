import type { Programme } from '../problem/programme.js';
import { countsForTeam } from '../problem/question.js';
import { amount, listOr } from '../../english/words.js';
import { relaxationInFile } from '../reasons/words.js';
import type { PlanAnswer } from './plan-answer.js';

const MOST_LINES = 8;

/** What a plan found, in words for a programme manager; challenges by their ids. */
export function planInWords({ challenges, policy }: Programme, plan: PlanAnswer): string {
  const placed = plan.assignments.filter(({ window }) => window !== null);
  const asked = challenges.reduce((sum, { seats }) => sum + seats.filter(countsForTeam).length, 0);
  const empty = challenges.flatMap(({ seats }, c) =>
    seats.filter((seat) => countsForTeam(seat) && plan.assignments[c]!.seats[seat.id] === null),
  );
  const peers = new Set(
    plan.assignments.flatMap(({ seats }) => Object.values(seats)).filter((id) => id !== null),
  ).size;
  const behind = plan.bound - plan.score + plan.disruption;
  return [
    `${String(placed.length)} of ${String(challenges.length)} challenges have a window; ${String(asked - empty.length)} of ${String(asked)} seats are filled, by ${amount(peers, 'peer')}.`,
    behind === 0
      ? `Score ${String(plan.score)}: no plan is better.`
      : `Score ${String(plan.score)}: no plan can be better by more than ${amount(behind, 'point')} (${(plan.gap * 100).toFixed(2)}%, the worth of ${(behind / Math.max(1, policy.unfilled + policy.base)).toFixed(1)} seats).`,
    ...(plan.changed.length > 0
      ? [
          `${amount(plan.changed.length, 'seat changes', 'seats change')} hands against the plan that people know.`,
        ]
      : []),
    ...some(
      plan.blocked.map(({ challenge, seat, relaxations, accredit, competesWith }) => {
        const help = relaxations[0] ? `; it could be filled with: ${relaxationInFile(relaxations[0])}` : '';
        const accredited = accredit?.best[0]
          ? `; it could be filled by accrediting ${listOr(accredit.best)}`
          : '';
        const rival = competesWith[0]
          ? `; those who could come serve at ${competesWith[0].challenge}${competesWith.length > 1 ? ' and others' : ''}`
          : '';
        return `Challenge ${challenge}, seat ${seat}: nobody${help || accredited || rival}.`;
      }),
    ),
    ...some(
      plan.recruit.map(({ positions, party, region, month, gain }) => {
        return `One more ${positions.join(' or ')}${party === null ? '' : ` (${party})`} would be worth about ${amount(gain, 'point')}: ${region}, ${month}.`;
      }),
    ),
  ].join('\n');
}

function some(lines: string[]): string[] {
  return lines.length > MOST_LINES
    ? [...lines.slice(0, MOST_LINES), `… and ${String(lines.length - MOST_LINES)} more.`]
    : lines;
}
