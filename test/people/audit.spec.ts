import type { DataSource } from 'typeorm';
import { makeDataSource } from '../../src/data-source.js';
import { Clock } from '../../src/database/clock.js';
import { Database } from '../../src/database/database.js';
import { SYSTEM } from '../../src/people/access.js';
import { chainWaiting, firstBroken, record } from '../../src/people/audit.js';
import { createDatabase } from '../support/database.js';

describe('the audit trail', () => {
  let source: DataSource;
  let db: Database;

  beforeAll(async () => {
    source = await makeDataSource(await createDatabase()).initialize();
    db = new Database(source, new Clock());
    before = await count('audit_entries');
  });
  afterAll(() => source.destroy());

  const add = (n: number): Promise<void> =>
    db.transact((tx) => record(tx, SYSTEM, 'tried', `thing:${String(n)}`, { n, b: [1, { z: 1, a: null }] }));
  /** Entries of before: preparing a database leaves some. */
  let before = 0;
  const count = async (table: string): Promise<number> => {
    const [row] = await source.query<[{ count: string }]>(`SELECT count(*) FROM ${table}`);
    return Number(row.count);
  };

  it('is one chain, however many write at once', async () => {
    await Promise.all(Array.from({ length: 30 }, (_, n) => add(n)));
    expect(await firstBroken(db)).toBeNull();
    expect([await count('audit_entries'), await count('audit_waiting')]).toEqual([before + 30, 0]);
  });

  it('lets nobody wait for the end of another’s work', async () => {
    let finish = (): void => undefined;
    const slow = db.transact(async (tx) => {
      await record(tx, SYSTEM, 'tried', 'thing:slow');
      await new Promise<void>((done) => (finish = done));
    });
    await add(100);
    expect(await count('audit_entries')).toBe(before + 31);
    finish();
    await slow;
    expect(await count('audit_entries')).toBe(before + 32);
    expect(await firstBroken(db)).toBeNull();
  });

  it('takes in what was committed by a process that died before it got its place', async () => {
    await source.transaction((tx) => record(tx, SYSTEM, 'tried', 'thing:orphan'));
    expect([await count('audit_entries'), await count('audit_waiting')]).toEqual([before + 32, 1]);
    await db.transact(chainWaiting);
    expect([await count('audit_entries'), await count('audit_waiting')]).toEqual([before + 33, 0]);
    expect(await firstBroken(db)).toBeNull();
  });

  it('lets go of what waits only when it stands in the trail', async () => {
    await source.transaction((tx) => record(tx, SYSTEM, 'tried', 'thing:waits'));
    const [forgotten] = await source.query<[{ gone: string }]>(
      'SELECT forget_chained(array_agg(id)) AS gone FROM audit_waiting',
    );
    expect([forgotten.gone, await count('audit_waiting')]).toEqual(['0', 1]);
    await db.transact(chainWaiting);
    expect(await count('audit_waiting')).toBe(0);
    before++;
  });

  it('refuses every change but additions', async () => {
    for (const sql of [
      `UPDATE audit_entries SET actor = 'nobody'`,
      'DELETE FROM audit_entries',
      'TRUNCATE audit_entries',
    ]) {
      await expect(source.query(sql)).rejects.toThrow('only ever added to');
    }
  });

  it('is rolled back with the change that it tells of', async () => {
    await db
      .transact(async (tx) => {
        await record(tx, SYSTEM, 'tried', 'thing:gone');
        throw new Error('no');
      })
      .catch(() => undefined);
    expect([await count('audit_entries'), await count('audit_waiting')]).toEqual([before + 33, 0]);
  });

  it('tells the first entry that somebody changed behind its back', async () => {
    await source.query('ALTER TABLE audit_entries DISABLE TRIGGER audit_entries_append_only');
    const [{ id }] = await source.query<[{ id: string }]>('SELECT max(id) - 5 AS id FROM audit_entries');
    await source.query(`UPDATE audit_entries SET details = '{"n": 99}' WHERE id = $1`, [id]);
    expect(await firstBroken(db)).toBe(id);
  });
});
