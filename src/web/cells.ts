import { distance } from 'fastest-levenshtein';
import { isRecordedDate } from '../calendar/dates.js';
import { refuseRows, type CsvRow } from './csv.js';
import type { FieldError } from './problems.js';

/** Reads one cell. Throws a CellFault that says what was found and what is allowed. */
export interface ReadCell {
  (text: string): unknown;
  /** The only values that there are, where these are few. */
  choices?: readonly string[];
}

export class CellFault extends Error {}

const found = (text: string, allowed: string): CellFault =>
  new CellFault(`found "${text.slice(0, 60)}"; allowed: ${allowed}`);

const MOST_TEXT = 2000;
/** Names are compared by so many letters. */
const MOST_MEANT = 40;
const EMPTY = 'is empty; it is needed';

/** Text as it stands, 2,000 characters at most; null where the cell is empty. */
export const text: ReadCell = (value) => {
  if (value.length > MOST_TEXT)
    throw new CellFault(`found ${String(value.length)} characters; allowed: ${String(MOST_TEXT)}`);
  return value || null;
};

export function oneOf(names: readonly string[]): ReadCell {
  const read: ReadCell = (value) => (value === '' ? null : among(names, value));
  return Object.assign(read, { choices: names });
}

/** One of some names, whatever its capitals. Throws a CellFault that says which one may be meant. */
export function among(names: readonly string[], value: string): string {
  const lower = value.toLowerCase();
  const known = names.find((name) => name === value) ?? names.find((name) => name.toLowerCase() === lower);
  if (known !== undefined) return known;
  throw found(value, `${meant(names, lower)}${names.join(', ')}`);
}

/** "did you mean “finance”? " where one name is near. */
function meant(names: readonly string[], lower: string): string {
  const near = names
    .map((name) => ({
      name,
      off: distance(name.toLowerCase().slice(0, MOST_MEANT), lower.slice(0, MOST_MEANT)),
    }))
    .filter(({ name, off }) => off <= Math.max(1, Math.floor(name.length / 4)))
    .sort((a, b) => a.off - b.off)[0];
  return near ? `${near.name}, if that is meant; or of ` : '';
}

/** A list parted by semicolons, each of it among the names. */
export const eachOf =
  (names: readonly string[]): ReadCell =>
  (value) =>
    value.split(';').flatMap((part) => (part.trim() === '' ? [] : [among(names, part.trim())]));

export const number =
  (min: number, max: number, whole = true): ReadCell =>
  (value) => {
    if (value === '') return null;
    const parsed = Number(value);
    if (
      !/^-?\d+(\.\d+)?$/.test(value) ||
      parsed < min ||
      parsed > max ||
      (whole && !Number.isInteger(parsed))
    )
      throw found(value, `a ${whole ? 'whole ' : ''}number from ${String(min)} to ${String(max)}`);
    return parsed;
  };

export const day: ReadCell = (value) => {
  if (value !== '' && !isRecordedDate(value))
    throw found(value, 'a day of the calendar from 1900 to 2200, as 2026-11-03 or 03/11/2026');
  return value || null;
};

/** "yes" or "no" as true or false; true where the cell is empty. */
export const yesOrNo: ReadCell = Object.assign(
  (value: string): boolean => {
    if (value !== '' && value !== 'yes' && value !== 'no') throw found(value, 'yes, no');
    return value !== 'no';
  },
  { choices: ['yes', 'no'] },
);

/** Nothing where the cell is empty. */
export const maybe = (read: ReadCell): ReadCell =>
  Object.assign(
    (value: string) => (value === '' ? null : read(value)),
    read.choices ? { choices: read.choices } : {},
  );

/** A cell that may not be empty. */
export const needed = (read: ReadCell): ReadCell =>
  Object.assign(
    (value: string) => {
      if (value === '') throw new CellFault(EMPTY);
      return read(value);
    },
    read.choices ? { choices: read.choices } : {},
  );

/** The value of a list by its key, such as a council by its code. */
export const keyOf =
  <T>(known: ReadonlyMap<string, T>, allowed: string): ReadCell =>
  (value) => {
    const one = known.get(value);
    if (one === undefined) throw found(value, allowed);
    return one;
  };

/** Cells of a row by column, undefined for columns that the file does not have; each fault is added to `faults` with row and column. */
export function readCells(
  { row, cells }: CsvRow,
  readers: Readonly<Record<string, ReadCell>>,
  faults: FieldError[],
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [column, read] of Object.entries(readers)) {
    try {
      const value = read(cells[column] ?? '');
      values[column] = cells[column] === undefined ? undefined : value;
    } catch (error) {
      if (!(error instanceof CellFault)) throw error;
      faults.push({ pointer: `row ${String(row)}, ${column}`, detail: error.message });
    }
  }
  return values;
}

const numbers = new WeakMap<object, number>();

/** The number in its file of a row that `readRows` gave. */
export const rowNumber = (row: object): number => numbers.get(row) ?? 0;

/** Every row read by its columns; a column that the file does not have leaves its property undefined, so that nothing is changed by it. Throws a 400 that names every row and column at fault. */
export function readRows<T>(rows: CsvRow[], readers: Readonly<Record<keyof T & string, ReadCell>>): T[] {
  const faults: FieldError[] = [];
  const read = rows.map((row) => {
    const values = readCells(row, readers, faults) as T & object;
    numbers.set(values, row.row);
    return values;
  });
  refuseRows(faults);
  return read;
}

/** What a column may hold, in the words in which it refuses anything else. */
export interface ColumnWords {
  name: string;
  isNeeded: boolean;
  says: string;
  choices: readonly string[];
}

/** What nobody means by any cell. */
const NONSENSE = '\u0001';

/** What the columns of a list may hold: asked of what reads them, so that nothing is said twice. */
export const wordsOfCells = (
  columns: readonly string[],
  readers: Readonly<Record<string, ReadCell>>,
): ColumnWords[] =>
  columns.map((name) => {
    const read = readers[name] ?? text;
    const refusal = refusalOf(read, NONSENSE);
    return {
      name,
      isNeeded: refusalOf(read, '') !== null,
      says: refusal === null ? 'text' : (/; allowed: (.*)$/s.exec(refusal)?.[1] ?? refusal),
      choices: read.choices ?? [],
    };
  });

/** What a cell is refused with; null where it is taken. */
function refusalOf(read: ReadCell, cell: string): string | null {
  try {
    read(cell);
    return null;
  } catch (error) {
    if (error instanceof CellFault) return error.message;
    throw error;
  }
}
