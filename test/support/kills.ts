import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Random } from '../../src/matching/problem/random.js';
import { Given } from './given.js';
import { eventually, Service } from './service.js';

export interface KillReport {
  kills: number;
  requests: number;
  /** Requests that did not come to their answer. */
  lost: number;
  /** Requests with other than their three proposals, ranked 1 to 3. */
  doubled: number;
  /** Challenges with proposals of other than one request on the table. */
  unclear: number;
}

const LOCK_MS = 1000;

/** Kills workers with SIGKILL at random moments while they answer team requests, and counts what was lost or done twice. */
export async function killWorkers(kills: number, seed: number, workerCount: number): Promise<KillReport> {
  const random = new Random(seed);
  const service = await Service.start({ worker: false });
  const given = new Given(service);
  await given.financePool(5);
  const challenges: string[] = [];
  for (let n = 0; n < 20; n++)
    challenges.push(
      (await given.scoped(`E070000${String(40 + n)}`).catch(() => given.scoped('E07000041'))).id,
    );
  const workers = await Promise.all(Array.from({ length: workerCount }, () => startWorkerProcess(service)));
  for (let n = 0; n < kills; n++) {
    for (const id of challenges) await service.done('adviser', 'post', `/api/challenges/${id}/team-requests`);
    await pause(random.int(0, 60));
    const at = random.int(0, workerCount - 1);
    workers[at]?.kill('SIGKILL');
    workers[at] = await startWorkerProcess(service);
  }
  await eventually(
    async () => (await count(service, `state IN ('queued', 'running')`)) === 0,
    'an answer to every request',
  ).catch(() => undefined);
  const report = {
    kills,
    requests: await count(service, 'true'),
    lost: await count(service, `state <> 'done'`),
    doubled: await count(service, NOT_THREE),
    unclear: await unclear(service),
  };
  for (const worker of workers) worker.kill('SIGTERM');
  for (const worker of workers) if (worker.exitCode === null) await once(worker, 'exit');
  await service.stop();
  return report;
}

const NOT_THREE = `(SELECT array_agg(rank ORDER BY rank) FROM proposals p WHERE p.request_id = team_requests.id) IS DISTINCT FROM ARRAY[1, 2, 3]::smallint[]`;

async function count(service: Service, condition: string): Promise<number> {
  const [row] = await service.source.query<{ count: string }[]>(
    `SELECT count(*) FROM team_requests WHERE ${condition}`,
  );
  return Number(row?.count);
}

/** Challenges on whose table lie proposals of several requests, or of none. */
async function unclear(service: Service): Promise<number> {
  const [row] = await service.source.query<{ count: string }[]>(
    `SELECT count(*) FROM challenges c WHERE (SELECT count(DISTINCT request_id) FROM proposals p WHERE p.challenge_id = c.id AND p.state = 'proposed') <> 1`,
  );
  return Number(row?.count);
}

/** A worker process from the build, once it is ready. */
export async function startWorkerProcess(
  service: Service,
  environment: Record<string, string> = {},
): Promise<ChildProcess> {
  const env = {
    PATH: process.env.PATH,
    DATABASE_URL: service.settings.DATABASE_URL,
    LOG_LEVEL: 'silent',
    MODE: 'example',
    JOB_LOCK_MS: String(LOCK_MS),
    JOB_CONCURRENCY: '4',
    ...environment,
  };
  const worker = fork(new URL('../../src/worker.js', import.meta.url).pathname, { env, execArgv: [] });
  await once(worker, 'message');
  return worker;
}
