import type { BudgetAnnex } from '../budget/budget-annex.js';
import type { CivilDate } from '../../calendar/dates.js';
import type { Forecast, Season } from '../measures/forecast.js';
import type { Source } from '../measures/measure.entity.js';
import type { Colour, ColourRule, Counting, Direction, Progress, Standing } from '../measures/colour.js';
import type { Unit } from '../measures/units.js';

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
  /** When it was written down, where that was only after the day of the report. Absent from reports kept before it was. */
  writtenLater?: CivilDate | null;
  /** What it is now, where it was changed after that day. */
  changedTo?: { value: number | null; notApplicable: boolean; on: CivilDate } | null;
}

/** One line of a report. */
export interface MeasureLine extends Standing {
  id: string;
  key: string;
  /** The heading that it stands under; absent, as all that is not said to be there, from reports kept before it was. */
  theme?: string;
  name: string;
  wording?: string;
  /** The key of the measure in whose row it stands as another target. */
  partOf?: string | null;
  source: Source;
  which?: string | null;
  counting: Counting;
  direction: Direction;
  unit?: Unit;
  decimals?: number;
  target: number | null;
  targetWords?: string;
  progress?: Progress | null;
  colourRule: ColourRule;
  /** The rule in words, to stand beside the colour. */
  rule: string;
  quarters: ReportQuarter[];
  confirmed: number;
  inDiscussion: number;
  /** Confirmed or in discussion, where they are given as one figure. */
  together?: number;
  /** How many of those counted were written down only after the day of the report. */
  recordedLater?: number;
  /** Whether it was written down only after the day of the report, and stands as it is now. */
  factsLater?: boolean;
  /** The same measure on the same day a year before; null where there was none. */
  before?: { total: number | null; colour: Colour; quarters: (number | null)[] } | null;
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
  /** That it was asked for as at this day: what was written down later is told as such. Absent from reports kept before it was. */
  isAsAt?: boolean;
  measures: MeasureLine[];
  trend: TrendRow[];
  /** Null where no whole year lies behind. Absent from reports kept before it was. */
  season?: Season | null;
  byRegion: CoverageRow[];
  byType: CoverageRow[];
  running: RunningFigure[];
  counted: Counted;
  /** The budget annex; null where the year has none. Absent from reports kept before it was. */
  budget?: BudgetAnnex | null;
}
