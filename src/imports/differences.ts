import { createHash } from 'node:crypto';
import { cellsOfFile } from '../web/csv.js';

/** A cell of a list, before and after. */
export interface ChangedCell {
  column: string;
  was: string;
  is: string;
}

/** A row of a list that is there since, is not there any more, or says something else. */
export interface Change {
  kind: 'added' | 'changed' | 'gone';
  /** What names the row to people. */
  name: string;
  cells: ChangedCell[];
}

/** How the rows of a list are known and named. */
export interface Rows {
  /** Columns that together name one row; the first set of which no cell is empty. Where there is none, all columns. */
  keys: readonly (readonly string[])[];
  /** Columns that name it to people; those of its key unless told. */
  named?: readonly string[];
}

type Row = Record<string, string>;

/**
 * What became of a list, from its files before and after: added, then changed, then gone, each in the order of the file. Several rows of
 * one key are taken in turn.
 */
export function differences(before: string, after: string, rows: Rows): Change[] {
  if (before === after) return [];
  const [was, is] = [byKey(before, rows), byKey(after, rows)];
  const [added, changed, gone]: [Change[], Change[], Change[]] = [[], [], []];
  for (const [key, here] of is) {
    const there = was.get(key) ?? [];
    for (const [n, row] of here.entries()) {
      const known = there[n];
      const cells = cellsOf(known ?? {}, row);
      if (!known) added.push({ kind: 'added', name: nameOf(row, rows), cells: withoutIds(cells) });
      else if (cells.length > 0) changed.push({ kind: 'changed', name: nameOf(row, rows), cells });
    }
  }
  for (const [key, there] of was)
    for (const row of there.slice(is.get(key)?.length ?? 0))
      gone.push({ kind: 'gone', name: nameOf(row, rows), cells: cellsOf(row, {}) });
  return [...added, ...changed, ...gone];
}

/** What of it somebody sees who sees only some columns. */
export const seenOf = (changes: readonly Change[], columns: readonly string[]): Change[] =>
  changes
    .map((change) => ({ ...change, cells: change.cells.filter(({ column }) => columns.includes(column)) }))
    .filter(({ kind, cells }) => kind !== 'changed' || cells.length > 0);

/**
 * Says in few characters what would be done, so that two such lists can be held against each other; whatever their order, which may go by ids
 * that new rows get anew each time.
 */
export function digestOf(changes: readonly Change[], salt: string): string {
  const all = changes.map((change) => JSON.stringify(change)).sort();
  return createHash('sha256')
    .update([salt, ...all].join('\n'))
    .digest('base64url')
    .slice(0, 22);
}

/** The rows of a saved list by their keys. */
export function byKey(file: string, rows: Pick<Rows, 'keys'>): Map<string, Row[]> {
  const [header = [], ...lines] = cellsOfFile(file);
  const found = new Map<string, Row[]>();
  for (const line of lines) {
    const row = Object.fromEntries(header.map((column, at) => [column, line[at] ?? '']));
    const key = keyOf(row, rows);
    const held = found.get(key);
    if (held) held.push(row);
    else found.set(key, [row]);
  }
  return found;
}

/** By what a row is known. */
export function keyOf(row: Row, { keys }: Pick<Rows, 'keys'>): string {
  const at = keys.findIndex((columns) => columns.every((column) => row[column]));
  return JSON.stringify([at, ...(keys[at] ?? Object.keys(row)).map((column) => row[column])]);
}

const nameOf = (row: Row, { keys, named = keys[0] ?? [] }: Rows): string =>
  named.flatMap((column) => row[column] || []).join(', ') || Object.values(row).filter(Boolean).join(', ');

const cellsOf = (was: Row, is: Row): ChangedCell[] =>
  Object.keys({ ...was, ...is }).flatMap((column) => {
    const [before, after] = [was[column] ?? '', is[column] ?? ''];
    return before === after ? [] : [{ column, was: before, is: after }];
  });

/** A new row gets another id each time it is tried. */
const withoutIds = (cells: ChangedCell[]): ChangedCell[] => cells.filter(({ column }) => column !== 'id');
