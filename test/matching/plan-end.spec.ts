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
  it('comes within a second of the time limit, with the best plan so far and its bound', async () => {
    for (const limit of [0, 0.3, 2]) {
      // Counted in what this process works, so that its neighbours on the machine do not count.
      const start = process.cpuUsage();
      const worked = (): number => {
        const { user, system } = process.cpuUsage(start);
        return (user + system) / 1e6;
      };
      const left = (): number => limit - worked();
      const plan = await answerPlan(
        { programme: year, incumbent: [] },
        { gap: 0, clock: { left, stop: () => left() <= 0 } },
      );
      const over = -left();
      expect(plan.status).toBe('time-limit');
      expect(checkPlan(year, plan, []).broken).toEqual([]);
      // The first plan takes its time, whatever the limit; the limit of a second is for what comes after.
      expect({ limit, over: over < (limit < 1 ? 6 : 3) }).toEqual({ limit, over: true });
    }
  });

  it('comes when a person interrupts the command, long before its five minutes, with the best plan so far', async () => {
    expect(existsSync(CLI)).toBe(true);
    const child = spawn(
      process.execPath,
      [CLI, 'match', 'plan', file, '--gap', '0', '--time-limit', '300', '--out', out],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    // Listened to until the end: a command whose words nobody takes any more would end by that.
    await new Promise<void>((found) => {
      child.stderr.on('data', (chunk: Buffer) => {
        if (String(chunk).includes('no plan above')) found();
      });
    });
    child.kill('SIGINT');
    const [code] = (await once(child, 'exit')) as [number | null];
    expect(code).toBe(0);
    const plan = JSON.parse(readFileSync(out, 'utf8')) as PlanAnswer;
    expect(plan.status).toBe('time-limit');
    expect(checkPlan(readProgramme(readFileSync(file, 'utf8')), plan, []).broken).toEqual([]);
  });
});
