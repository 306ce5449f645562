import type { Reporting } from '../../reference/content.js';

/** How quarters make a total: added up, the last of a running count, or the councils that are named in any of them. */
export const COUNTINGS = ['sum', 'running', 'distinct'] as const;
export type Counting = (typeof COUNTINGS)[number];

export const DIRECTIONS = ['at_least', 'up_to'] as const;
export type Direction = (typeof DIRECTIONS)[number];

export const COLOUR_RULES = ['delivery', 'budget', 'by_hand'] as const;
export type ColourRule = (typeof COLOUR_RULES)[number];

export const COLOURS = ['green', 'amber', 'red', 'not_started'] as const;
export type Colour = (typeof COLOURS)[number];

/** One quarter of a measure: a count, "n/a", or nothing yet. */
export interface QuarterFigure {
  value: number | null;
  notApplicable: boolean;
  /** Who was counted, where the same one counts once in the year. */
  names: readonly string[];
}

/** What is known of a measure in a year. */
export interface MeasureFacts {
  target: number | null;
  counting: Counting;
  direction: Direction;
  /** Q1 to Q4. */
  quarters: readonly QuarterFigure[];
  /** Booked and still to come in the year. */
  confirmed: number;
  /** Before confirmed, with dates in the year. */
  inDiscussion: number;
}

/** How a measure stands, with the reason for its colour in words. */
export interface Standing {
  total: number | null;
  /** Of the target, rounded to a whole number; null without a target to divide by. */
  percent: number | null;
  /** Delivered, confirmed and in discussion together. */
  all: number;
  colour: Colour;
  because: string;
}

/** The year so far: null while no quarter has a figure. */
export function totalOf({ counting, quarters }: Pick<MeasureFacts, 'counting' | 'quarters'>): number | null {
  const known = quarters.filter(({ value, notApplicable }) => value !== null && !notApplicable);
  if (known.length === 0) return null;
  if (counting === 'running') return known.at(-1)?.value ?? null;
  if (counting === 'distinct') return new Set(known.flatMap(({ names }) => names)).size;
  return known.reduce((sum, { value }) => sum + (value ?? 0), 0);
}

/** How a measure stands by its rule. A colour that somebody entered, with its reason, goes before the rule. */
export function standingOf(
  facts: MeasureFacts,
  rule: ColourRule,
  entered: { colour: Colour; reason: string } | null,
  policy: Reporting,
): Standing {
  const total = totalOf(facts);
  const { target, confirmed, inDiscussion } = facts;
  const all = (total ?? 0) + confirmed + inDiscussion;
  const percent = total === null || !target ? null : Math.round((100 * total) / target);
  const base = { total, percent, all };
  if (entered) return { ...base, colour: entered.colour, because: `entered by hand: ${entered.reason}` };
  if (total === null && confirmed + inDiscussion === 0)
    return {
      ...base,
      colour: 'not_started',
      because: 'no quarter has a figure, and nothing is booked or in discussion',
    };
  if (rule === 'by_hand')
    return { ...base, colour: 'not_started', because: 'its colour is entered by hand, and has not been yet' };
  if (target === null)
    return { ...base, colour: 'not_started', because: 'it has no target to be held against' };
  const coloured =
    rule === 'budget'
      ? byBudget(facts, total ?? 0, target, policy)
      : byDelivery(facts, total ?? 0, target, policy);
  return { ...base, ...coloured };
}

type Coloured = Pick<Standing, 'colour' | 'because'>;

/** Counted delivery (product rule of 2015/16): green when what is delivered and confirmed reaches the target. */
function byDelivery(
  facts: MeasureFacts,
  total: number,
  target: number,
  { amberFromPercent }: Reporting,
): Coloured {
  const booked = total + facts.confirmed;
  const all = booked + facts.inDiscussion;
  if (facts.direction === 'up_to') {
    if (all <= target)
      return { colour: 'green', because: `with what is in discussion ${said(all, target)} at most` };
    return booked <= target
      ? {
          colour: 'amber',
          because: `delivered and confirmed are ${said(booked, target)} at most, with what is in discussion ${String(all)}`,
        }
      : {
          colour: 'red',
          because: `delivered and confirmed are ${String(booked)}, beyond ${String(target)} at most`,
        };
  }
  if (booked >= target)
    return { colour: 'green', because: `delivered and confirmed reach the target: ${said(booked, target)}` };
  const words = `delivered and confirmed are ${said(booked, target)}, with what is in discussion ${String(all)}`;
  const amber = 100 * all >= amberFromPercent * target;
  return amber
    ? { colour: 'amber', because: `${words}: at least ${String(amberFromPercent)}% of the target` }
    : { colour: 'red', because: `${words}: less than ${String(amberFromPercent)}% of the target` };
}

/** Budget-like: how far off the target the total is. Under a limit is not off. */
function byBudget({ direction }: MeasureFacts, total: number, target: number, policy: Reporting): Coloured {
  const off = direction === 'up_to' ? Math.max(0, total - target) : Math.abs(total - target);
  const words = `${said(total, target)}, ${target === 0 ? String(off) : `${String(Math.round((1000 * off) / target) / 10)}%`} off`;
  if (100 * off <= policy.budgetGreenPercent * target)
    return { colour: 'green', because: `${words}: within ${String(policy.budgetGreenPercent)}%` };
  return 100 * off <= policy.budgetAmberPercent * target
    ? { colour: 'amber', because: `${words}: within ${String(policy.budgetAmberPercent)}%` }
    : { colour: 'red', because: `${words}: more than ${String(policy.budgetAmberPercent)}%` };
}

const said = (number: number, target: number): string => `${String(number)} of ${String(target)}`;

/** The rule of a measure in words, to stand beside its colour. */
export function ruleWords(rule: ColourRule, direction: Direction, policy: Reporting): string {
  if (rule === 'by_hand') return 'The colour is entered by hand, with its reason.';
  if (rule === 'budget')
    return `Green within ${String(policy.budgetGreenPercent)}% of the target, amber within ${String(policy.budgetAmberPercent)}%, red beyond.`;
  return direction === 'up_to'
    ? 'Green while delivered, confirmed and in discussion together stay within the limit; amber while delivered and confirmed do; else red.'
    : `Green when delivered and confirmed together reach the target; amber when with what is in discussion they reach ${String(policy.amberFromPercent)}% of it; else red.`;
}
