import { NONE } from '../problem/pool.js';
import type { Frame } from './frame.js';

/** Points that lines outside the states lose for certain: so many short that the seats left cannot mend it. */
export function looseLoss({ question, states, lists }: Frame, team: readonly number[], seat: number): number {
  let loss = 0;
  if (states.looseLines.length === 0) return 0;
  for (const line of states.looseLines) {
    const { skill, level, peers } = question.challenge.coverage[line]!;
    const column = question.pool.levels(skill);
    const covering = team.filter((p, s) => p !== NONE && lists[s]!.counts && column[p]! >= level).length;
    const open = lists.filter((list, s) => s >= seat && list.counts).length;
    loss += Math.max(0, peers - covering - open) * question.policy.uncovered;
  }
  return loss;
}
