import { isDeepStrictEqual } from 'node:util';
import type { EntityManager } from 'typeorm';
import { rowNumber } from './cells.js';
import { refuseRows, separatorIn } from './csv.js';
import { amount } from '../english/words.js';
import { decoded } from './decoded.js';
import { isWorkbook, readSheet } from './workbook-in.js';
import { reached } from './progress.js';
import { badField, Problem, type FieldError } from './problems.js';
import { Database } from '../database/database.js';

/** What an import did, or with a dry run would do. */
export interface ImportReport {
  dryRun: boolean;
  added: number;
  changed: number;
}

/** A list that was sent, as the text of a CSV file. */
export interface Uploaded {
  text: string;
  /** Whether it came as a workbook, whose cells nothing parts. */
  isSheet: boolean;
  /** How the file was understood, for whoever sent it. */
  as: string[];
}

const OLD_WORKBOOK =
  'found a workbook of an older Excel (.xls), or one with a password; allowed: a workbook (.xlsx) without a password, or a CSV file';

/** Whether a file is a compound document, as old workbooks and those with a password are: by the eight bytes that it begins with. */
const isCompound = (file: Buffer): boolean => file.subarray(0, 8).toString('hex') === 'd0cf11e0a1b11ae1';

/**
 * Reads an uploaded file, CSV however it was written, or a workbook, of which the sheet with one of some names is read, or the first. Throws
 * a 400 where there is none, or it cannot be read.
 */
export async function uploaded(
  file: { buffer: Buffer } | undefined,
  names: readonly string[] = [],
): Promise<Uploaded> {
  if (!file) throw badField('/file', 'choose a file first');
  if (isCompound(file.buffer)) throw badField('/file', OLD_WORKBOOK);
  if (!isWorkbook(file.buffer)) {
    const { text, encoding } = decoded(file.buffer);
    return { text, isSheet: false, as: [encoding] };
  }
  const { text, sheet, others, hidden } = await readSheet(file.buffer, names);
  const told = [
    ...(others > 0 ? [`${amount(others, 'other sheet')} left out`] : []),
    ...(hidden > 0 ? [`${amount(hidden, 'hidden row')} read too`] : []),
  ];
  return { text, isSheet: true, as: [`the sheet “${sheet}” of a workbook`, ...told] };
}

/** A list that a program sent: text that was read by its type, or the bytes of a workbook. Throws as `uploaded` does. */
export const sentList = (body: unknown, names: readonly string[]): Promise<Uploaded> =>
  Buffer.isBuffer(body)
    ? uploaded({ buffer: body }, names)
    : Promise.resolve({ text: typeof body === 'string' ? body : '', isSheet: false, as: ['CSV'] });

/** The text of an uploaded file. Throws as `uploaded` does. */
export const uploadedText = async (file: { buffer: Buffer } | undefined): Promise<string> =>
  (await uploaded(file)).text;

/** How a file was understood, but for its days: "Windows-1252, semicolons". Throws a 400 for what is no CSV. */
export const readWords = ({ text, isSheet, as }: Uploaded): string =>
  [...as, ...(isSheet ? [] : [separatorIn(text)])].join(', ');

/** Ends the transaction of a dry run with what it found. */
class DryRun extends Error {
  constructor(readonly report: ImportReport) {
    super('dry run');
  }
}

/** Whether a row says anything of what is known that is not so already. */
export function differs(known: object, facts: object): boolean {
  const before = known as Record<string, unknown>;
  return Object.entries(facts).some(
    ([name, value]) => value !== undefined && !isDeepStrictEqual(value, before[name]),
  );
}

/** Throws a 400 where two rows are about one thing, and say different things of it. */
export function refuseTwice<T extends object>(
  rows: readonly T[],
  keyOf: (row: T) => string,
  column: string,
): void {
  const seen = new Map<string, T>();
  const faults = rows.flatMap((row): FieldError[] => {
    const before = seen.get(keyOf(row));
    if (!before) seen.set(keyOf(row), row);
    if (!before || isDeepStrictEqual(before, row)) return [];
    const detail = `is about the same as row ${String(rowNumber(before))}, and says something else`;
    return [{ pointer: `row ${String(rowNumber(row))}, ${column}`, detail }];
  });
  refuseRows(faults);
}

/** Runs an import in one transaction, all or nothing. A dry run does everything too, so that no fault is left to be found, and is undone. */
export async function runImport(
  db: Database,
  dryRun: boolean,
  work: (tx: EntityManager) => Promise<Omit<ImportReport, 'dryRun'>>,
): Promise<ImportReport> {
  try {
    return await db.transact(async (tx) => {
      const report = { dryRun, ...(await work(tx)) };
      if (dryRun) throw new DryRun(report);
      return report;
    });
  } catch (error) {
    if (error instanceof DryRun) return error.report;
    throw error;
  }
}

/** The database takes 65,535 values in one statement. */
const CHUNK = 500;

/** Does work for some rows at a time, and says how far it is. */
export async function inChunks<T>(rows: readonly T[], work: (some: T[]) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < rows.length; from += CHUNK) {
    await reached(from);
    await work(rows.slice(from, from + CHUNK));
  }
}

/** Does work for each row of a file, and gathers what it refuses. Throws a 400 that names every row and column at fault. */
export async function forEachRow<T extends object>(
  rows: readonly T[],
  work: (row: T) => Promise<void> | void,
): Promise<void> {
  const faults: FieldError[] = [];
  for (const [done, row] of rows.entries()) {
    await reached(done);
    try {
      await work(row);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const told = error.errors.length > 0 ? error.errors : [{ pointer: '', detail: error.message }];
      faults.push(
        ...told.map(({ pointer, detail }) => ({
          pointer: `row ${String(rowNumber(row))}${pointer.replace('/', ', ')}`,
          detail,
        })),
      );
    }
  }
  refuseRows(faults);
}
