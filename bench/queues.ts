import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { prepareDatabase, withDatabase } from '../src/commands/prepare-database.js';
import { startEmbedded } from '../src/trial/embedded-postgres.js';
import { enqueue, openQueues, openWorkers, relayOutbox, type QueueSettings } from '../src/jobs/queue.js';

const JOBS = 1000;
const REDIS_PORT = 6399;

/** Jobs a second from a committed transaction to a done handler, on PostgreSQL and on Redis with its outbox, side by side. */
export async function measureQueues(): Promise<void> {
  const folder = join(tmpdir(), `critical-friend-bench-queue-${String(process.pid)}`);
  const server = await startEmbedded(folder);
  await prepareDatabase(server.url);
  const settings = { DATABASE_URL: server.url, JOB_LOCK_MS: 10_000, JOB_CONCURRENCY: 4 };
  const postgres = await rate(settings);
  console.log(`queue on PostgreSQL: ${postgres.toFixed(0)} jobs a second`);
  if (spawnSync('redis-server', ['--version']).status === 0) {
    const redis = spawn('redis-server', [
      '--port',
      String(REDIS_PORT),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
    ]);
    for await (const chunk of redis.stdout) if (String(chunk).includes('Ready to accept')) break;
    const onRedis = await rate({ ...settings, QUEUE_URL: `redis://127.0.0.1:${String(REDIS_PORT)}` });
    console.log(
      `queue on Redis, by the outbox: ${onRedis.toFixed(0)} jobs a second, ${(onRedis / postgres).toFixed(2)} of the other`,
    );
    redis.kill('SIGTERM');
    await once(redis, 'exit');
  } else console.log('queue on Redis: no Redis server here');
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function rate(settings: QueueSettings): Promise<number> {
  let done = 0;
  const worker = openWorkers(settings, ['daily'], () => {
    done++;
    return Promise.resolve();
  });
  const queues = settings.QUEUE_URL ? openQueues(settings) : null;
  const start = performance.now();
  await withDatabase(settings.DATABASE_URL, async (db) => {
    for (let n = 0; n < JOBS; n += 10) {
      await Promise.all(
        Array.from({ length: 10 }, (_, i) =>
          db.transact((tx) =>
            enqueue(tx, settings.QUEUE_URL, {
              name: 'daily-step',
              id: `bench-${String(n + i)}`,
              payload: { step: 'none', date: '2026-01-01' },
              due: db.now(),
              delayMs: 0,
            }),
          ),
        ),
      );
      if (queues) while ((await relayOutbox(db, queues.it)) > 0);
    }
    while (done < JOBS) await new Promise((next) => setTimeout(next, 5));
  });
  const seconds = (performance.now() - start) / 1000;
  await worker.close();
  await queues?.close();
  return JOBS / seconds;
}
