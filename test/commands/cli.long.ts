import { spawnSync } from 'node:child_process';
import { withSource } from '../../src/commands/prepare-database.js';
import { createDatabase, createEmptyDatabase } from '../support/database.js';

const CLI = new URL('../../src/cli.js', import.meta.url).pathname;
let url: string;

beforeAll(async () => {
  url = await createDatabase();
}, 60_000);

/** Runs the command line as an administrator does. */
function run(...args: string[]): { status: number | null; said: string; fault: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], {
    env: { ...process.env, DATABASE_URL: url, NODE_OPTIONS: '' },
    encoding: 'utf8',
  });
  return { status, said: stdout.trim(), fault: stderr.trim() };
}

const rows = <T>(sql: string, parameters: unknown[] = []): Promise<T[]> =>
  withSource(url, (source) => source.query<T[]>(sql, parameters));

describe('the command line', () => {
  it('brings an empty database up to date, with the register, and leaves one that is up to date alone', async () => {
    const before = url;
    url = await createEmptyDatabase();
    for (let times = 0; times < 2; times++) expect(run('migrate')).toMatchObject({ status: 0, fault: '' });
    const [known] = await rows<{ councils: number; kinds: number }>(
      'SELECT (SELECT count(*)::int FROM councils) AS councils, (SELECT count(*)::int FROM kinds) AS kinds',
    );
    expect(known?.councils).toBeGreaterThan(300);
    expect(known?.kinds).toBeGreaterThan(5);
    url = before;
  }, 60_000);

  it('makes the first administrator, who may sign in, and nobody who is not of the staff', async () => {
    const made = run(
      'account',
      'create',
      '--role',
      'admin',
      '--email',
      'Ann@Office.example',
      '--name',
      'Ann Lee',
    );
    expect(made).toEqual({ status: 0, said: 'Ann Lee may sign in as admin.', fault: '' });
    expect(await rows(`SELECT role, name, email FROM accounts WHERE email = 'ann@office.example'`)).toEqual([
      { role: 'admin', name: 'Ann Lee', email: 'ann@office.example' },
    ]);
    const refused = run('account', 'create', '--role', 'peer', '--email', 'b@c.example', '--name', 'B');
    expect(refused.status).toBe(1);
    expect(refused.fault).toBe('Found the role "peer"; allowed: programme, admin.');
    expect(await rows(`SELECT FROM accounts WHERE email = 'b@c.example'`)).toEqual([]);
  });

  it('makes a token that is shown once and kept as a hash', async () => {
    const { status, said } = run('token', 'create', '--role', 'council', '--council', 'E08000028');
    expect(status).toBe(0);
    expect(said).toMatch(/^\S{20,}$/);
    const kept = await rows<{ all: string; code: string }>(
      'SELECT t::text AS all, h.code FROM api_tokens t JOIN councils h ON h.id = t.council_id',
    );
    expect(kept.map(({ code }) => code)).toEqual(['E08000028']);
    expect(kept[0]?.all).not.toContain(said);
  });

  it('says what was found and what is allowed, and makes nothing', async () => {
    const before = await rows('SELECT id FROM api_tokens ORDER BY id');
    expect(run('token', 'create', '--role', 'mayor').fault).toMatch(
      /^Found the role "mayor"; allowed: .*adviser/,
    );
    expect(run('token', 'create', '--role', 'council', '--council', 'X1')).toMatchObject({
      status: 1,
      fault: '--council: found "X1"; allowed: a code of the register, such as E07000041',
    });
    expect(run('token', 'create')).toMatchObject({ status: 2, said: '' });
    expect(await rows('SELECT id FROM api_tokens ORDER BY id')).toEqual(before);
  });

  it('says whether the audit trail is whole, and where it is not', async () => {
    expect(run('audit', 'verify')).toEqual({ status: 0, said: 'The audit trail is whole.', fault: '' });
    await rows('ALTER TABLE audit_entries DISABLE TRIGGER audit_entries_append_only');
    await rows(`UPDATE audit_entries SET action = 'other' WHERE id = 1`);
    expect(run('audit', 'verify')).toMatchObject({
      status: 1,
      said: 'The audit trail is not whole: entry 1 was changed, or one before it is missing.',
    });
  });
});
