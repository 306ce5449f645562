import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { Client } from 'pg';
import { lookAround, requireSurroundings, type Check } from '../../src/operations/surroundings.js';
import { readSettings } from '../../src/settings.js';
import { asApplication, createDatabase } from '../support/database.js';
import { hasRedis, startRedis } from '../support/redis.js';
import { Service } from '../support/service.js';

const REDIS = hasRedis ? it : it.skip;

async function look(url: string, more: Record<string, string> = {}, now?: () => number): Promise<Check[]> {
  return lookAround(readSettings({ DATABASE_URL: url, MODE: 'example', ...more }), now);
}

/** What is wrong, as sentences. */
const wrong = (checks: Check[]): string[] =>
  checks.filter(({ how }) => how === 'wrong').map(({ says }) => says);

async function asOwner(url: string, ...statements: string[]): Promise<void> {
  const owner = new Client({ connectionString: url });
  await owner.connect();
  for (const statement of statements) await owner.query(statement);
  await owner.end();
}

describe('what a process stands on', () => {
  let database: string;
  beforeEach(async () => {
    database = await createDatabase();
  });

  it('is well where it was installed as it should be', async () => {
    const checks = await look(asApplication(database));
    expect(checks.map(({ what, how }) => `${what} ${how}`)).toEqual([
      ...[
        'Database well',
        'Tables well',
        'Extensions well',
        'Rules well',
        'Rights well',
        'Owner well',
        'Clock well',
      ],
      ...['Connections well', 'Queue well', 'Address well'],
    ]);
  });

  it('is worth a word where a process would take more connections than are free', async () => {
    const said = async (many: string): Promise<string> =>
      (await look(asApplication(database), { DATABASE_CONNECTIONS: many })).find(
        ({ what }) => what === 'Connections',
      )?.says ?? '';
    // Here 300 are allowed, three of them for administrators, and ten more go to the queues of a process.
    expect(await said('2')).toMatch(
      /^\d+ of 297 connections of the database are in use; a process like this opens up to 12, so that 2\d more fit\.$/,
    );
    expect(await said('1000')).toMatch(
      /opens up to 1010, so that 0 more fit\. Raise max_connections, or run fewer/,
    );
  });

  it('is worth a word where the user could change the audit trail, and no process starts with what is wrong', async () => {
    const said: string[] = [];
    const log = { warn: (words: string) => void said.push(words) };
    await requireSurroundings('web', readSettings({ DATABASE_URL: database, MODE: 'example' }), log);
    expect(said).toEqual([expect.stringContaining('owns its tables')]);
    await asOwner(database, 'DELETE FROM migrations WHERE id = (SELECT max(id) FROM migrations)');
    await expect(
      requireSurroundings('web', readSettings({ DATABASE_URL: database, MODE: 'example' }), log),
    ).rejects.toThrow(
      'the database is not up to date; run the migration first: node dist/src/cli.js migrate. 1 step of this release is missing.',
    );
  });

  it('is a database without any of the tables, or one without an extension', async () => {
    await asOwner(database, 'DROP EXTENSION pg_trgm CASCADE');
    expect(wrong(await look(asApplication(database)))).toEqual([
      'the database lacks the extension pg_trgm, and what stood on it; stop everything, and restore the database from a backup with its extensions.',
    ]);
    await asOwner(database, 'DROP SCHEMA public CASCADE', 'CREATE SCHEMA public');
    expect(wrong(await look(database))).toEqual([
      'the database is not up to date; run the migration first: node dist/src/cli.js migrate.',
    ]);
  });

  it('is a database that forbids double bookings by every such rule there is', async () => {
    const owner = new Client({ connectionString: database });
    await owner.connect();
    const { rows } = await owner.query<{ name: string }>(
      `SELECT conname AS name FROM pg_constraint WHERE contype = 'x' ORDER BY 1`,
    );
    await owner.end();
    await asOwner(database, 'DROP EXTENSION btree_gist CASCADE', 'CREATE EXTENSION btree_gist');
    expect(wrong(await look(asApplication(database)))).toEqual([
      `the database lacks ${rows.map(({ name }) => name).join(', ')}, which forbid that somebody is in two places; stop everything, and restore it from a backup that has them.`,
    ]);
  });

  it('tells several faults at once, views and sequences among them', async () => {
    await asOwner(
      database,
      'DROP EXTENSION pg_trgm CASCADE',
      'REVOKE SELECT ON not_again FROM critical_friend_app',
      'REVOKE USAGE ON challenge_changes_id_seq FROM critical_friend_app',
    );
    expect(wrong(await look(asApplication(database)))).toEqual([
      expect.stringContaining('lacks the extension pg_trgm'),
      expect.stringContaining(
        'may not read and write public.challenge_changes_id_seq, public.not_again; the owner',
      ),
    ]);
  });

  it('goes on with a database of a newer release, and says so', async () => {
    await asOwner(
      database,
      `INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'Later9999999999999')`,
    );
    const [, tables] = await look(asApplication(database));
    expect(tables).toEqual({
      what: 'Tables',
      how: 'told',
      says: 'The database is of a newer release than this process, by 1 step.',
    });
  });

  it('names the tables that its user may not write, those of the queue too', async () => {
    await asOwner(
      database,
      'REVOKE UPDATE ON feedback, peers FROM critical_friend_app',
      'REVOKE USAGE ON SCHEMA bullmq FROM critical_friend_app',
    );
    const [fault] = wrong(await look(asApplication(database)));
    expect(fault).toMatch(
      /^the user of DATABASE_URL may not read and write bullmq\.\w+, .* and \d+ more; the owner/,
    );
    await asOwner(database, 'GRANT USAGE ON SCHEMA bullmq TO critical_friend_app');
    const [left] = wrong(await look(asApplication(database)));
    expect(left).toContain('may not read and write public.feedback, public.peers; the owner');
  });

  it('is a clock that goes with that of the database', async () => {
    const clockAt = async (seconds: number): Promise<Check | undefined> =>
      (await look(asApplication(database), {}, () => Date.now() + seconds * 1000)).find(
        ({ what }) => what === 'Clock',
      );
    expect((await clockAt(3))?.how).toBe('well');
    expect((await clockAt(-20))?.how).toBe('told');
    expect(await clockAt(90)).toEqual({
      what: 'Clock',
      how: 'wrong',
      says: 'the clock of this machine and that of the database are 90 seconds apart; have both set by NTP.',
    });
  });

  it('hears of a database or a Redis that takes the connection and says nothing within ten seconds', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const begun = performance.now();
    const here = `127.0.0.1:${String(port)}`;
    expect(wrong(await look(`postgres://a:b@${here}/c`, { QUEUE_URL: `redis://${here}` }))).toEqual([
      'the database at DATABASE_URL does not answer within 3 seconds; check its host and port, and that it is not overloaded.',
      'no Redis answers at QUEUE_URL; check its host and port, and that it runs.',
    ]);
    expect(performance.now() - begun).toBeLessThan(10_000);
    silent.close();
  });

  REDIS('is a Redis that knows the password, and keeps what it is given', async () => {
    const redis = await startRedis('--requirepass', 'right', '--maxmemory-policy', 'allkeys-lru');
    const queue = async (password: string): Promise<Check | undefined> =>
      (await look(asApplication(database), { QUEUE_URL: redis.url.replace('//', `//:${password}@`) })).find(
        ({ what }) => what === 'Queue',
      );
    expect(await queue('wrong')).toEqual({
      what: 'Queue',
      how: 'wrong',
      says: 'Redis refuses the user or password of QUEUE_URL.',
    });
    expect(await queue('right')).toEqual({
      what: 'Queue',
      how: 'told',
      says: 'Redis may throw jobs away when its memory is full (maxmemory-policy allkeys-lru); set noeviction.',
    });
    await redis.stop();
  });

  it('is a proxy where people come by https', async () => {
    const at = async (more: Record<string, string>): Promise<string[]> =>
      wrong(await look(asApplication(database), { ADDRESS: 'https://friend.example', ...more }));
    expect(await at({ TRUSTED_PROXIES: '1' })).toEqual([]);
    expect(await at({})).toEqual([expect.stringContaining('set TRUSTED_PROXIES to the number of proxies')]);
    // A worker serves nobody.
    const settings = readSettings({
      ...{ DATABASE_URL: asApplication(database), MODE: 'example', ADDRESS: 'https://friend.example' },
    });
    const log = { warn: () => undefined };
    await expect(requireSurroundings('web', settings, log)).rejects.toThrow('TRUSTED_PROXIES');
    await requireSurroundings('worker', settings, log);
  });
});

describe('readiness', () => {
  it('is none while the database has not the tables of this release', async () => {
    const service = await Service.start({ worker: false });
    const ready = async (): Promise<number> =>
      (await fetch(`${service.settings.ADDRESS}/health/ready`)).status;
    expect(await ready()).toBe(200);
    await service.asOwner(`UPDATE migrations SET name = 'x' WHERE id = (SELECT max(id) FROM migrations)`);
    expect(await ready()).toBe(503);
    await service.stop();
  });
});
