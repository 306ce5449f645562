import type { EntityManager } from 'typeorm';

/** The database takes 65,535 values in one statement. */
const CHUNK = 500;

/** Two files of before this service are taken in one after the other, so that neither adds what the other does. */
export const onePastImport = (tx: EntityManager): Promise<unknown> =>
  tx.query(`SELECT pg_advisory_xact_lock(hashtext('past challenges'))`);

/** Does work for some rows at a time. */
export async function inChunks<T>(rows: readonly T[], work: (some: T[]) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < rows.length; from += CHUNK) await work(rows.slice(from, from + CHUNK));
}
