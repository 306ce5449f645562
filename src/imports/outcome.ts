import type { FileList } from '../feature.js';
import { amount } from '../english/words.js';
import { cellsOfFile, readCsv, refuseRows, type CsvRow } from '../web/csv.js';
import type { FieldError } from '../web/problems.js';
import { byKey, differences, digestOf, keyOf, seenOf, type Change } from './differences.js';
import type { Import, ImportCounts } from './import.entity.js';

/** A list as it is saved: as whoever brings a file sees it, and with all columns. */
export interface Saved {
  seen: string;
  whole: string;
}

/** What an import shows, and holds whoever enters it to. */
export type Outcome = Pick<Import, 'changes' | 'digest' | 'counts' | 'told'>;

/** What a file did to its list. `salt` keeps what somebody may not see from being tried out by its digest. */
export function outcomeOf(
  list: FileList,
  before: Saved,
  after: Saved,
  { file, salt }: { file: string; salt: string },
): Outcome {
  const all = differences(before.whole, after.whole, list);
  const columns = headerOf(before.seen);
  const changes = seenOf(all, columns);
  const rows = readCsv(file, list.columns);
  const unseen = list.columns.filter(
    (column) => !columns.includes(column) && rows.some(({ cells }) => cells[column]),
  );
  const told = unseen.map((column) => {
    const given = rows.filter(({ cells }) => cells[column]).length;
    return `Besides, it gives “${column}” in ${amount(given, 'row')}, which is entered, and which you may not see.`;
  });
  return {
    changes,
    digest: digestOf(all, salt),
    counts: countsOf(changes, rows.length),
    told: told.join(' '),
  };
}

function countsOf(changes: readonly Change[], rows: number): ImportCounts {
  const countOf = (kind: Change['kind']): number => changes.filter((one) => one.kind === kind).length;
  const [added, changed, gone] = [countOf('added'), countOf('changed'), countOf('gone')];
  return { added, changed, gone, unchanged: Math.max(0, rows - added - changed - gone) };
}

/** Throws a 400 for cells that say otherwise what a file does not change of a row that is known. */
export function refuseFixed(list: FileList, before: string, file: string): void {
  const { fixed } = list;
  if (!fixed) return;
  const held = byKey(before, list);
  const faults = readCsv(file, list.columns).flatMap(({ row, cells }: CsvRow): FieldError[] => {
    const [known] = held.get(keyOf({ ...emptyRow(list), ...cells }, list)) ?? [];
    if (!known) return [];
    return fixed.columns
      .filter((column) => cells[column] && !isSame(cells[column], known[column] ?? ''))
      .map((column) => ({
        pointer: `row ${String(row)}, ${column}`,
        detail: `found "${(cells[column] ?? '').slice(0, 60)}", and "${(known[column] ?? '').slice(0, 60)}" is held, which a file does not change: ${fixed.where}`,
      }));
  });
  refuseRows(faults);
}

const emptyRow = ({ columns }: FileList): Record<string, string> =>
  Object.fromEntries(columns.map((column) => [column, '']));

const headerOf = (file: string): string[] => cellsOfFile(file.slice(0, file.indexOf('\n') + 1))[0] ?? [];

/** Whatever the capitals, and in which order parts stand that semicolons part. */
const isSame = (one: string, other: string): boolean => plain(one) === plain(other);
const plain = (text: string): string =>
  text
    .toLowerCase()
    .split(';')
    .map((part) => part.trim())
    .sort()
    .join(';');
