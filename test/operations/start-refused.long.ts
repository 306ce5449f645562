import { spawnSync } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { createDatabase } from '../support/database.js';

describe('a process that cannot start', () => {
  const start = (environment: Record<string, string>): { status: number | null; lines: string[] } => {
    const { status, stderr } = spawnSync(process.execPath, ['dist/src/main.js'], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, LOG_LEVEL: 'silent', MODE: 'example', ...environment },
      timeout: 20_000,
    });
    return { status, lines: stderr.trim().split('\n') };
  };

  it.each([
    [
      'a setting that is no use',
      { DATABASE_URL: 'nonsense' },
      /^The web process cannot start: The settings are not usable: DATABASE_URL must begin/,
    ],
    [
      'no database there',
      { DATABASE_URL: 'postgres://x:y@127.0.0.1:1/z' },
      /^The web process cannot start: no database answers at DATABASE_URL/,
    ],
  ])('for %s says so in one sentence', (_, environment, sentence) => {
    const { status, lines } = start(environment);
    expect([status, lines]).toEqual([1, [expect.stringMatching(sentence)]]);
  });

  it('for a wrong password, a missing database or a port that is taken says which', async () => {
    const database = await createDatabase();
    expect(
      start({ DATABASE_URL: database.replace('postgres:postgres@', 'postgres:wrong@') }).lines[0],
    ).toMatch(/refuses the user or password/);
    expect(start({ DATABASE_URL: database.replace(/test_\w+/, 'missing') }).lines[0]).toMatch(
      /does not exist; create it first/,
    );
    const taken = createServer().listen(0);
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const { status, lines } = start({ DATABASE_URL: database, PORT: String(port) });
    expect([status, lines]).toEqual([
      1,
      [
        `The web process cannot start: port ${String(port)} is taken by another program; set PORT to a free one.`,
      ],
    ]);
    taken.close();
  });
});
