import type { DataSource, EntityManager } from 'typeorm';
import { makeDataSource } from '../../src/data-source.js';
import { afterCommit, breaks, Database } from '../../src/database/database.js';
import { createEmptyDatabase } from '../support/database.js';
import { TestClock } from '../support/clock.js';

let source: DataSource;
let db: Database;
const clock = new TestClock();

beforeAll(async () => {
  source = await makeDataSource(await createEmptyDatabase()).initialize();
  db = new Database(source, clock);
  await source.query(
    'CREATE TABLE things (id int PRIMARY KEY CONSTRAINT things_positive CHECK (id > 0), n int NOT NULL)',
  );
});
afterAll(() => source.destroy());

const put = (tx: EntityManager, id: number): Promise<unknown> =>
  tx.query('INSERT INTO things (id, n) VALUES ($1, 0)', [id]);
const known = async (): Promise<number[]> =>
  (await db.query<{ id: number }[]>('SELECT id FROM things ORDER BY id')).map(({ id }) => id);
const fails = (tx: EntityManager, code: string): Promise<unknown> =>
  tx.query(`DO $$ BEGIN RAISE EXCEPTION 'by the test' USING ERRCODE = '${code}'; END $$`);

describe('a transaction', () => {
  it('writes all of its work, or nothing', async () => {
    await db.transact((tx) => put(tx, 1));
    await expect(
      db.transact(async (tx) => {
        await put(tx, 2);
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(await known()).toEqual([1]);
  });

  it('holds what is done together within what is done together, and all of it goes where the outer one fails', async () => {
    const inner = (id: number): Promise<number[]> =>
      db.together(async () => {
        await put(db.manager, id);
        return known();
      });
    await expect(
      db.together(async () => {
        await put(db.manager, 3);
        expect(await inner(4)).toEqual([1, 3, 4]);
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(await known()).toEqual([1]);
    await db.together(async () => {
      await expect(inner(1)).rejects.toThrow('things_pkey');
      await put(db.manager, 5);
    });
    expect(await known()).toEqual([1, 5]);
    await source.query('DELETE FROM things WHERE id > 1');
  });

  it.each(['40P01', '40001'])('that the database broke off with %s is done again, whole', async (code) => {
    let tries = 0;
    await db.transact(async (tx) => {
      tries++;
      await put(tx, 10 + tries);
      if (tries < 3) await fails(tx, code);
    });
    expect([tries, await known()]).toEqual([3, [1, 13]]);
    await source.query('DELETE FROM things WHERE id > 1');
  });

  it('is not tried for ever', async () => {
    let tries = 0;
    const work = db.transact(async (tx) => {
      tries++;
      await fails(tx, '40001');
    });
    await expect(work).rejects.toThrow('by the test');
    expect(tries).toBe(4);
  });

  it('that broke a rule of the database is not tried again, and says which', async () => {
    let tries = 0;
    const error = await db
      .transact((tx) => {
        tries++;
        return put(tx, -1);
      })
      .catch((caught: unknown) => caught);
    expect([tries, breaks(error, 'things_positive'), breaks(error, 'things_pkey')]).toEqual([1, true, false]);
  });

  it('goes on where two wait for each other: both are done in the end', async () => {
    await source.query('INSERT INTO things VALUES (20, 0), (21, 0)');
    let arrived = 0;
    let meet: () => void = () => undefined;
    const met = new Promise<void>((resolve) => (meet = resolve));
    const add = (first: number, second: number) =>
      db.transact(async (tx) => {
        await tx.query('UPDATE things SET n = n + 1 WHERE id = $1', [first]);
        if (++arrived === 2) meet();
        await met;
        await tx.query('UPDATE things SET n = n + 1 WHERE id = $1', [second]);
      });
    await Promise.all([add(20, 21), add(21, 20)]);
    expect(await db.query('SELECT n FROM things WHERE id >= 20 ORDER BY id')).toEqual([{ n: 2 }, { n: 2 }]);
    expect(arrived).toBe(3);
    await source.query('DELETE FROM things WHERE id >= 20');
  });
});

describe('what follows a commit', () => {
  it('sees what was committed, and is done once however often it was asked for', async () => {
    const seen: number[] = [];
    const follower = async (tx: EntityManager): Promise<void> => {
      const [row] = await tx.query<{ n: number }[]>('SELECT count(*)::int AS n FROM things');
      seen.push(row?.n ?? 0);
    };
    await db.transact(async (tx) => {
      await put(tx, 30);
      afterCommit(tx, follower);
      afterCommit(tx, follower);
      expect(seen).toEqual([]);
    });
    expect(seen).toEqual([2]);
  });

  it('is not done where nothing was committed', async () => {
    let followed = 0;
    const work = db.transact((tx) => {
      afterCommit(tx, () => {
        followed++;
        return Promise.resolve();
      });
      return Promise.reject(new Error('no'));
    });
    await expect(work).rejects.toThrow('no');
    expect(followed).toBe(0);
  });

  it('takes nothing back where it fails', async () => {
    await db.transact(async (tx) => {
      await put(tx, 31);
      afterCommit(tx, () => Promise.reject(new Error('later')));
    });
    expect(await known()).toContain(31);
  });

  it('is for transactions only', () => {
    expect(() => {
      afterCommit(source.manager, () => Promise.resolve());
    }).toThrow('for transactions');
  });
});

describe('the time', () => {
  it('is the clock’s, and today is the day in London', () => {
    clock.set(new Date('2027-06-30T23:30:00Z'));
    expect(db.today()).toBe('2027-07-01');
    expect(db.ago(90).toISOString()).toBe('2027-06-30T23:28:30.000Z');
    clock.set(new Date('2027-01-31T23:30:00Z'));
    expect(db.today()).toBe('2027-01-31');
    clock.set(null);
  });
});
