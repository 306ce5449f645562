import { isUtf8 } from 'node:buffer';
import { isDeepStrictEqual } from 'node:util';
import type { EntityManager } from 'typeorm';
import { refuseRows } from './csv.js';
import { badField, Problem, type FieldError } from './problems.js';
import { Database } from '../database/database.js';

/** What an import did, or with a dry run would do. */
export interface ImportReport {
  dryRun: boolean;
  added: number;
  changed: number;
}

export const NOT_UTF8 = 'the file is not in UTF-8: save it again as “CSV UTF-8”, and choose that one';

/** The text of an uploaded file. Throws a 400 where there is none, and where it is not in UTF-8: letters would be lost unseen. */
export function uploadedText(file: { buffer: Buffer } | undefined): string {
  if (!file) throw badField('/file', 'choose a file first');
  if (!isUtf8(file.buffer)) throw badField('/file', NOT_UTF8);
  return file.buffer.toString('utf8');
}

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

/** Does work for each row of a file, and gathers what it refuses. Throws a 400 that names every row and column at fault. */
export async function forEachRow<T>(rows: readonly T[], work: (row: T) => Promise<void>): Promise<void> {
  const faults: FieldError[] = [];
  for (const [n, row] of rows.entries()) {
    try {
      await work(row);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const told = error.errors.length > 0 ? error.errors : [{ pointer: '', detail: error.message }];
      faults.push(
        ...told.map(({ pointer, detail }) => ({
          pointer: `row ${String(n + 2)}${pointer.replace('/', ', ')}`,
          detail,
        })),
      );
    }
  }
  refuseRows(faults);
}
