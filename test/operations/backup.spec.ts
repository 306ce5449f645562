import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { firstBroken } from '../../src/people/audit.js';
import { releaseWork } from '../../src/commands/admin-work.js';
import { claimDatabase } from '../../src/commands/claim-database.js';
import { withSource } from '../../src/commands/prepare-database.js';
import { createEmptyDatabase } from '../support/database.js';
import { figure, times } from '../support/figure.js';
import { Given, type Ided } from '../support/given.js';
import { eventually, Service } from '../support/service.js';
import { snapshot } from '../support/snapshot.js';

const hasDump = (() => {
  try {
    execFileSync('pg_dump', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();
if (process.env.CI && !hasDump)
  throw new Error('continuous integration needs pg_dump and pg_restore; .ci/run installs them');

const ROUNDS = times(1, 5);

/** Runs a tool of PostgreSQL's; throws with what it said where it fails. */
async function run(tool: string, args: string[]): Promise<void> {
  const child = spawn(tool, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (part: Buffer) => (said += part.toString()));
  const [code] = (await once(child, 'exit')) as [number];
  if (code !== 0) throw new Error(`${tool} ended with ${String(code)}: ${said}`);
}

const numbers = (source: DataSource, sql: string): Promise<object[]> => source.query(sql);

/** What holds the rows together: constraints, indexes, functions and triggers, as the server writes them down. */
const structure = (source: DataSource): Promise<object[]> =>
  numbers(
    source,
    `SELECT conname AS name, pg_get_constraintdef(oid) AS text FROM pg_constraint WHERE connamespace = 'public'::regnamespace
     UNION ALL SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
     UNION ALL SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
     UNION ALL SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'
     ORDER BY 1, 2`,
  );

(hasDump ? it : it.skip)(
  `a dump that is taken while people work is whole where it is restored, ${String(ROUNDS)} times`,
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'critical-friend-dump-'));
    const service = await Service.start({ worker: false, example: times(0, 1) === 1 });
    const given = new Given(service);
    await given.financePool(3);
    const took: number[] = [];
    let acknowledged = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const file = join(folder, String(round));
      const before = (await given.scoped('E07000041')).id;
      const waiting = await service.done<Ided>('adviser', 'post', `/api/challenges/${before}/team-requests`);
      const state = { going: true };
      const working = (async () => {
        while (state.going) {
          await given.peer({ class: 'officer', positions: ['s151'] });
          acknowledged++;
        }
      })();
      const began = Date.now();
      await run('pg_dump', ['--format=custom', '--file', file, service.owner]).finally(
        () => (state.going = false),
      );
      await working;
      const copy = await createEmptyDatabase();
      await run('pg_restore', ['--no-owner', '--dbname', copy, file]);
      took.push(Date.now() - began);
      await withSource(copy, (source) => compare(service.source, source));
      await goOn(copy, waiting);
    }
    figure(
      25,
      `${String(ROUNDS)} dumps while ${String(acknowledged)} peers were added: dump and restore ${String(Math.max(...took))} ms at most, no difference in structure, rows or trail; the team waited for in each copy was found once, after its release`,
    );
    expect(Math.max(...took)).toBeLessThan(60_000);
    await service.stop();
    await rm(folder, { recursive: true });
  },
  300_000,
);

/** Holds a copy against what it was taken from: all is the same but for what came while it was taken. */
async function compare(original: DataSource, copy: DataSource): Promise<void> {
  expect(await structure(copy)).toEqual(await structure(original));
  const [older, newer] = [await snapshot(copy), await snapshot(original)];
  const still = Object.keys(older).filter((table) => !MOVING.includes(table));
  for (const table of still) expect([table, older[table]]).toEqual([table, newer[table]]);
}

/** The service in a copy, held until somebody releases it, then with each thing done once. */
async function goOn(copy: string, waiting: Ided): Promise<void> {
  await claimDatabase({ DATABASE_URL: copy, MODE: 'example' });
  const restored = await Service.start({ worker: true, environment: { DATABASE_URL: copy } });
  expect(await firstBroken(restored.db)).toBeNull();
  // Nothing goes out, and nothing is done, until somebody says so; then each thing once.
  const state = async (): Promise<string> =>
    (await restored.done<Ided>('adviser', 'get', `/api/team-requests/${waiting.id}`)).state;
  expect(await state()).toBe('queued');
  await releaseWork(copy, { send: false });
  await eventually(async () => (await state()) === 'done', 'the team that was asked for');
  const [teams] = await restored.source.query<{ n: number }[]>(
    'SELECT count(*)::int AS n FROM proposals WHERE request_id = $1',
    [waiting.id],
  );
  expect(teams?.n).toBe(3);
  await restored.stop();
}

/** What moves while people add peers. */
const MOVING = ['peers', 'trail', 'api_tokens', 'pool_changes'];
