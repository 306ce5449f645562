import readWorkbook from 'read-excel-file/node';
import { onThread, serveThread, TaskFailed } from './on-thread.js';
import { badField, Problem } from './problems.js';
import { textRows } from './csv.js';
import { marksOf } from './sheet-marks.js';
import { OF_OURS } from './workbook-out.js';
import { unpackedSize } from './zip-size.js';

const NAME = 'workbook';
const BOUNDS = { startMs: 8000, workMs: 5000, megabytes: 256 };
/** Bytes that a workbook may come to: some million cells. */
const MOST_UNPACKED = 60_000_000;

interface Task {
  role: typeof NAME;
  file: Uint8Array;
  /** What a sheet is called that is the list. */
  names: readonly string[];
}

/** The first sheet of a workbook as the text of a CSV file, its rows where they stand. */
export interface SheetText {
  text: string;
  sheet: string;
  /** Sheets that were not read. */
  others: number;
  /** Rows that a filter or somebody hides; they are read. */
  hidden: number;
}

/** Whether a file is an archive, as workbooks of Excel are. */
export const isWorkbook = (file: Uint8Array): boolean =>
  file[0] === 0x50 && file[1] === 0x4b && file[2] === 3 && file[3] === 4;

/**
 * Reads the sheet of a workbook that is called like the list, or else the first, on a thread of its own: days as YYYY-MM-DD, numbers as they are, what formulas come to. Throws a 400 for what is none, or
 * too large.
 */
export function readSheet(file: Uint8Array, names: readonly string[] = []): Promise<SheetText> {
  const tooLong = (): Problem => badField('/file', TOO_LARGE);
  return onThread<SheetText>(import.meta.url, { role: NAME, file, names } as Task, BOUNDS, tooLong).catch(
    (error: unknown) => {
      throw error instanceof TaskFailed ? badField('/file', String(error.why)) : error;
    },
  );
}

const TOO_LARGE =
  'this workbook is too large to read; allowed: 20,000 rows, and what else is in it in another file';
const NO_WORKBOOK =
  'found something that is no Excel workbook; allowed: a workbook (.xlsx) or a CSV file, as the list is saved from here';

async function sheetOf({ file, names }: Task): Promise<SheetText> {
  const size = unpackedSize(file, MOST_UNPACKED);
  if (size === null) throw new RangeError(NO_WORKBOOK);
  if (size === Infinity) throw new RangeError(TOO_LARGE);
  const sheets = await readWorkbook(Buffer.from(file)).catch(() => {
    throw new RangeError(NO_WORKBOOK);
  });
  const own = sheets.filter(({ sheet }) => !OF_OURS.includes(sheet));
  const isList = ({ sheet }: { sheet: string }): boolean =>
    names.some((name) => sheet.trim().toLowerCase() === name.replaceAll('-', ' ').toLowerCase());
  const found = own.find(isList) ?? own[0];
  if (!found) throw new RangeError(NO_WORKBOOK);
  const { hidden, spoilt } = marksOf(file, sheets.indexOf(found));
  const rows = found.data.map((row) => row.map(textOf));
  // The library takes them for empty, and an empty cell says something.
  for (const { row, column, text } of spoilt) {
    while (rows.length <= row) rows.push([]);
    const cells = rows[row] ?? [];
    while (cells.length <= column) cells.push('');
    cells[column] = text;
  }
  const text = textRows(rows);
  return { text, sheet: found.sheet, others: own.length - 1, hidden };
}

/** A cell as CSV has it; a time that is no midnight stays one. */
function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date)
    return value
      .toISOString()
      .replace(/T00:00:00\.000Z$/, '')
      .replace('T', ' ')
      .replace(/\.\d+Z$/, '');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

serveThread<Task>(NAME, sheetOf, (error) => (error instanceof RangeError ? error.message : null));
