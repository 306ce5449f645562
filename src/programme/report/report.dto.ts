import { Choice, Day, Decimal, Flag, Int, Ints, Many, One, Text, Texts, Uuid } from '../../web/fields.js';
import { BUDGET_KINDS } from '../budget/budget-line.entity.js';
import { COLOURS, COLOUR_RULES, COUNTINGS, DIRECTIONS, PROGRESS } from '../measures/colour.js';
import { SOURCES } from '../measures/measure.entity.js';
import { UNITS } from '../measures/units.js';
import type { MeasureLine } from './report.js';

const MOST = 2_147_483_647;
const count = { min: 0, max: MOST };
const figure = { min: -MOST, max: MOST };

export class AsAtQuery {
  @Day({
    optional: true,
    description: 'Up to when, and as known on which day; today or the end of the year where it is not told',
  })
  asAt?: string;
}

export class FigureNowView {
  @Decimal({ ...figure, nullable: true }) value: number | null;
  @Flag() notApplicable: boolean;
  @Day() on: string;
}

export class ReportQuarterView {
  @Int({ min: 1, max: 4 }) quarter: number;
  @Decimal({ ...figure, nullable: true, description: 'Delivered; null where there is no figure yet' }) value:
    number | null;
  @Flag() notApplicable: boolean;
  @Decimal(count) confirmed: number;
  @Decimal(count) inDiscussion: number;
  @Text({ min: 0 }) comment: string;
  @Day({
    nullable: true,
    description: 'When it was written down, where that was only after the day of the report',
  })
  writtenLater: string | null;
  @One(() => FigureNowView, {
    nullable: true,
    description: 'What it is now, where it was changed after the day of the report',
  })
  changedTo: FigureNowView | null;
}

export class ForecastView {
  @Int(count) least: number;
  @Int(count) likely: number;
  @Int(count) most: number;
  @Text() because: string;
}

export class YearBeforeView {
  @Decimal({ ...figure, nullable: true }) total: number | null;
  @Choice(COLOURS) colour: string;
}

export class MeasureLineView {
  @Uuid() id: string;
  @Text() key: string;
  @Text({ min: 0 }) theme: string;
  @Text() name: string;
  @Text({ min: 0 }) wording: string;
  @Text({ nullable: true, description: 'The key of the measure in whose row it is another target' }) partOf:
    string | null;
  @Choice(SOURCES) source: string;
  @Text({ nullable: true, description: 'Which part of the source is counted; null for all' }) which:
    string | null;
  @Choice(COUNTINGS) counting: string;
  @Choice(DIRECTIONS) direction: string;
  @Choice(UNITS) unit: string;
  @Int({ min: 0, max: 2 }) decimals: number;
  @Decimal({ ...figure, nullable: true }) target: number | null;
  @Text({ min: 0 }) targetWords: string;
  @Choice(PROGRESS, { nullable: true }) progress: string | null;
  @Many(() => ReportQuarterView, { max: 4 }) quarters: ReportQuarterView[];
  @Decimal({ ...figure, nullable: true }) total: number | null;
  @Int({ ...figure, nullable: true, description: 'Of the target' }) percent: number | null;
  @Decimal(count) confirmed: number;
  @Decimal(count) inDiscussion: number;
  @Decimal({ ...count, description: 'Confirmed or in discussion, given as one figure' }) together: number;
  @Decimal({ ...figure, description: 'Delivered, confirmed and in discussion' }) all: number;
  @Choice(COLOURS) colour: string;
  @Text() because: string;
  @Choice(COLOUR_RULES) colourRule: string;
  @Text() rule: string;
  @One(() => ForecastView, { nullable: true }) forecast: ForecastView | null;
  @One(() => YearBeforeView, { nullable: true, description: 'On the same day a year before' })
  before: YearBeforeView | null;
  @Text({ min: 0 }) comment: string;
}

/** A line as the API gives it. */
export function lineViewOf({
  before = null,
  quarters,
  recordedLater: _,
  factsLater: __,
  ...line
}: MeasureLine): MeasureLineView {
  const { theme = '', wording = '', partOf = null, which = null, unit = 'number', decimals = 0 } = line;
  const { targetWords = '', progress = null, together = 0 } = line;
  return {
    ...line,
    ...{ theme, wording, partOf, which, unit, decimals, targetWords, progress, together },
    before: before && { total: before.total, colour: before.colour },
    quarters: quarters.map(({ writtenLater = null, changedTo = null, ...one }) => ({
      ...{ ...one, writtenLater, changedTo },
    })),
  };
}

export class TrendView {
  @Int({ min: 1900, max: 2200 }) year: number;
  @Ints({ ...count, most: 4, description: 'Delivered in Q1 to Q4; empty unless each has a figure' })
  quarters: number[];
  @Int(count) delivered: number;
  @Int({ ...count, nullable: true }) target: number | null;
}

export class SeasonView {
  @Int({ ...count, description: 'How many whole years before' }) years: number;
  @Ints({
    min: 0,
    max: 100,
    most: 4,
    description: 'Of 100 visits of those years, how many ended in Q1 to Q4',
  })
  observed: number[];
  @Ints({ min: 0, max: 100, most: 4, description: 'What forecasts reckon with' }) reckoned: number[];
}

export class CoverageCountView {
  @Text() name: string;
  @Int(count) covered: number;
  @Int(count) due: number;
  @Int(count) overdue: number;
  @Int(count) never: number;
}

export class RunningView {
  @Text() key: string;
  @Text() name: string;
  @Text() value: string;
  @Text({ nullable: true, description: 'What is counted apart, in words' }) apart: string | null;
  @Int({ ...count, description: 'How many rows it rests on' }) of: number;
}

export class ColoursView {
  @Int(count) green: number;
  @Int(count) amber: number;
  @Int(count) red: number;
  @Int(count) not_started: number;
  @Int({ ...count, description: 'Rows of the report' }) all: number;
}

export class AnnexLineView {
  @Uuid() id: string;
  @Text() key: string;
  @Text() name: string;
  @Choice(BUDGET_KINDS) kind: string;
  @Int({
    min: 1,
    max: 4,
    nullable: true,
    optional: true,
    description: 'At the end of which quarter its figures are',
  })
  quarter?: number | null;
  @Decimal({ ...figure, nullable: true }) budgetToDate: number | null;
  @Decimal({ ...figure, nullable: true }) actualToDate: number | null;
  @Decimal({ ...figure, description: 'Of the whole year' }) budget: number;
  @Decimal({ ...figure, nullable: true, description: 'Of the whole year' }) forecast: number | null;
  @Decimal({ ...figure, nullable: true, description: 'Forecast less budget' }) variance: number | null;
  @Choice(COLOURS) colour: string;
  @Text() because: string;
  @Text({ min: 0 }) comment: string;
  @Day({ nullable: true }) writtenLater: string | null;
}

export class AnnexTotalView {
  @Text() name: string;
  @Decimal({ ...figure, nullable: true }) budgetToDate: number | null;
  @Decimal({ ...figure, nullable: true }) actualToDate: number | null;
  @Decimal(figure) budget: number;
  @Decimal({ ...figure, nullable: true }) forecast: number | null;
  @Decimal({ ...figure, nullable: true }) variance: number | null;
}

export class BudgetAnnexView {
  @Int({ min: 1, max: 4, nullable: true, description: 'At the end of which quarter' }) quarter: number | null;
  @Many(() => AnnexLineView) lines: AnnexLineView[];
  @Many(() => AnnexTotalView, { max: 3 }) totals: AnnexTotalView[];
  @Texts({ description: 'The rules of the colours' }) rules: string[];
}

export class ReportView {
  @Int({ min: 2000, max: 2199, description: 'The programme year by its first calendar year' }) year: number;
  @Day() asOf: string;
  @Flag({ description: 'Asked for as at that day' }) isAsAt: boolean;
  @One(() => ColoursView) colours: ColoursView;
  @Many(() => MeasureLineView) measures: MeasureLineView[];
  @Many(() => TrendView) trend: TrendView[];
  @One(() => SeasonView, { nullable: true }) season: SeasonView | null;
  @Many(() => CoverageCountView) byRegion: CoverageCountView[];
  @Many(() => CoverageCountView) byType: CoverageCountView[];
  @Many(() => RunningView) running: RunningView[];
  @One(() => BudgetAnnexView, { nullable: true, description: 'In thousands of pounds' })
  budget: BudgetAnnexView | null;
}

export class EnterFigure {
  @Int({ min: 1, max: 4 }) quarter: 1 | 2 | 3 | 4;
  @Decimal({ ...figure, nullable: true, description: 'Null takes a figure back; two decimals at most' })
  value: number | null;
  @Flag({ optional: true }) notApplicable?: boolean;
  @Texts({ optional: true, description: 'Codes of the councils counted, where each counts once in the year' })
  councils?: string[];
  @Text({ description: 'Where it comes from' }) comment: string;
}
