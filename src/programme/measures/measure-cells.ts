import {
  CellFault,
  day,
  maybe,
  needed,
  number,
  oneOf,
  rowNumber,
  text,
  type ReadCell,
} from '../../web/cells.js';
import type { FieldError } from '../../web/problems.js';
import { COLOUR_RULES, COLOURS, COUNTINGS, DIRECTIONS, PROGRESS } from './colour.js';
import { SOURCES, type Measure } from './measure.entity.js';
import { UNITS } from './units.js';

export const QUARTER_COLUMNS = ['q1', 'q2', 'q3', 'q4'] as const;

export const MEASURE_COLUMNS = [
  ...([
    'place',
    'measure',
    'theme',
    'name',
    'wording',
    'part_of',
    'source',
    'which',
    'counting',
    'unit',
  ] as const),
  ...(['decimals', 'direction', 'target', 'target_words', 'progress', 'colour_rule', 'colour'] as const),
  ...([
    'colour_reason',
    ...QUARTER_COLUMNS,
    'confirmed',
    'in_discussion',
    'together',
    'ahead_quarter',
  ] as const),
  ...(['comment', 'ended_on', 'figures_from'] as const),
] as const;
export type MeasureColumn = (typeof MEASURE_COLUMNS)[number];

type Quarter = (typeof QUARTER_COLUMNS)[number];

/** A row as it is read: undefined for columns that the file does not have, null for empty cells. */
export type MeasureRow = Omit<
  Record<MeasureColumn, unknown>,
  Quarter | 'measure' | 'place' | 'figures_from'
> &
  Record<Quarter, number | 'n/a' | null | undefined> & {
    measure: string;
    place: number | null | undefined;
    figures_from: string | null | undefined;
  };

/** What a measure holds under each column. */
export const MEASURE_FIELDS: Readonly<
  Record<Exclude<MeasureColumn, 'place' | 'figures_from' | Quarter>, keyof Measure>
> = {
  measure: 'key',
  theme: 'theme',
  name: 'name',
  wording: 'wording',
  part_of: 'partOf',
  source: 'source',
  which: 'which',
  counting: 'counting',
  unit: 'unit',
  decimals: 'decimals',
  direction: 'direction',
  target: 'target',
  target_words: 'targetWords',
  progress: 'progress',
  colour_rule: 'colourRule',
  colour: 'colour',
  colour_reason: 'colourReason',
  confirmed: 'confirmed',
  in_discussion: 'inDiscussion',
  together: 'together',
  ahead_quarter: 'aheadQuarter',
  comment: 'comment',
  ended_on: 'endedOn',
};

/** What an empty cell means where it does not mean nothing. */
export const EMPTY_MEANS: Partial<Record<keyof Measure, unknown>> = {
  ...{ theme: '', name: '', wording: '', targetWords: '', comment: '', unit: 'number', decimals: 0 },
};

const MOST = 2_000_000_000;
export const measureKey: ReadCell = (value) => {
  if (!/^[a-z][a-z0-9-]{0,39}$/.test(value))
    throw new CellFault(
      `found "${value.slice(0, 60)}"; allowed: small letters, digits and hyphens, from a letter on, 40 at most`,
    );
  return value;
};
/** Text of so many characters at most. */
export const upTo =
  (most: number): ReadCell =>
  (value) => {
    if (value.length > most)
      throw new CellFault(`found ${String(value.length)} characters; allowed: ${String(most)}`);
    return value || null;
  };
/** A number with two decimals at most. */
const twoDecimals =
  (read: ReadCell): ReadCell =>
  (value) => {
    if (/\.\d{3}/.test(value))
      throw new CellFault(`found "${value.slice(0, 60)}"; allowed: two decimals at most`);
    return read(value);
  };
export const amount = twoDecimals(number(-MOST, MOST, false));
const notBelow = twoDecimals(number(0, MOST, false));
const figure: ReadCell = (value) => (value.toLowerCase() === 'n/a' ? 'n/a' : amount(value));

/** How each column is read; what a measure needs is asked of the measure, since a file may leave a column out. */
export const MEASURE_CELLS: Readonly<Record<MeasureColumn, ReadCell>> = {
  place: number(1, 1000),
  measure: needed(measureKey),
  theme: upTo(100),
  name: upTo(200),
  wording: upTo(4000),
  part_of: maybe(measureKey),
  source: maybe(oneOf(SOURCES)),
  which: text,
  counting: maybe(oneOf(COUNTINGS)),
  unit: maybe(oneOf(UNITS)),
  decimals: number(0, 2),
  direction: maybe(oneOf(DIRECTIONS)),
  target: amount,
  target_words: upTo(200),
  progress: maybe(oneOf(PROGRESS)),
  colour_rule: maybe(oneOf(COLOUR_RULES)),
  colour: maybe(oneOf(COLOURS)),
  colour_reason: text,
  q1: figure,
  q2: figure,
  q3: figure,
  q4: figure,
  confirmed: notBelow,
  in_discussion: notBelow,
  together: notBelow,
  ahead_quarter: number(1, 4),
  comment: text,
  ended_on: day,
  figures_from: text,
};

/** Rows that are about what a row before is about, by the column of their key. */
export function twice<Column extends string>(
  rows: readonly Record<Column, unknown>[],
  column: Column,
): FieldError[] {
  const first = new Map<unknown, number>();
  return rows.flatMap((row) => {
    const key = row[column];
    const before = first.get(key);
    if (before === undefined) {
      first.set(key, rowNumber(row));
      return [];
    }
    return [
      {
        pointer: `row ${String(rowNumber(row))}, ${column}`,
        detail: `found "${String(key)}" again, as in row ${String(before)}; allowed: once`,
      },
    ];
  });
}
