import { setTimeout as pause } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { RegisterCsv } from '../councils/register-csv.service.js';
import { makeDataSource } from '../data-source.js';
import { migrateQueue } from '../jobs/queue.js';
import { KindsService } from '../kinds/kinds.service.js';
import { SYSTEM } from '../people/access.js';
import { ReferenceService } from '../reference/reference.service.js';
import { grantToApplication } from '../database/application-role.js';
import { Clock } from '../database/clock.js';
import { Database, waitedTooLong } from '../database/database.js';
import { LOCK_MS } from '../database/options.js';

const ONE_AT_A_TIME = 4_202;
const MOST_TRIES = 60;
/** For those who waited behind a step to get their turn. */
const STEP_PAUSE_MS = 500;

/**
 * Brings a database up to date: our tables, the queue's, what the application may do with them, the first policy and the register. Safe
 * to run again; two that do it at once take turns. Returns false where there is no role for the application, and none could be made.
 */
export async function prepareDatabase(url: string): Promise<boolean> {
  return withSource(url, (source) =>
    inTurn(source, async () => {
      await migrate(source);
      await migrateQueue(url);
      const granted = await grantToApplication(source);
      const db = new Database(source, new Clock());
      const reference = new ReferenceService(db);
      await reference.ensureFirstContent();
      await new KindsService(db, reference).ensureFirstKinds();
      await new RegisterCsv(db, reference).ensureRegister(SYSTEM);
      return granted;
    }),
  );
}

async function inTurn<T>(source: DataSource, work: () => Promise<T>): Promise<T> {
  const turn = source.createQueryRunner();
  await turn.startTransaction();
  await turn.query('SET LOCAL lock_timeout = 0');
  await turn.query('SET LOCAL idle_in_transaction_session_timeout = 0');
  await turn.query('SELECT pg_advisory_xact_lock($1)', [ONE_AT_A_TIME]);
  try {
    return await work();
  } finally {
    await turn.rollbackTransaction();
    await turn.release();
  }
}

/**
 * Takes one step of the schema after another, each in a transaction of its own, while others read and write. A step that does not get its
 * locks lets go of all and comes again, so that nobody queues up behind it.
 */
async function migrate(source: DataSource): Promise<void> {
  for (let tries = 1; !(await stepped(source, tries)); tries++) await pause(STEP_PAUSE_MS);
}

/** Whether all steps are taken; false where one has to come again. */
async function stepped(source: DataSource, tries: number): Promise<boolean> {
  try {
    await source.runMigrations({ transaction: 'each' });
    return true;
  } catch (error) {
    if (!waitedTooLong(error)) throw error;
    if (tries < MOST_TRIES) return false;
    throw new Error(
      `the tables are in use: a lock could not be had in ${String(MOST_TRIES)} tries of ${String(LOCK_MS / 1000)} seconds. Look for long transactions in pg_stat_activity, end them, and migrate again; steps that are done stay done.`,
      { cause: error },
    );
  }
}

/** Opens a database for one piece of work of the service's own. */
export function withDatabase<T>(url: string, work: (db: Database) => Promise<T>): Promise<T> {
  return withSource(url, (source) => work(new Database(source, new Clock())));
}

/** Opens a database for one piece of work. */
export async function withSource<T>(url: string, work: (source: DataSource) => Promise<T>): Promise<T> {
  const source = await makeDataSource(url).initialize();
  try {
    return await work(source);
  } finally {
    await source.destroy();
  }
}
