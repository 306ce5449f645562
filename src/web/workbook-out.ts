import writeXlsx, { type Row, type Sheet } from 'write-excel-file/node';
import { isRecordedDate } from '../calendar/dates.js';
import { sayMoment } from '../calendar/phrases.js';
import { amount } from '../english/words.js';
import type { ColumnWords } from './cells.js';
import { cellsOfFile } from './csv.js';
import { onThread, serveThread } from './on-thread.js';
import { Problem } from './problems.js';
import { filtersAndChoices, placesOf } from './workbook-features.js';

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
  /** Of an empty list: what its columns may hold. */
  words?: readonly ColumnWords[];
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
 * seconds of a long list. With words, sheets beside it say what each column may hold, and cells let one choose. Throws a 503 where it takes too long.
 */
export async function workbookOf(csv: string, about: About, words?: readonly ColumnWords[]): Promise<Buffer> {
  const task: Task = { role: NAME, csv, about, ...(words ? { words } : {}) };
  const tooLong = (): Problem =>
    new Problem(
      503,
      'busy',
      'The workbook takes too long to make just now. Try again in a minute, or save CSV.',
    );
  return Buffer.from(await onThread<Uint8Array>(import.meta.url, task, BOUNDS, tooLong));
}

function made({ csv, about, words = [] }: Task): Promise<Buffer> {
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
  const list = {
    sheet: about.name.slice(0, 31),
    data,
    columns,
    stickyRowsCount: 1,
    filtered: rows.length,
    chosen: placesOf(words, CHOICES),
  };
  const told = { sheet: ABOUT, data: aboutRows(about, rows.length), columns: [{ width: 14 }, { width: 70 }] };
  const beside = words.length > 0 ? [wordsSheet(words), choicesSheet(words)] : [];
  return writeXlsx(
    [list, ...beside, told] as Sheet<never>[] as never,
    {
      features: [filtersAndChoices],
    } as never,
  ).toBuffer();
}

const textCells = (cells: readonly string[], isHead = false): Row =>
  cells.map((value) =>
    value === '' ? null : { value, type: String, ...(isHead ? { fontWeight: 'bold' } : {}) },
  );

/** What each column may hold, in the words in which anything else is refused. */
const wordsSheet = (words: readonly ColumnWords[]): object => ({
  sheet: WORDS,
  data: [
    textCells(['Column', 'Needed', 'What it may hold'], true),
    ...words.map(({ name, isNeeded, says }) => textCells([name, isNeeded ? 'yes' : '', says])),
  ],
  columns: [{ width: 20 }, { width: 8 }, { width: 100 }],
  stickyRowsCount: 1,
});

/** Choices side by side, under the names of their columns. */
function choicesSheet(words: readonly ColumnWords[]): object {
  const chosen = words.filter(({ choices }) => choices.length > 0);
  const most = Math.max(0, ...chosen.map(({ choices }) => choices.length));
  const rows = Array.from({ length: most }, (_, n) =>
    textCells(chosen.map(({ choices }) => choices[n] ?? '')),
  );
  const names = chosen.length > 0 ? chosen.map(({ name }) => name) : ['none'];
  return {
    sheet: CHOICES,
    data: [textCells(names, true), ...rows],
    columns: names.map(() => ({ width: 24 })),
  };
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

serveThread<Task>(NAME, made);
