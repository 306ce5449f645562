import { spawnSync } from 'node:child_process';
import { Client } from 'pg';
import type { DataSource } from 'typeorm';
import { claimDatabase } from '../../src/commands/claim-database.js';
import { makeDataSource } from '../../src/data-source.js';
import { Account } from '../../src/people/account.entity.js';
import { ApiToken } from '../../src/people/api-token.entity.js';
import { aYearFrom, createToken } from '../../src/people/tokens.js';
import { DatabaseMode1783814400000 } from '../../migrations/all.js';
import { readServiceSettings } from '../../src/settings.js';
import { createDatabase, createEmptyDatabase } from '../support/database.js';

let empty: string;
let source: DataSource;

beforeAll(async () => {
  empty = await createDatabase();
  source = await makeDataSource(empty).initialize();
}, 60_000);
afterAll(() => source.destroy());

const claim = (mode: 'live' | 'example'): Promise<void> => claimDatabase({ DATABASE_URL: empty, MODE: mode });
const marked = async (): Promise<unknown[]> => source.query('SELECT mode FROM database_mode');
async function unmark(): Promise<void> {
  await source.query('DELETE FROM database_mode');
  await source.query('DELETE FROM api_tokens');
  await source.query('DELETE FROM accounts');
}
const somebody = (facts: Partial<Account> = {}): Promise<Account> =>
  source.manager.save(Account, {
    email: 'ann@council.gov.uk',
    name: 'Ann',
    role: 'admin' as const,
    ...facts,
  });

describe('a database', () => {
  it('is claimed by the first process, and its web and worker may both be that', async () => {
    await unmark();
    await Promise.all([claim('live'), claim('live'), claim('live')]);
    expect(await marked()).toEqual([{ mode: 'live' }]);
  });

  it('for real use never takes the example, nor one for trying out real use', async () => {
    await unmark();
    await claim('live');
    await expect(claim('example')).rejects.toThrow('this database is for real use');
    await unmark();
    await claim('example');
    await expect(claim('live')).rejects.toThrow('this database is for trying out');
    expect(await marked()).toEqual([{ mode: 'example' }]);
  });

  it('in which somebody is already, and that nobody claimed, takes no example', async () => {
    await unmark();
    await somebody();
    await expect(claim('example')).rejects.toThrow('this database is for real use');
    expect(await marked()).toEqual([]);
    await claim('live');
  });

  it('for real use closes what an example once left there, and nothing else', async () => {
    await unmark();
    await somebody();
    await somebody({ email: 'admin@users.example', example: true });
    await createToken(
      source.manager,
      { name: 'example admin', role: 'admin', example: true, expiresAt: aYearFrom(new Date()) },
      'example-admin',
    );
    await createToken(source.manager, {
      name: 'office',
      role: 'programme',
      expiresAt: aYearFrom(new Date()),
    });
    await claim('live');
    const tokens = await source.manager.find(ApiToken, { order: { name: 'ASC' } });
    expect(tokens.map(({ name, revokedAt }) => [name, revokedAt !== null])).toEqual([
      ['example admin', true],
      ['office', false],
    ]);
    const accounts = await source.manager.find(Account, { order: { email: 'ASC' } });
    expect(accounts.map(({ email, state }) => [email, state])).toEqual([
      ['admin@users.example', 'disabled'],
      ['ann@council.gov.uk', 'active'],
    ]);
  });

  it('made before databases were claimed is taken for what it holds', async () => {
    const migration = new DatabaseMode1783814400000();
    const again = async (): Promise<unknown[]> => {
      const runner = source.createQueryRunner();
      await migration.down(runner);
      await migration.up(runner);
      await runner.release();
      return marked();
    };
    await unmark();
    expect(await again()).toEqual([]);
    await somebody();
    await createToken(source.manager, {
      name: 'example admin',
      role: 'admin',
      expiresAt: aYearFrom(new Date()),
    });
    expect(await again()).toEqual([{ mode: 'live' }]);
    expect(await source.query('SELECT example FROM api_tokens')).toEqual([{ example: true }]);
    await source.query(
      `INSERT INTO peers (name, email, class, availability, version) VALUES ('P', 'peer1@peers.example', 'officer', '{}', 1)`,
    );
    expect(await again()).toEqual([{ mode: 'example' }]);
    await source.query('DELETE FROM peers');
  });
});

describe('a process', () => {
  const start = (
    file: string,
    environment: Record<string, string>,
  ): { status: number | null; said: string } => {
    const { status, stderr } = spawnSync(process.execPath, [file], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, LOG_LEVEL: 'silent', ...environment },
      timeout: 20_000,
    });
    return { status, said: stderr.trim() };
  };
  const LIVE = {
    MODE: 'live',
    ADDRESS: 'https://challenges.gov.uk',
    SESSION_SECRET: 'kX2vQ9rTz7LmW4bNc8YpF1sHd6GjA3ue',
    SMTP_URL: 'smtp://127.0.0.1',
    MAIL_FROM: 'no-reply@challenges.gov.uk',
    TRUSTED_PROXIES: '1',
  };

  it.each(['main', 'worker'])(
    '(%s) for real use does not start on a database for trying out',
    async (name) => {
      const { status, said } = start(`dist/src/${name}.js`, {
        ...LIVE,
        DATABASE_URL: await createDatabase(),
      });
      expect([status, said]).toEqual([1, expect.stringContaining('this database is for trying out')]);
    },
  );

  it('for real use does not start with a secret that can be guessed, and does not repeat it', () => {
    for (const SESSION_SECRET of ['a'.repeat(32), 'critical-friend-session-secret-0123', 'ab'.repeat(20)]) {
      const read = (): unknown => readServiceSettings({ ...LIVE, DATABASE_URL: empty, SESSION_SECRET });
      expect(read).toThrow('SESSION_SECRET can be guessed');
      expect(read).not.toThrow(SESSION_SECRET);
    }
    expect(() => readServiceSettings({ ...LIVE, DATABASE_URL: empty })).not.toThrow();
  });

  it.each([
    ['ADDRESS', { ADDRESS: 'http://challenges.gov.uk' }],
    ['NOTIFY_URL', { NOTIFY_URL: 'http://notify.example' }],
    [
      'OIDC_TRUST_ADDRESSES=yes',
      {
        OIDC_TRUST_ADDRESSES: 'yes',
        OIDC_CLIENT_ID: 'x',
        OIDC_ISSUER: 'https://login.microsoftonline.com/organizations/v2.0',
      },
    ],
  ])('for real use does not start with an unsafe %s', (name, given) => {
    const read = (): unknown => readServiceSettings({ ...LIVE, DATABASE_URL: empty, ...given });
    expect(read).toThrow(name);
    const [id, issuer] = ['00000000-0000-4000-8000-000000000000', 'https://login.microsoftonline.com'];
    const safe = { OIDC_TRUST_ADDRESSES: 'yes', OIDC_ISSUER: `${issuer}/${id}/v2.0`, OIDC_CLIENT_ID: 'x' };
    expect(() => readServiceSettings({ ...LIVE, DATABASE_URL: empty, ...safe })).not.toThrow();
  });

  it('that starts everything asks what a given database is for', () => {
    const { status, said } = start('start.mjs', { DATABASE_URL: empty });
    expect([status, said]).toEqual([
      1,
      'Cannot start: DATABASE_URL is set, so say what for: MODE=example to try out in a database that is empty, MODE=live for real use.',
    ]);
  });

  it('on a database that is not up to date says so', async () => {
    const { said } = start('dist/src/main.js', {
      MODE: 'example',
      DATABASE_URL: await createEmptyDatabase(),
    });
    expect(said).toBe(
      'The web process cannot start: the database is not up to date; run the migration first: node dist/src/cli.js migrate.',
    );
  });
});

describe('the log', () => {
  it('says in each line what the database is for', async () => {
    const client = new Client({ connectionString: empty });
    await client.connect();
    await client.query('DELETE FROM database_mode');
    await client.query('DELETE FROM accounts');
    await client.end();
    const { makeLog } = await import('../../src/operations/log.js');
    expect(makeLog({ LOG_LEVEL: 'info', MODE: 'example' }, 'web').bindings()).toEqual({
      name: 'web',
      mode: 'example',
    });
  });
});
