import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { amount } from '../english/words.js';
import { isDayFirst, readBritishDate } from './british-dates.js';
import { badInput, type FieldError } from './problems.js';
import { SEPARATORS, tableOf } from './table-text.js';

/** One row of an upload by column, with its number in the file as a spreadsheet counts. */
export interface CsvRow {
  row: number;
  cells: Record<string, string>;
}

const MOST_ROWS = 20_000;
/** Empty rows that a spreadsheet leaves, and is not held to. */
const MOST_EMPTY = 1000;
const FORMULA = /^[=+\-@\t\r]/;
/** How many faults are shown; all are counted. */
const MOST_SHOWN = 200;

/**
 * Reads an upload with a header row of known columns, in any case, with spaces or underscores; which may be left out, but none may be unknown
 * or twice. Rows and columns of nothing are passed over; days as offices write them become YYYY-MM-DD. Throws a 400 that names the row
 * for what cannot be read.
 */
export function readCsv(text: string, columns: readonly string[]): CsvRow[] {
  const { first, rows: table } = tableOf(text, MOST_ROWS + MOST_EMPTY + 2);
  const rows = withoutNotes(table, columns);
  const at = rows.findIndex((cells) => !isEmpty(cells));
  const header = rows[at];
  if (!header || at > MOST_EMPTY)
    throw badInput(`The file is empty; its first row must name columns among ${columns.join(', ')}.`);
  const names = header.map((name) => columns.find((column) => sameName(column, name)) ?? name);
  refuseHeader(names, columns, first + at);
  const faults: FieldError[] = [];
  const read: CsvRow[] = [];
  for (const [n, cells] of rows.slice(at + 1).entries()) {
    if (isEmpty(cells)) continue;
    const row = first + at + 1 + n;
    const fault = widthFault(cells, names);
    if (fault) faults.push({ pointer: `row ${String(row)}`, detail: fault });
    faults.push(...formulasIn(row, names, cells));
    read.push({ row, cells: cellsOf(names, cells) });
  }
  refuseRows(faults);
  if (read.length === 0) throw badInput('The file holds no rows besides the names of its columns.');
  if (read.length > MOST_ROWS)
    throw badInput(`Found more than ${String(MOST_ROWS)} rows, which is what one file may have.`);
  return read;
}

/** Columns that our own file of faults has besides: a mended one comes back as it is. */
export const NOTES = ['row', 'fault'] as const;
const isNote = (name: string): boolean => NOTES.some((note) => sameName(note, name));

function withoutNotes(rows: string[][], columns: readonly string[]): string[][] {
  const header = rows.find((cells) => !isEmpty(cells)) ?? [];
  const notes = header.map((name) => isNote(name) && !isColumn(columns, name));
  return notes.some(Boolean) ? rows.map((cells) => cells.filter((_, at) => !notes[at])) : rows;
}

/** The names of the columns of a text, as they stand there, but for notes; none where it has none, or cannot be read. */
export function headerOf(text: string): string[] {
  try {
    const header = tableOf(text, MOST_EMPTY).rows.find((cells) => !isEmpty(cells)) ?? [];
    return header.filter((name) => name !== '' && !isNote(name));
  } catch {
    return [];
  }
}

/** Whether a name in a header is one of some columns. */
export const isColumn = (columns: readonly string[], name: string): boolean =>
  columns.some((column) => sameName(column, name));

/** How a text is read: its names of columns, and its rows that hold anything, by their numbers in the file. */
export interface Reading {
  header: string[];
  rows: Map<number, string[]>;
  /** Whether days are written in it as 08/09/2026. */
  isDayFirst: boolean;
}

/** Throws a 400 for what is no CSV. */
export function readingOf(text: string): Reading {
  const { first, rows } = tableOf(text, MOST_ROWS + MOST_EMPTY + 2);
  const held = rows.flatMap((cells, n): [number, string[]][] => (isEmpty(cells) ? [] : [[first + n, cells]]));
  const isRead = held.slice(0, MOST_ROWS + 1);
  return {
    header: held[0]?.[1] ?? [],
    rows: new Map(isRead.slice(1)),
    isDayFirst: isRead.some(([, cells]) => cells.some(isDayFirst)),
  };
}

/** What parts the cells of a text, in words. */
export const separatorIn = (text: string): string => SEPARATORS[tableOf(text, 1).separator];

const isEmpty = (cells: readonly string[]): boolean => cells.every((cell) => cell === '');

const sameName = (column: string, name: string): boolean =>
  column === name.toLowerCase().replace(/[\s_-]+/g, '_');

function refuseHeader(names: readonly string[], columns: readonly string[], row: number): void {
  const said = names.filter((name) => name !== '');
  const unknown = said.filter((name) => !columns.includes(name));
  const pointer = `row ${String(row)}`;
  if (unknown.length > 0)
    throw badInput(
      'The file has columns that are not known.',
      unknown.slice(0, 20).map((name) => ({
        pointer,
        detail: `found the column "${name.slice(0, 60)}"; allowed: ${columns.join(', ')}`,
      })),
    );
  const twice = said.filter((name, index) => said.indexOf(name) < index);
  if (twice.length > 0)
    throw badInput(
      'The file has a column twice.',
      twice.map((name) => ({ pointer, detail: `found the column "${name}" twice; allowed: each once` })),
    );
}

/** What is wrong with the number of cells in a row; empty ones beyond the header are of no account. */
function widthFault(cells: readonly string[], names: readonly string[]): string | null {
  const most = names.findLastIndex((name) => name !== '') + 1;
  const outside = cells.findIndex((cell, at) => cell !== '' && (names[at] ?? '') === '');
  if (outside >= 0)
    return `found "${(cells[outside] ?? '').slice(0, 60)}" in cell ${String(outside + 1)}, which no column is named for; allowed: ${String(most)} cells, as the header has`;
  return cells.length < most
    ? `found ${amount(cells.length, 'cell')}; allowed: ${String(most)}, as the header has`
    : null;
}

/** What a spreadsheet shows where it has no value, or no room. */
const NO_VALUE = /^#(N\/A|REF!|VALUE!|NAME\?|DIV\/0!|NULL!|NUM!|SPILL!|CALC!|#+)$/i;

/** A spreadsheet saves what a formula comes to; a formula itself was put there by somebody. What we write has an apostrophe before it. */
const formulasIn = (row: number, names: readonly string[], cells: readonly string[]): FieldError[] =>
  cells.flatMap((cell, at) => {
    const what = cell.startsWith('=')
      ? 'which is a formula; allowed: what it comes to, or the text with an apostrophe before it'
      : NO_VALUE.test(cell)
        ? 'which a spreadsheet shows where it has no value, or no room; allowed: the value'
        : null;
    const pointer = `row ${String(row)}, ${names[at] ?? ''}`;
    return what === null ? [] : [{ pointer, detail: `found "${cell.slice(0, 60)}", ${what}` }];
  });

const cellsOf = (names: readonly string[], cells: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    names.flatMap((name, at): [string, string][] =>
      name === '' ? [] : [[name, plain(name, undefuse(cells[at] ?? ''))]],
    ),
  );

/** Columns that hold a day, and those that hold one after a word, by their names. */
const DAYS = /(^|_)(on|day|from|to|until|by|due|received|as_of)$/;
const WITH_DAYS = /^(conflicts|homes|accreditations|neighbours|members|parents|rotation)$/;

/** The text of a cell, days in the form that is held; what people wrote in other columns stays as it is. */
function plain(column: string, cell: string): string {
  if (DAYS.test(column)) return readBritishDate(cell) ?? cell;
  if (!WITH_DAYS.test(column)) return cell;
  return cell.replace(
    /\b(since|until|from) (\d{1,2}\/\d{1,2}\/\d{4})\b/g,
    (all, word: string, day: string) => {
      const read = readBritishDate(day);
      return read === null ? all : `${word} ${read}`;
    },
  );
}

/** Writes rows with a header, a mark of UTF-8, and cells that a spreadsheet would run made harmless by an apostrophe. */
export function writeCsv(columns: readonly string[], rows: Record<string, string | number | null>[]): string {
  const cells = rows.map((row) => columns.map((name) => defuse(String(row[name] ?? ''))));
  return stringify([[...columns], ...cells], { bom: true });
}

/** Rows of cells as CSV, without a mark; cells that look like formulas are texts there. */
export const textRows = (rows: readonly (readonly string[])[]): string =>
  stringify(rows.map((cells) => cells.map(defuse)));

/** The cells of a file that we wrote, as they were before they were made harmless. */
export const cellsOfFile = (csv: string): string[][] =>
  parse(csv, { bom: true }).map((cells) => cells.map(undefuse));

/** Throws a 400 with every fault, numbered by row, unless there is none. */
export function refuseRows(faults: FieldError[]): void {
  const rest = faults.length > MOST_SHOWN ? ` The first ${String(MOST_SHOWN)} are shown.` : '';
  if (faults.length === 0) return;
  const refusal = badInput(
    `Nothing was imported: ${String(faults.length)} ${faults.length === 1 ? 'fault' : 'faults'} found.${rest}`,
    [
      ...faults.slice(0, MOST_SHOWN),
      ...(rest
        ? [{ pointer: '', detail: `${amount(faults.length - MOST_SHOWN, 'more fault')}; mend these first` }]
        : []),
    ],
  );
  refusal.more = faults.slice(MOST_SHOWN);
  throw refusal;
}

/** A number such as −1.57 is no formula. */
const isNumber = (text: string): boolean => /^-?\d+(\.\d+)?$/.test(text);

function defuse(text: string): string {
  return (FORMULA.test(text) && !isNumber(text)) || text.startsWith("'") ? `'${text}` : text;
}

function undefuse(text: string): string {
  return text.startsWith("'") && (FORMULA.test(text.slice(1)) || text.startsWith("''"))
    ? text.slice(1)
    : text;
}
