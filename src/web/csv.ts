import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { badInput, type FieldError } from './problems.js';

/** One row of an upload by column, with its number in the file (the header is row 1). */
export interface CsvRow {
  row: number;
  cells: Record<string, string>;
}

const MOST_ROWS = 20_000;
const FORMULA = /^[=+\-@\t\r]/;

/**
 * Reads an upload with a header row of known columns; which may be left out, but none may be unknown. Throws a 400 that names the
 * row for what is not CSV.
 */
export function readCsv(text: string, columns: readonly string[]): CsvRow[] {
  let rows: string[][];
  try {
    rows = parse(text, { bom: true, skip_empty_lines: true, trim: true, relax_column_count: false });
  } catch (error) {
    throw badInput('The file is not CSV.', [{ pointer: '', detail: error instanceof Error ? error.message : String(error) }]);
  }
  const [header, ...data] = rows;
  if (!header) throw badInput(`The file is empty; its first row must name columns among ${columns.join(', ')}.`);
  const unknown = header.filter((name) => !columns.includes(name));
  if (unknown.length > 0)
    throw badInput(
      'The file has columns that are not known.',
      unknown.map((name) => ({ pointer: `row 1, ${name.slice(0, 60)}`, detail: `allowed: ${columns.join(', ')}` })),
    );
  if (data.length > MOST_ROWS) throw badInput(`Found ${String(data.length)} rows; allowed: ${String(MOST_ROWS)} in one file.`);
  return data.map((values, index) => ({
    row: index + 2,
    cells: Object.fromEntries(header.map((name, i) => [name, undefuse(values[i] ?? '')])),
  }));
}

/** Writes rows with a header, a mark of UTF-8, and cells that a spreadsheet would run made harmless by an apostrophe. */
export function writeCsv(columns: readonly string[], rows: Record<string, string | number | null>[]): string {
  const cells = rows.map((row) => columns.map((name) => defuse(String(row[name] ?? ''))));
  return stringify([[...columns], ...cells], { bom: true });
}

/** Throws a 400 with every fault, numbered by row, unless there is none. */
export function refuseRows(faults: FieldError[]): void {
  if (faults.length > 0)
    throw badInput(
      `Nothing was imported: ${String(faults.length)} ${faults.length === 1 ? 'fault' : 'faults'} found.`,
      faults.slice(0, 200),
    );
}

/** A number such as −1.57 is no formula. */
const isNumber = (text: string): boolean => /^-?\d+(\.\d+)?$/.test(text);

function defuse(text: string): string {
  return (FORMULA.test(text) && !isNumber(text)) || text.startsWith("'") ? `'${text}` : text;
}

function undefuse(text: string): string {
  return text.startsWith("'") && (FORMULA.test(text.slice(1)) || text.startsWith("''")) ? text.slice(1) : text;
}
