import { Transform } from 'class-transformer';
import { Choice, Day, QueryInt, Text } from '../../web/fields.js';
import { Says } from '../../web/forms.js';
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
import type { MeasureFacts } from './measures.service.js';
import { UNITS, type Unit } from './units.js';

const NUMBER = /^-?\d{1,9}(\.\d{1,2})?$/;
const NOT_BELOW = /^\d{1,9}(\.\d{1,2})?$/;
const SAYS_NUMBER = 'Enter a number like 20 or 10.5, with two decimals at most';
const SAYS_AMOUNT = 'Enter a number from 0, like 20 or 10.5';

/** A figure as people type it: "1,250", "£10.5", "−55"; a comma that parts no thousands stays, and is refused. */
export const typedNumber = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string'
    ? value
        .replaceAll(/[£\s]/g, '')
        .replace('−', '-')
        .replaceAll(/,(?=\d{3}(?!\d))/g, '')
    : value;

const Typed = (): PropertyDecorator => Transform(typedNumber);
const optional = { optional: true } as const;

/** What a form says of a measure. */
export class MeasureForm {
  @Text({ ...optional, max: 100 }) theme?: string;
  @Says('Enter a name of 200 characters at most') @Text({ max: 200 }) name: string;
  @Says('Enter 4,000 characters at most') @Text({ ...optional, max: 4000 }) wording?: string;
  @Text({ ...optional, max: 40 }) partOf?: string;
  @Says(SAYS_NUMBER) @Typed() @Text({ ...optional, max: 20, pattern: NUMBER }) target?: string;
  @Says('Enter 200 characters at most') @Text({ ...optional, max: 200 }) targetWords?: string;
  @Choice(PROGRESS, optional) progress?: Progress;
  @Says('Choose at least, at most, or up to as an aim') @Choice(DIRECTIONS) direction: Direction;
  @Choice(UNITS, optional) unit?: Unit;
  @Says('Enter 0, 1 or 2') @QueryInt({ ...optional, min: 0, max: 2 }) decimals?: 0 | 1 | 2;
  @Says('Choose where figures come from') @Choice(SOURCES) source: Source;
  @Text({ ...optional, max: 60 }) which?: string;
  @Says('Choose how quarters make a total') @Choice(COUNTINGS) counting: Counting;
  @Says('Choose the rule of its colour') @Choice(COLOUR_RULES) colourRule: ColourRule;
  @Choice(COLOURS, optional) colour?: Colour;
  @Text({ ...optional, max: 500 }) colourReason?: string;
  @Says(SAYS_AMOUNT) @Typed() @Text({ ...optional, max: 20, pattern: NOT_BELOW }) confirmed?: string;
  @Says(SAYS_AMOUNT) @Typed() @Text({ ...optional, max: 20, pattern: NOT_BELOW }) inDiscussion?: string;
  @Says(SAYS_AMOUNT) @Typed() @Text({ ...optional, max: 20, pattern: NOT_BELOW }) together?: string;
  @QueryInt({ ...optional, min: 1, max: 4 }) aheadQuarter?: 1 | 2 | 3 | 4;
  @Text({ ...optional, max: 2000 }) comment?: string;
}

export class NewForm extends MeasureForm {
  @Says('Enter a key of small letters, digits and hyphens')
  @Text({ max: 40, pattern: /^[a-z][a-z0-9-]*$/ })
  key: string;
}

export class ChangeForm extends MeasureForm {
  @QueryInt({ min: 1, max: 2_147_483_647 }) version: number;
  @Says('Enter its place, from 1') @QueryInt({ ...optional, min: 1, max: 100 }) place?: number;
  @Says('Enter the day like 31 December 2026') @Day(optional) endedOn?: string;
}

export class FigureForm {
  @QueryInt({ min: 1, max: 4 }) quarter: 1 | 2 | 3 | 4;
  @Says('Enter a number with two decimals at most, n/a, or nothing')
  @Typed()
  @Text({ ...optional, max: 20, pattern: /^(-?\d{1,9}(\.\d{1,2})?|n\/a)$/i })
  value?: string;
  @Text({ ...optional, max: 4000 }) councils?: string;
  @Says('Enter where it comes from') @Text({ max: 2000 }) source: string;
}

const numberOf = (text: string | undefined): number | null => (text === undefined ? null : Number(text));

/** What a form says as what a measure is; whatever is left empty is not so. */
export function factsOf({ endedOn, ...form }: MeasureForm & { endedOn?: string }): Omit<MeasureFacts, 'key'> {
  return {
    ...{ name: form.name, direction: form.direction, source: form.source },
    ...{ counting: form.counting, colourRule: form.colourRule },
    ...{ theme: form.theme ?? '', wording: form.wording ?? '', partOf: form.partOf ?? null },
    ...{ unit: form.unit ?? 'number', decimals: form.decimals ?? 0, which: form.which ?? null },
    ...{
      target: numberOf(form.target),
      targetWords: form.targetWords ?? '',
      progress: form.progress ?? null,
    },
    ...{ colour: form.colour ?? null, colourReason: form.colourReason ?? null },
    ...{ confirmed: numberOf(form.confirmed), inDiscussion: numberOf(form.inDiscussion) },
    ...{ together: numberOf(form.together), aheadQuarter: form.aheadQuarter ?? null },
    ...{ comment: form.comment ?? '', endedOn: endedOn ?? null },
  };
}

export const PROGRESS_ITEMS = [
  { value: '', text: 'Not said' },
  { value: 'not_started', text: 'Not started' },
  { value: 'under_way', text: 'Under way' },
  { value: 'done', text: 'Done' },
];

type Items<T extends string> = readonly { value: T; text: string }[];

const SOURCE_ITEMS: Items<Source> = [
  { value: 'challenges', text: 'Challenges of kinds that count towards it' },
  { value: 'follow_ups', text: 'Follow-up visits and reviews' },
  { value: 'days', text: 'Days that peers gave' },
  { value: 'events', text: 'Briefings and trainings held' },
  { value: 'attendance', text: 'Peers who came to briefings and trainings' },
  { value: 'evaluations', text: 'What those who came thought of briefings and trainings, from 1 to 4' },
  { value: 'support', text: 'Support given to councils' },
  { value: 'take_up', text: 'What councils took up: challenges, support, days of advisers' },
  { value: 'feedback', text: 'Feedback on challenges, from 1 to 4' },
  { value: 'impact', text: 'What councils say a challenge changed, from 1 to 4' },
  { value: 'recommendations', text: 'Recommendations' },
  { value: 'inspections', text: 'Inspections of councils' },
  { value: 'offers', text: 'Offers made to councils' },
  { value: 'offers_accepted', text: 'Offers that councils took up' },
  { value: 'by_hand', text: 'Entered by hand' },
];
const COUNTING_ITEMS: Items<Counting> = [
  { value: 'sum', text: 'Added up' },
  { value: 'running', text: 'A running count: the last one' },
  { value: 'distinct', text: 'Different councils' },
  { value: 'average', text: 'The mean; of what is so or not, the share in per cent' },
];
const RULE_ITEMS: Items<ColourRule> = [
  { value: 'delivery', text: 'Delivered and confirmed, against the whole target' },
  { value: 'line', text: 'Against a straight line to the target' },
  { value: 'season', text: 'Against how the year usually goes' },
  { value: 'forecast', text: 'By what is likely at the end of the year' },
  { value: 'income', text: 'Income: above the target is good' },
  { value: 'spending', text: 'Spending: below the target is good' },
  { value: 'budget', text: 'How far off the target, either way' },
  { value: 'by_hand', text: 'Only by hand' },
];
const DIRECTION_ITEMS: Items<Direction> = [
  { value: 'at_least', text: 'at least so many' },
  { value: 'aim', text: '“up to” so many, as an aim' },
  { value: 'up_to', text: 'at most so many' },
];
const UNIT_ITEMS: Items<Unit> = [
  { value: 'number', text: 'Number' },
  { value: 'pounds', text: 'Pounds' },
  { value: 'thousand_pounds', text: 'Thousands of pounds' },
  { value: 'million_pounds', text: 'Millions of pounds' },
  { value: 'per_cent', text: 'Per cent' },
];

/** What a form chooses from; the measures in whose row a measure may stand. */
export function choicesOf(
  others: readonly Pick<Measure, 'key' | 'name' | 'partOf'>[],
  key: string | null,
): Record<string, Items<string>> {
  return {
    ...{ sources: SOURCE_ITEMS, countings: COUNTING_ITEMS, rules: RULE_ITEMS },
    ...{ directions: DIRECTION_ITEMS, units: UNIT_ITEMS, progress: PROGRESS_ITEMS },
    rows: [
      { value: '', text: 'A row of its own' },
      ...others
        .filter((one) => one.key !== key && one.partOf === null)
        .map((one) => ({ value: one.key, text: one.name })),
    ],
  };
}
