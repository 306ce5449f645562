import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { instance } from '../../bench/instances.js';
import { checkPlan } from '../../src/matching/files/check-plan.js';
import { answerPlan, type PlanAnswer } from '../../src/matching/files/plan-answer.js';
import { readProgramme } from '../../src/matching/files/programme-file.js';

const folder = join(tmpdir(), `critical-friend-plan-${String(process.pid)}`);
const file = join(folder, 'year.json');
const out = join(folder, 'plan.json');
const CLI = new URL('../../src/cli.js', import.meta.url).pathname;
const WORKED = new URL('../support/work-after-interrupt.js', import.meta.url).href;

/** Large enough that no plan is proven best within the seconds of these tests. */
const year = instance(4, 500, 90);

beforeAll(() => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, JSON.stringify(year));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the end of a search', () => {
  it('comes soon after the clock has run out, with the best plan so far and its bound', async () => {
    for (const limit of [0, 1, 500, 3000]) {
      // A clock that goes by how often it is asked: no machine is too slow for it.
      let asked = 0;
      const left = (): number => limit - ++asked;
      const plan = await answerPlan(
        { programme: year, incumbent: [] },
        { gap: 0, clock: { left, stop: () => left() <= 0 } },
      );
      expect(plan.status).toBe('time-limit');
      expect(checkPlan(year, plan, []).broken).toEqual([]);
      expect({ limit, soon: asked - limit <= 40 || asked }).toEqual({ limit, soon: true });
    }
  });

  it('comes within five seconds when a person interrupts the command, with the best plan so far', async () => {
    expect(existsSync(CLI)).toBe(true);
    const child = spawn(
      process.execPath,
      ['--import', WORKED, CLI, 'match', 'plan', file, '--gap', '0', '--time-limit', '300', '--out', out],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    // Listened to until the end: a command whose words nobody takes any more would end by that.
    let said = '';
    await new Promise<void>((found) => {
      child.stderr.on('data', (chunk: Buffer) => {
        said += String(chunk);
        if (said.includes('no plan above')) found();
      });
    });
    child.kill('SIGINT');
    const [code] = (await once(child, 'close')) as [number | null];
    expect(code).toBe(0);
    const worked = Number(/worked (\S+) s after the interrupt/.exec(said)?.[1]);
    expect(worked).toBeLessThan(5);
    const plan = JSON.parse(readFileSync(out, 'utf8')) as PlanAnswer;
    expect(plan.status).toBe('time-limit');
    expect(checkPlan(readProgramme(readFileSync(file, 'utf8')), plan, []).broken).toEqual([]);
  });
});
