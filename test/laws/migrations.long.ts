import type { DataSource } from 'typeorm';
import { prepareDatabase } from '../../src/commands/prepare-database.js';
import { makeDataSource } from '../../src/data-source.js';
import { createEmptyDatabase } from '../support/database.js';
import { eventually } from '../support/service.js';

describe('the migrations', () => {
  it('make what the entities say, and go back to nothing', async () => {
    const source = await makeDataSource(await createEmptyDatabase()).initialize();
    await source.runMigrations();
    const { upQueries } = await source.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
    for (let left = source.migrations.length; left > 0; left--) await source.undoLastMigration();
    const left = await source.query<{ table_name: string }[]>(
      `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'`,
    );
    expect(left.map(({ table_name: name }) => name)).toEqual(['migrations']);
    await source.destroy();
  });

  it('wait for no reader longer than two seconds at a time, so that nobody queues up behind them', async () => {
    const url = await createEmptyDatabase();
    await prepareDatabase(url);
    const source = await makeDataSource(url).initialize();
    const table = 'database_mode';
    do await source.undoLastMigration();
    while (await hasMigration(source, 'RestoredCopies')); // which changes that table
    const reader = source.createQueryRunner();
    await reader.startTransaction();
    await reader.query(`SELECT FROM ${table}`);
    const migrated = prepareDatabase(url);
    await eventually(async () => (await waitingFor(source, table)) > 0, 'the step that waits');
    const behind = source.createQueryRunner();
    await behind.query('SET lock_timeout = 0'); // it waits as long as the step does, which is as long as its own patience
    await behind.query(`SELECT FROM ${table}`); // behind the step, before the reader ends
    await behind.release();
    await reader.commitTransaction();
    await reader.release();
    await migrated;
    expect(await source.showMigrations()).toBe(false); // none is left to be done
    await source.destroy();
  });

  it('are done once where two processes migrate at the same moment', async () => {
    const url = await createEmptyDatabase();
    await Promise.all([prepareDatabase(url), prepareDatabase(url)]);
    const source = await makeDataSource(url).initialize();
    expect(await source.showMigrations()).toBe(false);
    await source.destroy();
  });
});

async function hasMigration(source: DataSource, name: string): Promise<boolean> {
  const found = await source.query<object[]>('SELECT FROM migrations WHERE name LIKE $1', [`${name}%`]);
  return found.length > 0;
}

/** How many wait for a lock on a table. */
async function waitingFor(source: DataSource, table: string): Promise<number> {
  const [row] = await source.query<{ n: number }[]>(
    'SELECT count(*)::int AS n FROM pg_locks WHERE relation = $1::regclass AND NOT granted',
    [table],
  );
  return row?.n ?? 0;
}
