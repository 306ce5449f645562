import { DataSource } from 'typeorm';
import { CouncilsService } from '../councils/councils.service.js';
import { makeDataSource } from '../data-source.js';
import { migrateQueue } from '../jobs/queue.js';
import { KindsService } from '../kinds/kinds.service.js';
import { SYSTEM } from '../people/access.js';
import { ReferenceService } from '../reference/reference.service.js';
import { Clock } from '../database/clock.js';
import { Database } from '../database/database.js';

/** Brings a database up to date: our tables, the queue's, the first policy and the register. Safe to run again. */
export async function prepareDatabase(url: string): Promise<void> {
  await withSource(url, async (source) => {
    await source.runMigrations();
    await migrateQueue(url);
    const db = new Database(source, new Clock());
    const reference = new ReferenceService(db);
    await reference.ensureFirstContent();
    await new KindsService(db, reference).ensureFirstKinds();
    await new CouncilsService(db, reference).ensureRegister(SYSTEM);
  });
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
