import { Choice, Day, Flag, Int, Ints, Many, One, Text, Texts, Uuid } from '../../web/fields.js';
import { SOURCES } from '../measures/measure.entity.js';
import { COLOURS, COLOUR_RULES, COUNTINGS, DIRECTIONS } from '../measures/colour.js';

const MOST = 2_147_483_647;
const count = { min: 0, max: MOST };

export class ReportQuarterView {
  @Int({ min: 1, max: 4 }) quarter: number;
  @Int({ ...count, nullable: true, description: 'Delivered; null where there is no figure yet' }) value:
    number | null;
  @Flag() notApplicable: boolean;
  @Int(count) confirmed: number;
  @Int(count) inDiscussion: number;
  @Text({ min: 0 }) comment: string;
}

export class ForecastView {
  @Int(count) least: number;
  @Int(count) likely: number;
  @Int(count) most: number;
  @Text() because: string;
}

export class MeasureLineView {
  @Uuid() id: string;
  @Text() key: string;
  @Text() name: string;
  @Choice(SOURCES) source: string;
  @Choice(COUNTINGS) counting: string;
  @Choice(DIRECTIONS) direction: string;
  @Int({ ...count, nullable: true }) target: number | null;
  @Many(() => ReportQuarterView, { max: 4 }) quarters: ReportQuarterView[];
  @Int({ ...count, nullable: true }) total: number | null;
  @Int({ ...count, nullable: true, description: 'Of the target' }) percent: number | null;
  @Int(count) confirmed: number;
  @Int(count) inDiscussion: number;
  @Int({ ...count, description: 'Delivered, confirmed and in discussion' }) all: number;
  @Choice(COLOURS) colour: string;
  @Text() because: string;
  @Choice(COLOUR_RULES) colourRule: string;
  @Text() rule: string;
  @One(() => ForecastView, { nullable: true }) forecast: ForecastView | null;
  @Text({ min: 0 }) comment: string;
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

export class ReportView {
  @Int({ min: 2000, max: 2199, description: 'The programme year by its first calendar year' }) year: number;
  @Day() asOf: string;
  @Many(() => MeasureLineView) measures: MeasureLineView[];
  @Many(() => TrendView) trend: TrendView[];
  @One(() => SeasonView, { nullable: true }) season: SeasonView | null;
  @Many(() => CoverageCountView) byRegion: CoverageCountView[];
  @Many(() => CoverageCountView) byType: CoverageCountView[];
  @Many(() => RunningView) running: RunningView[];
}

export class EnterFigure {
  @Int({ min: 1, max: 4 }) quarter: 1 | 2 | 3 | 4;
  @Int({ ...count, max: 1_000_000, nullable: true, description: 'Null takes a figure back' }) value:
    number | null;
  @Flag({ optional: true }) notApplicable?: boolean;
  @Texts({ optional: true, description: 'Codes of the councils counted, where each counts once in the year' })
  councils?: string[];
  @Text({ description: 'Where it comes from' }) comment: string;
}
