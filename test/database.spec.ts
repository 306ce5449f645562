import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { makeDataSource } from '../src/data-source.js';
import { SYSTEM } from '../src/people/access.js';
import { firstBroken, record } from '../src/people/audit.js';
import { createDatabase, createEmptyDatabase } from './support/database.js';

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
});

describe('the audit trail', () => {
  let source: DataSource;

  beforeAll(async () => {
    source = await makeDataSource(await createDatabase()).initialize();
  });
  afterAll(() => source.destroy());

  const add = (n: number): Promise<void> =>
    source.transaction((tx) => record(tx, SYSTEM, 'tried', `thing:${String(n)}`, { n, b: [1, { z: 1, a: null }] }));

  it('is one chain, however many write at once', async () => {
    await Promise.all(Array.from({ length: 30 }, (_, n) => add(n)));
    expect(await firstBroken(source)).toBeNull();
  });

  it('refuses every change but additions', async () => {
    for (const sql of [`UPDATE audit_entries SET actor = 'nobody'`, 'DELETE FROM audit_entries', 'TRUNCATE audit_entries']) {
      await expect(source.query(sql)).rejects.toThrow('only ever added to');
    }
  });

  it('is rolled back with the change that it tells of', async () => {
    const before = await source.query<unknown[]>('SELECT FROM audit_entries');
    await source
      .transaction(async (tx) => {
        await record(tx, SYSTEM, 'tried', 'thing:gone');
        throw new Error('no');
      })
      .catch(() => undefined);
    expect(await source.query<unknown[]>('SELECT FROM audit_entries')).toHaveLength(before.length);
  });

  it('tells the first entry that somebody changed behind its back', async () => {
    await source.query('ALTER TABLE audit_entries DISABLE TRIGGER audit_entries_append_only');
    const [{ id }] = await source.query<[{ id: string }]>('SELECT max(id) - 5 AS id FROM audit_entries');
    await source.query(`UPDATE audit_entries SET details = '{"n": 99}' WHERE id = $1`, [id]);
    expect(await firstBroken(source)).toBe(id);
  });
});
