import writeXlsx, { type Row, type Sheet } from 'write-excel-file/node';
import { isRecordedDate } from '../calendar/dates.js';
import { sayMoment } from '../calendar/phrases.js';
import { amount } from '../english/words.js';
import { cellsOfFile } from './csv.js';
import { onThread, serveThread } from './on-thread.js';
import { Problem } from './problems.js';

/** The type of a workbook of Excel. */
export const WORKBOOK = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** The name of the sheet that says what a workbook is, and those of the sheets that stand beside an empty list. */
const [ABOUT, WORDS, CHOICES] = ['About', 'Columns', 'Choices'] as const;
/** Sheets that are no list. */
export const OF_OURS: readonly string[] = [ABOUT, WORDS, CHOICES];

/** What a list is, for whoever opens the workbook later. */
export interface About {
  name: string;
  /** "name: ex", one for each filter. */
  filters: string[];
  savedAt: Date;
}

const NAME = 'make workbook';
const BOUNDS = { startMs: 8000, workMs: 30_000, megabytes: 512 };

interface Task {
  role: typeof NAME;
  csv: string;
  about: About;
}

type Kind = 'day' | 'number' | 'text';
/** What a spreadsheet shows of a whole number without loss. */
const NUMBER = /^-?(0|[1-9]\d{0,14})(\.\d+)?$/;
/** Columns that are never numbers, however they look. */
const TEXTS = /phone|code|reference|(^|_)id$/;
/** In characters of the usual letters. */
const WIDTH = { least: 8, most: 60 };

/**
 * A list as a workbook, from the CSV that is saved of it: days as days and numbers as numbers where a whole column is that, texts as texts so
 * that no cell is a formula; the names of the columns stay in view. A second sheet says what it is. On a thread of its own, since it takes
 * seconds of a long list. Throws a 503 where it takes too long.
 */
export async function workbookOf(csv: string, about: About): Promise<Buffer> {
  const task: Task = { role: NAME, csv, about };
  const tooLong = (): Problem =>
    new Problem(
      503,
      'busy',
      'The workbook takes too long to make just now. Try again in a minute, or save CSV.',
    );
  return Buffer.from(await onThread<Uint8Array>(import.meta.url, task, BOUNDS, tooLong));
}

function made(csv: string, about: About): Promise<Buffer> {
  const [header = [], ...rows] = cellsOfFile(csv);
  const kinds = header.map((name, at) =>
    kindOf(
      name,
      rows.map((cells) => cells[at] ?? ''),
    ),
  );
  const data: Row[] = [
    header.map((value) => ({ value, type: String, fontWeight: 'bold' })),
    ...rows.map((cells) => header.map((_, at) => cellOf(cells[at] ?? '', kinds[at] ?? 'text'))),
  ];
  const columns = header.map((name, at) => ({
    width: Math.min(
      WIDTH.most,
      rows.reduce(
        (most, cells) => Math.max(most, (cells[at] ?? '').length + 1),
        Math.max(WIDTH.least, name.length + 2),
      ),
    ),
  }));
  const list = { sheet: about.name.slice(0, 31), data, columns, stickyRowsCount: 1 };
  const told = { sheet: ABOUT, data: aboutRows(about, rows.length), columns: [{ width: 14 }, { width: 70 }] };
  return writeXlsx([list, told] as Sheet<never>[] as never).toBuffer();
}

const aboutRows = ({ name, filters, savedAt }: About, count: number): Row[] =>
  [
    ['List', name],
    ['Saved', sayMoment(savedAt)],
    ['Rows', amount(count, 'row')],
    ['Asked for', filters.length > 0 ? filters.join('; ') : 'all that you may see'],
  ].map((cells) => cells.map((value) => ({ value, type: String })));

/** What all cells of a column are that hold anything. */
function kindOf(name: string, cells: readonly string[]): Kind {
  const held = cells.filter((cell) => cell !== '');
  if (held.length === 0 || TEXTS.test(name)) return 'text';
  if (held.every((cell): boolean => isRecordedDate(cell))) return 'day';
  return held.every((cell) => NUMBER.test(cell)) ? 'number' : 'text';
}

function cellOf(cell: string, kind: Kind): Row[number] {
  if (cell === '') return null;
  if (kind === 'day') return { value: new Date(`${cell}T00:00:00Z`), type: Date, format: 'yyyy-mm-dd' };
  return kind === 'number' ? { value: Number(cell), type: Number } : { value: cell, type: String };
}

serveThread<Task>(NAME, ({ csv, about }) => made(csv, about));
