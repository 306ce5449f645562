import type { CivilDate } from '../../calendar/dates.js';
import type { Forecast, Season } from '../measures/forecast.js';
import type { Source } from '../measures/measure.entity.js';
import type { ColourRule, Counting, Direction, Standing } from '../measures/colour.js';

/** Where a challenge stands to a count: delivered (its visit on site has ended), confirmed, or in discussion before that. */
export const STAGES = ['delivered', 'confirmed', 'in_discussion'] as const;
export type Stage = (typeof STAGES)[number];

export const STAGE_NAMES: Record<Stage, string> = {
  delivered: 'delivered',
  confirmed: 'confirmed',
  in_discussion: 'in discussion',
};

/** A quarter of a measure in a report. */
export interface ReportQuarter {
  quarter: 1 | 2 | 3 | 4;
  value: number | null;
  notApplicable: boolean;
  confirmed: number;
  inDiscussion: number;
  comment: string;
}

/** One line of a report. */
export interface MeasureLine extends Standing {
  id: string;
  key: string;
  name: string;
  source: Source;
  counting: Counting;
  direction: Direction;
  target: number | null;
  colourRule: ColourRule;
  /** The rule in words, to stand beside the colour. */
  rule: string;
  quarters: ReportQuarter[];
  confirmed: number;
  inDiscussion: number;
  /** Null where nothing is booked that could be looked ahead at. */
  forecast: Forecast | null;
  comment: string;
}

/** Councils of a region or a type by where they stand in the five-year cycle. */
export interface CoverageRow {
  name: string;
  /** Had a challenge within the time that its clock allows. */
  covered: number;
  /** Due within a year, or offered and declined. */
  due: number;
  overdue: number;
  never: number;
}

/** What was delivered in a year, towards the first measure that counts challenges. */
export interface TrendRow {
  year: number;
  /** In Q1 to Q4; null where that quarter has no figure. Absent from reports kept before quarters were. */
  quarters?: (number | null)[];
  delivered: number;
  target: number | null;
  /** The measure of that year, and whether its figures are entered; null where the year has none. */
  measure?: { id: string; source: Source } | null;
}

/** How the year's work goes, apart from counts against targets. */
export interface RunningFigure {
  key: string;
  name: string;
  value: string;
  /** What is counted apart, in words. Absent from reports kept before it was. */
  apart?: string | null;
  /** How many rows it rests on. */
  of: number;
}

/** What happened to the year's challenges by id, so that a later report can tell what changed. */
export type Counted = Record<string, Stage>;

/** A whole report: plain data, so that it can be frozen. */
export interface Report {
  year: number;
  asOf: CivilDate;
  measures: MeasureLine[];
  trend: TrendRow[];
  /** Null where no whole year lies behind. Absent from reports kept before it was. */
  season?: Season | null;
  byRegion: CoverageRow[];
  byType: CoverageRow[];
  running: RunningFigure[];
  counted: Counted;
}

/** A figure that differs between two reports. */
export interface ReportChange {
  measure: string;
  what: string;
  before: string;
  after: string;
}

const shown = (value: number | null): string => (value === null ? 'none' : String(value));

/** What changed from one report of a year to a later one, measure by measure. */
export function changesBetween(before: Report, after: Report): ReportChange[] {
  return after.measures.flatMap((line): ReportChange[] => {
    const old = before.measures.find(({ key }) => key === line.key);
    if (!old) return [{ measure: line.name, what: 'measure', before: 'not there', after: 'added' }];
    const figures: [what: string, before: string, after: string][] = [
      ['target', shown(old.target), shown(line.target)],
      ...line.quarters.map(({ quarter, value, notApplicable }, index): [string, string, string] => {
        const then = old.quarters[index];
        return [
          `Q${String(quarter)}`,
          then?.notApplicable ? 'n/a' : shown(then?.value ?? null),
          notApplicable ? 'n/a' : shown(value),
        ];
      }),
      ['confirmed', String(old.confirmed), String(line.confirmed)],
      ['in discussion', String(old.inDiscussion), String(line.inDiscussion)],
      ['colour', old.colour, line.colour],
    ];
    return figures
      .filter(([, then, now]) => then !== now)
      .map(([what, then, now]) => ({ measure: line.name, what, before: then, after: now }));
  });
}

/** "31 delivered of 100, 99 with those confirmed and in discussion: amber because …" */
export function sayMeasure({
  name,
  total,
  target,
  direction,
  all,
  confirmed,
  inDiscussion,
  percent,
  colour,
  because,
}: MeasureLine): string {
  const of = target === null ? '' : ` of ${direction === 'up_to' ? 'at most ' : ''}${String(target)}`;
  const share = percent === null ? '' : ` (${String(percent)}%)`;
  const more = confirmed + inDiscussion > 0 ? `, ${String(all)} with those confirmed and in discussion` : '';
  const word = colour === 'not_started' ? 'not yet started' : colour;
  return `${name}: ${total === null ? 'no figure yet' : String(total)}${of}${share}${more}: ${word}, because ${because.replace(/\.$/, '')}.`;
}
