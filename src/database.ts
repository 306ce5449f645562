import { DataSource } from 'typeorm';
import { CouncilsService } from './councils/councils.service.js';
import { makeDataSource } from './data-source.js';
import { migrateQueue } from './jobs/queue.js';
import { SYSTEM } from './people/access.js';
import { PolicyService } from './policy/policy.service.js';

/** Brings a database up to date: our tables, the queue's, the first policy and the register. Safe to run again. */
export async function prepareDatabase(url: string): Promise<void> {
  await withSource(url, async (source) => {
    await source.runMigrations();
    await migrateQueue(url);
    const policy = new PolicyService(source);
    await policy.ensureFirstContent();
    await new CouncilsService(source, policy).ensureRegister(SYSTEM);
  });
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
