import { Choice, Day, Decimal, Int, Text, Uuid } from '../../web/fields.js';
import {
  COLOURS,
  COLOUR_RULES,
  COUNTINGS,
  DIRECTIONS,
  PROGRESS,
  type Colour,
  type ColourRule,
  type Counting,
  type Direction,
  type Progress,
} from './colour.js';
import { SOURCES, type Measure, type Source } from './measure.entity.js';
import { UNITS, type Unit } from './units.js';

const MOST = 2_147_483_647;
const figure = { min: -MOST, max: MOST };
const notBelow = { min: 0, max: MOST };
const maybe = { optional: true, nullable: true } as const;

export class ChangeMeasure {
  @Int({ optional: true, min: 1, max: 100, description: 'Its place in the report' }) place?: number;
  @Text({ optional: true, min: 0, max: 100, description: 'The heading that it stands under' }) theme?: string;
  @Text({ optional: true, max: 200 }) name?: string;
  @Text({ optional: true, min: 0, max: 4000, description: 'The target as it was agreed, in full' })
  wording?: string;
  @Text({ ...maybe, max: 40, description: 'The key of the measure in whose row it is another target' })
  partOf?: string | null;
  @Choice(SOURCES, { optional: true }) source?: Source;
  @Text({ ...maybe, max: 60, description: 'Which part of the source is counted; null for all' }) which?:
    string | null;
  @Choice(COUNTINGS, { optional: true }) counting?: Counting;
  @Choice(DIRECTIONS, { optional: true, description: 'aim: “up to” so many, as an aim' })
  direction?: Direction;
  @Choice(UNITS, { optional: true }) unit?: Unit;
  @Int({ optional: true, min: 0, max: 2, description: 'How many are printed' }) decimals?: number;
  @Decimal({ ...maybe, ...figure }) target?: number | null;
  @Text({ optional: true, min: 0, max: 200, description: 'A target in words, such as “by December”' })
  targetWords?: string;
  @Choice(PROGRESS, { ...maybe, description: 'How far a target in words has come' })
  progress?: Progress | null;
  @Choice(COLOUR_RULES, { optional: true }) colourRule?: ColourRule;
  @Choice(COLOURS, { ...maybe, description: 'Entered by hand; goes before the rule' }) colour?: Colour | null;
  @Text({ ...maybe, max: 500 }) colourReason?: string | null;
  @Decimal({ ...maybe, ...notBelow }) confirmed?: number | null;
  @Decimal({ ...maybe, ...notBelow }) inDiscussion?: number | null;
  @Decimal({ ...maybe, ...notBelow, description: 'Confirmed or in discussion, as one figure' }) together?:
    number | null;
  @Int({ ...maybe, min: 1, max: 4, description: 'At the end of which quarter that was so' }) aheadQuarter?:
    1 | 2 | 3 | 4 | null;
  @Text({ optional: true, min: 0, max: 2000 }) comment?: string;
  @Day({ ...maybe, description: 'From this day on no report shows it' }) endedOn?: string | null;
}

export class NewMeasure {
  @Text({ max: 40, pattern: /^[a-z][a-z0-9-]*$/, description: 'Kinds name it' }) key: string;
  @Text({ max: 200 }) name: string;
  @Choice(SOURCES) source: Source;
  @Choice(COUNTINGS) counting: Counting;
  @Choice(DIRECTIONS) direction: Direction;
  @Choice(COLOUR_RULES) colourRule: ColourRule;
  @Text({ optional: true, min: 0, max: 100 }) theme?: string;
  @Text({ optional: true, min: 0, max: 4000 }) wording?: string;
  @Text({ ...maybe, max: 40 }) partOf?: string | null;
  @Text({ ...maybe, max: 60 }) which?: string | null;
  @Choice(UNITS, { optional: true }) unit?: Unit;
  @Int({ optional: true, min: 0, max: 2 }) decimals?: number;
  @Decimal({ ...maybe, ...figure }) target?: number | null;
  @Text({ optional: true, min: 0, max: 200 }) targetWords?: string;
  @Text({ optional: true, min: 0, max: 2000 }) comment?: string;
}

export class StartYear {
  @Int({ min: 2000, max: 2199, description: 'The year whose measures are taken over' }) from: number;
}

export class MeasureView {
  @Uuid() id: string;
  @Int({ min: 2000, max: 2199 }) year: number;
  @Int({ min: 1, max: 100 }) place: number;
  @Text() key: string;
  @Text({ min: 0 }) theme: string;
  @Text() name: string;
  @Text({ min: 0, max: 4000 }) wording: string;
  @Text({ nullable: true }) partOf: string | null;
  @Choice(SOURCES) source: string;
  @Text({ nullable: true }) which: string | null;
  @Choice(COUNTINGS) counting: string;
  @Choice(DIRECTIONS) direction: string;
  @Choice(UNITS) unit: string;
  @Int({ min: 0, max: 2 }) decimals: number;
  @Decimal({ ...figure, nullable: true }) target: number | null;
  @Text({ min: 0 }) targetWords: string;
  @Choice(PROGRESS, { nullable: true }) progress: string | null;
  @Choice(COLOUR_RULES) colourRule: string;
  @Choice(COLOURS, { nullable: true }) colour: string | null;
  @Text({ nullable: true }) colourReason: string | null;
  @Decimal({ ...notBelow, nullable: true }) confirmed: number | null;
  @Decimal({ ...notBelow, nullable: true }) inDiscussion: number | null;
  @Decimal({ ...notBelow, nullable: true }) together: number | null;
  @Int({ min: 1, max: 4, nullable: true }) aheadQuarter: number | null;
  @Text({ min: 0, max: 2000 }) comment: string;
  @Day({ nullable: true }) endedOn: string | null;
  @Int({ min: 1, max: MOST }) version: number;
}

/** A measure as the API gives it. */
export const viewOf = (measure: Measure): MeasureView => ({ ...measure });
