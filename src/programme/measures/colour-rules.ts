import type { Reporting } from '../../reference/content.js';
import type { Colour, ColourRule, MeasureFacts } from './colour.js';
import { sayFigure, type Unit } from './units.js';

export interface Coloured {
  colour: Colour;
  because: string;
}

type Rule = (facts: MeasureFacts, total: number, target: number, policy: Reporting) => Coloured;

const percent = (one: number): string => `${String(one)}%`;
const plain = (one: number): string => sayFigure(one, { unit: 'number', decimals: 0 });
const said = (number: number, target: number, unit: Unit = 'number'): string =>
  `${sayFigure(number, { unit, decimals: 0 })} of ${sayFigure(target, { unit, decimals: 0 })}`;
const share = (part: number, whole: number): number => Math.round((1000 * part) / whole) / 10;

/** Counted delivery (product rule of 2015/16): green when what is delivered and confirmed reaches the target. */
const byDelivery: Rule = (facts, total, target, { amberFromPercent }) => {
  const booked = total + facts.confirmed;
  const all = booked + facts.inDiscussion + (facts.together ?? 0);
  if (facts.direction === 'up_to') return withinLimit(booked, all, target);
  if (facts.counting === 'average') return byMean(total, target, amberFromPercent);
  if (booked >= target)
    return { colour: 'green', because: `delivered and confirmed reach the target: ${said(booked, target)}` };
  const words = facts.together
    ? `delivered are ${said(booked, target)}, with what is confirmed or in discussion ${plain(all)}`
    : `delivered and confirmed are ${said(booked, target)}, with what is in discussion ${plain(all)}`;
  return 100 * all >= amberFromPercent * target
    ? { colour: 'amber', because: `${words}: at least ${percent(amberFromPercent)} of the target` }
    : { colour: 'red', because: `${words}: less than ${percent(amberFromPercent)} of the target` };
};

/** A mean is what it is: nothing is confirmed of it, or in discussion. */
function byMean(total: number, target: number, amberFrom: number): Coloured {
  const words = `the mean is ${said(total, target)}`;
  if (total >= target) return { colour: 'green', because: words };
  return 100 * total >= amberFrom * target
    ? { colour: 'amber', because: `${words}: at least ${percent(amberFrom)} of the target` }
    : { colour: 'red', because: `${words}: less than ${percent(amberFrom)} of the target` };
}

function withinLimit(booked: number, all: number, target: number): Coloured {
  if (all <= target)
    return { colour: 'green', because: `with what is in discussion ${said(all, target)} at most` };
  return booked <= target
    ? {
        colour: 'amber',
        because: `delivered and confirmed are ${said(booked, target)} at most, with what is in discussion ${plain(all)}`,
      }
    : {
        colour: 'red',
        because: `delivered and confirmed are ${plain(booked)}, beyond ${plain(target)} at most`,
      };
}

/** A target of nothing, or below it, is reached or not: no part of it can be asked for by a day. */
const byTarget = (total: number, target: number): Coloured => ({
  colour: total >= target ? 'green' : 'red',
  because: `it stands at ${said(total, target)}`,
});

/** Held against what is to be reached by now, whether on a straight line or as the season usually goes. */
const byShare =
  (which: 'line' | 'season', name: string): Rule =>
  ({ share: expected, unit }, total, target, { lineAmberPercent }) => {
    if (!expected) return { colour: 'not_started', because: 'no quarter of the year has begun that counts' };
    if (target <= 0) return byTarget(total, target);
    const wanted = target * expected[which];
    const words = `${said(total, target, unit)} is ${percent(share(total, target))} of the target, and ${name} asks for ${percent(share(wanted, target))} by ${expected.by}`;
    if (total >= wanted) return { colour: 'green', because: words };
    return 100 * total >= lineAmberPercent * wanted
      ? { colour: 'amber', because: `${words}: at least ${percent(lineAmberPercent)} of that` }
      : { colour: 'red', because: `${words}: less than ${percent(lineAmberPercent)} of that` };
  };

/** Held against the target by what is likely at the end of the year. */
const byForecast: Rule = ({ forecast }, total, target) => {
  const { least, likely, most } = forecast ?? { least: total, likely: total, most: total };
  const words = `by the end of the year about ${plain(likely)} of ${plain(target)} are likely, eight times in ten between ${plain(least)} and ${plain(most)}`;
  if (likely >= target) return { colour: 'green', because: words };
  return most >= target
    ? { colour: 'amber', because: `${words}: the target is within reach` }
    : { colour: 'red', because: `${words}: the target is out of reach` };
};

/** How far off the target the total is, whichever way; under a limit is not off. */
const byBudget: Rule = ({ direction }, total, target, policy) =>
  offBy(
    direction === 'up_to' ? Math.max(0, total - target) : Math.abs(total - target),
    { total, target, good: '' },
    policy,
  );

/** Money that comes in: above the budget is good. */
const byIncome: Rule = (_, total, target, policy) =>
  offBy(Math.max(0, target - total), { total, target, good: 'above the budget is good for income' }, policy);

/** Money that goes out: below the budget is good. */
const bySpending: Rule = (_, total, target, policy) =>
  offBy(
    Math.max(0, total - target),
    { total, target, good: 'below the budget is good for spending' },
    policy,
  );

function offBy(
  off: number,
  { total, target, good }: { total: number; target: number; good: string },
  { budgetGreenPercent, budgetAmberPercent }: Reporting,
): Coloured {
  const whole = Math.abs(target);
  const better = off === 0 && total !== target && good !== '';
  const words = better
    ? `${said(total, target)}, ${good}`
    : `${said(total, target)}, ${whole === 0 ? plain(off) : percent(share(off, whole))} off`;
  if (100 * off <= budgetGreenPercent * whole)
    return { colour: 'green', because: better ? words : `${words}: within ${percent(budgetGreenPercent)}` };
  return 100 * off <= budgetAmberPercent * whole
    ? { colour: 'amber', because: `${words}: within ${percent(budgetAmberPercent)}` }
    : { colour: 'red', because: `${words}: more than ${percent(budgetAmberPercent)}` };
}

/** Each rule that colours by figures. */
export const COLOURING: Record<Exclude<ColourRule, 'by_hand'>, Rule> = {
  delivery: byDelivery,
  line: byShare('line', 'a straight line'),
  season: byShare('season', 'the season'),
  forecast: byForecast,
  income: byIncome,
  spending: bySpending,
  budget: byBudget,
};

/** The rule of a measure in words, to stand beside its colour. */
export function ruleWords(
  rule: ColourRule,
  { direction, counting }: Pick<MeasureFacts, 'direction' | 'counting'>,
  { budgetGreenPercent, budgetAmberPercent, amberFromPercent, lineAmberPercent }: Reporting,
): string {
  const within = `within ${percent(budgetGreenPercent)}`;
  const amber = `amber within ${percent(budgetAmberPercent)}, red beyond`;
  const words: Record<Exclude<ColourRule, 'delivery'>, string> = {
    by_hand: 'The colour is entered by hand, with its reason.',
    line: `Green on a straight line to the target or above it, quarters that are n/a left out; amber from ${percent(lineAmberPercent)} of that line on; else red.`,
    season: `Green at or above what the season asks for by then; amber from ${percent(lineAmberPercent)} of that on; else red.`,
    forecast:
      'Green when the target is likely to be reached by the end of the year; amber when it is within the range of the forecast; else red.',
    income: `Income: green at the budget, above it or ${within} below; ${amber}.`,
    spending: `Spending: green at the budget, below it or ${within} above; ${amber}.`,
    budget: `Green ${within} of the target, ${amber}.`,
  };
  if (rule !== 'delivery') return words[rule];
  if (counting === 'average')
    return `Green when the mean reaches the target; amber from ${percent(amberFromPercent)} of it on; else red.`;
  return direction === 'up_to'
    ? 'Green while delivered, confirmed and in discussion together stay within the limit; amber while delivered and confirmed do; else red.'
    : `Green when delivered and confirmed together reach the target; amber when with what is in discussion they reach ${percent(amberFromPercent)} of it; else red.`;
}
