import { daysBetween, type CivilDate } from '../../calendar/dates.js';
import { sayPlainDay } from '../../calendar/phrases.js';
import { quarterRange } from './forecast.js';
import type { QuarterFigure } from './colour.js';

const QUARTERS = [1, 2, 3, 4] as const;
const STRAIGHT = [1, 1, 1, 1];

/** Which share of a year's target is to be reached by a day, 0 to 1, and that day in words. */
export interface Expected {
  line: number;
  season: number;
  by: string;
}

/**
 * What is to be reached by a day on a straight line and by a seasonal profile. Quarters that are n/a ask for nothing, so that what begins in the second
 * is held against three. Null before the first quarter that counts.
 */
export function expectedBy(
  year: number,
  day: CivilDate,
  quarters: readonly QuarterFigure[],
  profile: readonly number[],
): Expected | null {
  const gone = QUARTERS.map((quarter) => partGone(quarterRange(year, quarter), day));
  const shareOf = (weights: readonly number[]): number => {
    const counting = weights.map((weight, at) => (quarters[at]?.notApplicable ? 0 : weight));
    const all = counting.reduce((sum, weight) => sum + weight, 0);
    return all === 0 ? 0 : counting.reduce((sum, weight, at) => sum + weight * (gone[at] ?? 0), 0) / all;
  };
  const [line, season] = [shareOf(STRAIGHT), shareOf(profile)];
  return line === 0 ? null : { line, season, by: sayPlainDay(day) };
}

/** How much of a quarter is over at the end of a day, 0 to 1. */
function partGone([from, to]: readonly [CivilDate, CivilDate], day: CivilDate): number {
  if (day >= to) return 1;
  return day < from ? 0 : (daysBetween(from, day) + 1) / (daysBetween(from, to) + 1);
}

/** Up to when figures by hand tell: the end of the last quarter that has one or is n/a, or the day itself where that comes first. */
export function toldUntil(year: number, day: CivilDate, quarters: readonly QuarterFigure[]): CivilDate {
  const last = QUARTERS.findLast((quarter) => {
    const { value = null, notApplicable = false } = quarters[quarter - 1] ?? {};
    return value !== null || notApplicable;
  });
  const end = last ? quarterRange(year, last)[1] : day;
  return end < day ? end : day;
}
