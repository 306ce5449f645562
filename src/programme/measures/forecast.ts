import { daysBetween, type CivilDate } from '../../calendar/dates.js';
import { programmeQuarter, programmeYear } from '../../calendar/programme-year.js';
import type { Reporting } from '../../reference/content.js';

/** How many are likely to be delivered by the end of the year: eight times in ten between `least` and `most`. */
export interface Forecast {
  least: number;
  likely: number;
  most: number;
  /** What it rests on, in words. */
  because: string;
}

/** How the visits of the whole years before fell on Q1 to Q4, and what forecasts reckon with, each in per cent. */
export interface Season {
  years: number;
  observed: number[];
  reckoned: number[];
}

/** Eight times in ten a normal figure lies within so many standard deviations. */
const EIGHT_IN_TEN = 1.2816;

/**
 * The share of a year's visits that have usually ended by the end of a day, 0 to 1: whole quarters by the seasonal profile, and evenly within
 * the quarter.
 */
export function seasonalShare(year: number, today: CivilDate, profile: readonly number[]): number {
  const reached = programmeYear(today);
  if (reached !== year) return reached < year ? 0 : 1;
  const all = profile.reduce((sum, one) => sum + one, 0);
  const quarter = programmeQuarter(today);
  const before = profile.slice(0, quarter - 1).reduce((sum, one) => sum + one, 0);
  const [from, to] = quarterRange(year, quarter);
  const part = (daysBetween(from, today) + 1) / (daysBetween(from, to) + 1);
  return (before + (profile[quarter - 1] ?? 0) * part) / all;
}

/** How whole years went, beside the profile that forecasts reckon with; null where there is none with visits. */
export function seasonOf(
  years: readonly (readonly (number | null)[])[],
  profile: readonly number[],
): Season | null {
  const whole = years.filter(
    (quarters) => quarters.length === 4 && quarters.every((value) => value !== null),
  );
  const sums = [0, 1, 2, 3].map((quarter) =>
    whole.reduce((sum, quarters) => sum + (quarters[quarter] ?? 0), 0),
  );
  if (sums.every((sum) => sum === 0)) return null;
  return { years: whole.length, observed: inPercent(sums), reckoned: inPercent(profile) };
}

/** Whole per cents that make 100: what rounding down leaves over goes to those that lost most by it. */
function inPercent(parts: readonly number[]): number[] {
  const all = parts.reduce((sum, one) => sum + one, 0);
  const exact = parts.map((one) => (one * 100) / all);
  const left = 100 - exact.reduce((sum, one) => sum + Math.floor(one), 0);
  const first = [...exact.keys()].sort((a, b) => ((exact[b] ?? 0) % 1) - ((exact[a] ?? 0) % 1) || a - b);
  return exact.map((one, at) => Math.floor(one) + (first.indexOf(at) < left ? 1 : 0));
}

/** First and last day of a quarter of a programme year. */
export function quarterRange(year: number, quarter: 1 | 2 | 3 | 4): [from: CivilDate, to: CivilDate] {
  const ranges = {
    1: ['04-01', '06-30'],
    2: ['07-01', '09-30'],
    3: ['10-01', '12-31'],
    4: ['01-01', '03-31'],
  } as const;
  const calendarYear = String(quarter === 4 ? year + 1 : year);
  return [`${calendarYear}-${ranges[quarter][0]}`, `${calendarYear}-${ranges[quarter][1]}`];
}

/**
 * The year's end seen in two ways, weighed by how sure each is: what is booked and in discussion, of which some falls through (policy); and what is
 * delivered, against the share of a year that is usually over by now (Poisson). A straight line over the months would mislead: a third of the
 * visits fall in the first half of the year.
 */
export function forecastOf(
  {
    year,
    today,
    delivered,
    confirmed,
    inDiscussion,
  }: Record<'year' | 'delivered' | 'confirmed' | 'inDiscussion', number> & { today: CivilDate },
  policy: Reporting,
): Forecast {
  const share = seasonalShare(year, today, policy.seasonalProfile);
  if (share >= 1)
    return { least: delivered, likely: delivered, most: delivered, because: 'the year is over' };
  const [sure, perhaps] = [policy.confirmedPercent / 100, policy.discussionPercent / 100];
  const booked = delivered + confirmed * sure + inDiscussion * perhaps;
  const bookedVariance = confirmed * sure * (1 - sure) + inDiscussion * perhaps * (1 - perhaps) + 0.25;
  const words = `${String(Math.round(booked))} by what is booked (of those confirmed ${String(policy.confirmedPercent)} in 100 take place, of those in discussion ${String(policy.discussionPercent)})`;
  if (share === 0 || delivered === 0)
    return range(
      booked,
      bookedVariance,
      delivered,
      `${words}; too early in the year for its pace to say anything`,
    );
  const pace = delivered / share;
  // What is still to come is as many as the pace says, give or take; and the pace itself is known from what was delivered.
  const paceVariance = (pace * (1 - share)) / share;
  const weight = paceVariance / (paceVariance + bookedVariance);
  const likely = weight * booked + (1 - weight) * pace;
  const variance = 1 / (1 / bookedVariance + 1 / paceVariance) + weight * (1 - weight) * (booked - pace) ** 2;
  const because = `${words}, ${String(Math.round(pace))} at the pace so far, which counts for ${String(Math.round(100 * (1 - weight)))} in 100 of it`;
  return range(likely, variance, delivered, because);
}

function range(likely: number, variance: number, delivered: number, because: string): Forecast {
  const width = EIGHT_IN_TEN * Math.sqrt(variance);
  const atLeast = (value: number): number => Math.max(delivered, Math.round(value));
  return { least: atLeast(likely - width), likely: atLeast(likely), most: atLeast(likely + width), because };
}
