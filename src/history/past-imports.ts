import type { EntityManager } from 'typeorm';

/** Two files of before this service are taken in one after the other, so that neither adds what the other does. */
export const onePastImport = (tx: EntityManager): Promise<unknown> =>
  tx.query(`SELECT pg_advisory_xact_lock(hashtext('past challenges'))`);
