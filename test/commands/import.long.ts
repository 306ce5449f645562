import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Service } from '../support/service.js';

const CLI = new URL('../../src/cli.js', import.meta.url).pathname;
let service: Service;
let folder: string;

beforeAll(async () => {
  service = await Service.start();
  folder = mkdtempSync(join(tmpdir(), 'files-'));
}, 60_000);
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await service.stop();
});

async function run(...args: string[]): Promise<{ status: number | null; said: string; fault: string }> {
  const token = await service.token('programme');
  const child = spawn(
    process.execPath,
    [CLI, 'import', '--address', service.settings.ADDRESS, '--token', token, ...args],
    {
      env: { ...process.env, NODE_OPTIONS: '' },
    },
  );
  let [said, fault] = ['', ''];
  child.stdout.on('data', (part: Buffer) => (said += part.toString()));
  child.stderr.on('data', (part: Buffer) => (fault += part.toString()));
  const status = await new Promise<number | null>((done) => child.once('close', done));
  return { status, said: said.trim(), fault: fault.trim() };
}

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

const offers = async (): Promise<number> =>
  (await service.source.query<[{ n: number }]>('SELECT count(*)::int AS n FROM offers'))[0].n;

describe('a file from the command line', () => {
  it('is checked, and entered where that is said', async () => {
    const path = file(
      'offers.csv',
      'council;kind;made_on;answer;reason\nE08000028;finance;01/10/2026;declined;not now\n',
    );
    const looked = await run('offers', path);
    expect([looked.status, looked.said]).toEqual([
      0,
      [
        'Read as CSV, semicolons, dates day first. 1 row would be added, 0 changed, 0 taken away; 0 stay as they are.',
        'added  Sandwell Metropolitan Borough Council (E08000028), finance, 2026-10-01: council: E08000028; kind: finance; made_on: 2026-10-01; answer: declined; reason: not now',
      ].join('\n'),
    ]);
    expect(await offers()).toBe(0);
    const entered = await run('offers', path, '--enter');
    expect([entered.status, entered.said]).toEqual([
      0,
      expect.stringContaining('Entered. To take it back: POST /api/imports/'),
    ]);
    expect(await offers()).toBe(1);
  });

  it('says so where no service answers', async () => {
    const path = file('none.csv', 'council\nE08000028\n');
    const { status, fault } = await run('offers', path, '--address', 'http://127.0.0.1:9');
    expect([status, fault]).toEqual([1, expect.stringContaining('no service answers at http://127.0.0.1:9')]);
  });

  it('is refused with its faults, and for a list that is none with those that are', async () => {
    const wrong = await run(
      'offers',
      file('wrong.csv', 'council,kind,made_on,answer\nE08000028,singing,2026-13-01,declined\n'),
    );
    expect(wrong.status).toBe(2);
    expect(wrong.fault).toContain('row 2, kind: found "singing"');
    expect(wrong.fault).toContain('row 2, made_on: found "2026-13-01"');
    const none = await run('songs', file('songs.csv', 'a\nb\n'));
    expect([none.status, none.fault]).toEqual([
      1,
      expect.stringContaining('Found the list "songs"; allowed: councils, '),
    ]);
  });
});
