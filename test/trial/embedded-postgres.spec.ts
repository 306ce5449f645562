import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withSource } from '../../src/commands/prepare-database.js';
import { startEmbedded } from '../../src/trial/embedded-postgres.js';

const wanted = mkdtempSync(join(tmpdir(), 'critical-friend-embedded-'));
afterAll(() => {
  rmSync(wanted, { recursive: true, force: true });
});

const query = <T>(url: string, sql: string): Promise<T[]> =>
  withSource(url, (source) => source.query<T[]>(sql));

describe('the database that is started where none is given', () => {
  it('keeps what it held from one start to the next, behind a password of its own', async () => {
    const first = await startEmbedded(wanted);
    await query(first.url, 'CREATE TABLE kept AS SELECT 7 AS n');
    const password = join(first.folder, 'password');
    expect(statSync(password).mode & 0o077).toBe(0);
    const stranger = new URL(first.url);
    stranger.password = 'wrong';
    await expect(query(stranger.href, 'SELECT 1')).rejects.toThrow(/password authentication failed/);
    expect(new URL(first.url).hostname).toBe('127.0.0.1');
    await first.stop();

    const second = await startEmbedded(wanted);
    expect(await query(second.url, 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
    await second.stop();
    expect(existsSync(join(second.folder, 'postgres', 'postmaster.pid'))).toBe(false);
    rmSync(second.folder, { recursive: true, force: true });
  }, 90_000);
});
