import { addUp, meanOf, type Unit } from './units.js';

/** How quarters make a total: added up, the last of a running count, the councils that are named in any of them, or the mean. */
export const COUNTINGS = ['sum', 'running', 'distinct', 'average'] as const;
export type Counting = (typeof COUNTINGS)[number];

/** What a target asks for: so many at least, so many at most, or "up to" so many as an aim. */
export const DIRECTIONS = ['at_least', 'up_to', 'aim'] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** By which rule a measure is coloured; `budget` holds income and spending alike, as before there were rules of their own. */
export const COLOUR_RULES = [
  ...(['delivery', 'line', 'season', 'forecast', 'income', 'spending', 'budget', 'by_hand'] as const),
] as const;
export type ColourRule = (typeof COLOUR_RULES)[number];

export const COLOURS = ['green', 'amber', 'red', 'not_started'] as const;
export type Colour = (typeof COLOURS)[number];

/** How far a target in words has come. */
export const PROGRESS = ['not_started', 'under_way', 'done'] as const;
export type Progress = (typeof PROGRESS)[number];

/** One quarter of a measure: a count, "n/a", or nothing yet. */
export interface QuarterFigure {
  value: number | null;
  notApplicable: boolean;
  /** Who was counted, where the same one counts once in the year. */
  names: readonly string[];
  /** Of a mean, the figures that it is made of. */
  amounts?: readonly number[];
}

/** What is known of a measure in a year. */
export interface MeasureFacts {
  target: number | null;
  counting: Counting;
  direction: Direction;
  unit?: Unit;
  /** Q1 to Q4. */
  quarters: readonly QuarterFigure[];
  /** Booked and still to come in the year. */
  confirmed: number;
  /** Before confirmed, with dates in the year. */
  inDiscussion: number;
  /** Confirmed or in discussion, where they are given as one figure. */
  together?: number;
  /** Which share of the target is to be reached by now, 0 to 1: on a straight line, and by the season. */
  share?: { line: number; season: number; by: string };
  /** How many are likely by the end of the year. */
  forecast?: { least: number; likely: number; most: number } | null;
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
  if (counting === 'average')
    return meanOf(known.flatMap(({ value, amounts }) => amounts ?? (value === null ? [] : [value])));
  return addUp(known.map(({ value }) => value ?? 0));
}
