import { CsvError, parse } from 'csv-parse/sync';
import { badInput } from './problems.js';

/** What parts the cells of a row, by the name that people have for it. */
export const SEPARATORS = { ',': 'commas', ';': 'semicolons', '\t': 'tabs' } as const;
export type Separator = keyof typeof SEPARATORS;

/** Cells as they stand in a file, row by row as a spreadsheet numbers them: `rows[0]` is row `first`. */
export interface Table {
  separator: Separator;
  first: number;
  rows: string[][];
}

/** In characters. */
const LONGEST_LINE = 100_000;
const MOST_CELLS = 5000;
const [NEW_LINE, COMMA, SEMICOLON, TAB] = [10, 44, 59, 9];
/** Spaces that other programs put between words, and that look like one. */
const SPACES = /[\u00a0\u2007\u202f]/g;
/** Signs of the file of some other program. */
const NO_TEXT = /[^\P{Cc}\t\n\r]/u;
/** What is left of letters that were read as they were not written: "Ã«" for "ë", "â€™" for "’", and the sign for none. */
const LOST =
  /\uFFFD|[ÃÂ][\u0080-\u00bf\u0152-\u0178\u2013-\u2122]|â€[\u0080-\u00bf\u0152-\u0178\u2013-\u2122]/;
const SEP_LINE = /^\uFEFF?"?sep=(.)"?\r?\n?/i;

/**
 * The cells of a text, at most so many rows: parted by commas, semicolons or tabs, lines ended in any way, a first line "sep=;" as Excel takes
 * it. Letters written as two signs become one. Throws a 400 for what is no such text, in words of ours.
 */
export function tableOf(text: string, most: number): Table {
  if (NO_TEXT.test(text))
    throw badInput(
      'The file is not CSV: it holds signs that are not text. Save the sheet as CSV, and choose that file.',
    );
  if (LOST.test(text))
    throw badInput(
      'The file has lost letters: some are written in one way and some in another. Save it again as “CSV UTF-8”, look at names such as Zoë in it, and choose that file.',
    );
  refuseLongLines(text);
  refuseManyCells(text);
  const said = SEP_LINE.exec(text);
  const body = said ? text.slice(said[0].length) : text;
  const separator = separatorOf(said?.[1], body);
  try {
    const rows = parse(body.normalize('NFC').replace(SPACES, ' '), {
      bom: true,
      trim: true,
      delimiter: separator,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      to: most,
    });
    return { separator, first: said ? 2 : 1, rows };
  } catch (error) {
    throw badInput('The file is not CSV.', [{ pointer: '', detail: faultOf(error) }]);
  }
}

/** What is said, or else what the first line has most of, outside quotes. */
function separatorOf(said: string | undefined, body: string): Separator {
  const known = Object.keys(SEPARATORS) as Separator[];
  if (said !== undefined && !known.includes(said as Separator))
    throw badInput(`The file says that “${said}” parts its cells; allowed: commas, semicolons, tabs.`);
  const first = (/^.*[a-z].*$/im.exec(body)?.[0] ?? '').replace(/"[^"]*"/g, '');
  const countOf = (separator: Separator): number => first.split(separator).length;
  return (
    known.find((one) => one === said) ??
    known.reduce((best, one) => (countOf(one) > countOf(best) ? one : best), ',')
  );
}

function faultOf(error: unknown): string {
  if (!(error instanceof CsvError)) return 'it cannot be read';
  const line = typeof error.lines === 'number' ? String(error.lines) : '1';
  return error.code === 'CSV_QUOTE_NOT_CLOSED'
    ? `found a quotation mark in line ${line} or before that is opened and never closed`
    : `found a quotation mark in line ${line} in the middle of a cell; allowed: around a whole cell, and written twice inside it`;
}

/** No list of ours has as many columns by far: files of nothing but separators would take the parser seconds. */
function refuseManyCells(text: string): void {
  let [line, cells] = [1, 1];
  for (let at = 0; at < text.length; at++) {
    const sign = text.charCodeAt(at);
    if (sign === NEW_LINE) [line, cells] = [line + 1, 1];
    else if ((sign === COMMA || sign === SEMICOLON || sign === TAB) && ++cells > MOST_CELLS)
      throw badInput(
        `The file is not CSV: line ${String(line)} has more than ${MOST_CELLS.toLocaleString('en-GB')} cells.`,
      );
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
