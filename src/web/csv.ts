import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { badInput, type FieldError } from './problems.js';

/** One row of an upload by column, with its number in the file (the header is row 1). */
export interface CsvRow {
  row: number;
  cells: Record<string, string>;
}

const MOST_ROWS = 20_000;
/** In characters. */
const LONGEST_LINE = 100_000;
const FORMULA = /^[=+\-@\t\r]/;

/**
 * Reads an upload with a header row of known columns; which may be left out, but none may be unknown. Throws a 400 that names the
 * row for what is not CSV.
 */
export function readCsv(text: string, columns: readonly string[]): CsvRow[] {
  refuseLongLines(text);
  const [header] = parsed(text, 1);
  if (!header)
    throw badInput(`The file is empty; its first row must name columns among ${columns.join(', ')}.`);
  const unknown = header.filter((name) => !columns.includes(name));
  if (unknown.length > 0)
    throw badInput(
      'The file has columns that are not known.',
      unknown.slice(0, 20).map((name) => ({
        pointer: 'row 1',
        detail: `found the column "${name.slice(0, 60)}"; allowed: ${columns.join(', ')}`,
      })),
    );
  const data = parsed(text, MOST_ROWS + 2).slice(1);
  if (data.length > MOST_ROWS)
    throw badInput(`Found more than ${String(MOST_ROWS)} rows, which is what one file may have.`);
  return data.map((values, index) => ({
    row: index + 2,
    cells: Object.fromEntries(header.map((name, i) => [name, undefuse(values[i] ?? '')])),
  }));
}

/** The first rows of a file, read no further than that: a file may be as long as it likes. */
function parsed(text: string, most: number): string[][] {
  try {
    return parse(text, {
      bom: true,
      skip_empty_lines: true,
      trim: true,
      relax_column_count: false,
      to: most,
    });
  } catch (error) {
    throw badInput('The file is not CSV.', [
      { pointer: '', detail: error instanceof Error ? error.message : String(error) },
    ]);
  }
}

/** A line of millions of commas would take the parser minutes. */
function refuseLongLines(text: string): void {
  let line = 1;
  for (let from = 0; from < text.length; line++) {
    const end = text.indexOf('\n', from);
    const to = end === -1 ? text.length : end;
    if (to - from > LONGEST_LINE)
      throw badInput(
        `The file is not CSV: line ${String(line)} has more than ${LONGEST_LINE.toLocaleString('en-GB')} characters.`,
      );
    from = to + 1;
  }
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
  return text.startsWith("'") && (FORMULA.test(text.slice(1)) || text.startsWith("''"))
    ? text.slice(1)
    : text;
}
