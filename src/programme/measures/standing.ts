import type { Reporting } from '../../reference/content.js';
import { COLOURING } from './colour-rules.js';
import { totalOf, type Colour, type ColourRule, type MeasureFacts, type Standing } from './colour.js';
import { addUp } from './units.js';

/** How a measure stands by its rule. A colour that somebody entered, with its reason, goes before the rule. */
export function standingOf(
  facts: MeasureFacts,
  rule: ColourRule,
  entered: { colour: Colour; reason: string } | null,
  policy: Reporting,
): Standing {
  const total = totalOf(facts);
  const { target, confirmed, inDiscussion, together = 0 } = facts;
  const ahead = addUp([confirmed, inDiscussion, together]);
  const all = addUp([total ?? 0, ahead]);
  const isShare = facts.unit === 'per_cent' || facts.counting === 'average';
  const percent = total === null || !target || isShare ? null : Math.round((100 * total) / target);
  const base = { total, percent, all };
  if (entered) return { ...base, colour: entered.colour, because: `entered by hand: ${entered.reason}` };
  if (rule === 'by_hand')
    return { ...base, colour: 'not_started', because: 'its colour is entered by hand, and has not been yet' };
  if (total === null && ahead === 0)
    return {
      ...base,
      colour: 'not_started',
      because: 'no quarter has a figure, and nothing is booked or in discussion',
    };
  if (target === null)
    return { ...base, colour: 'not_started', because: 'it has no target to be held against' };
  return { ...base, ...COLOURING[rule](facts, total ?? 0, target, policy) };
}
