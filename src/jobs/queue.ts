import {
  createPostgresBackend,
  Queue,
  runMigrations,
  withBackend,
  Worker,
  type Job,
  type WorkerOptions,
} from 'bullmq';
import { Redis } from 'ioredis';
import { Pool, type PoolClient } from 'pg';
import type { EntityManager } from 'typeorm';
import type { Settings } from '../settings.js';
import { JOB_OPTIONS, QUEUE, type JobName } from './names.js';
import { OutboxJob } from './outbox-job.entity.js';
import { Database } from '../database/database.js';

/** A worker looks this often for jobs whose worker died, and hands such a job on up to `maxStalledCount` times. */
const STALLED_CHECK_MS = 5000;
const MOST_STALLS = 10;

const EVERY_STATE = ['waiting', 'prioritized', 'delayed', 'active', 'completed', 'failed'] as const;

const onPostgres = withBackend(createPostgresBackend);

/** Where jobs wait: in PostgreSQL, or in Redis when the settings name one. */
export type QueueSettings = Pick<Settings, 'DATABASE_URL' | 'QUEUE_URL' | 'JOB_LOCK_MS' | 'JOB_CONCURRENCY'>;

/** A worker or queue with what must be closed after it. */
export interface Opened<T> {
  it: T;
  close: () => Promise<void>;
}

/** A job to be: `id` says what it is about, so that asking twice is one job. */
export interface NewJob {
  name: JobName;
  id: string;
  payload: object;
  /** When it is to run, and in how many milliseconds that is. */
  due: Date;
  delayMs: number;
}

/**
 * Adds a job in a transaction. On PostgreSQL it is added on the transaction's own connection; for Redis it waits in the outbox for
 * the relay.
 */
export async function enqueue(
  tx: EntityManager,
  queueUrl: string | undefined,
  { name, id, payload, due, delayMs }: NewJob,
): Promise<void> {
  if (queueUrl) {
    await tx
      .createQueryBuilder()
      .insert()
      .into(OutboxJob)
      .values({ id, name, payload, due })
      .orIgnore()
      .execute();
    return;
  }
  const client = (await tx.queryRunner?.connect()) as PoolClient;
  const queue = new onPostgres.Queue(QUEUE, { connection: lend(client), skipMetasUpdate: true });
  await client.query('SET LOCAL search_path TO bullmq');
  await queue.add(name, payload, { ...JOB_OPTIONS, jobId: id, delay: delayMs });
  await queue.close();
  await client.query('SET LOCAL search_path TO DEFAULT');
}

/** Moves what waits in the outbox to Redis; a job that the queue already has, by its id, is not doubled. Returns how many. */
export async function relayOutbox(db: Database, queue: Queue): Promise<number> {
  return db.transact(async (tx) => {
    const jobs = await tx
      .createQueryBuilder(OutboxJob, 'j')
      .orderBy('j.due')
      .take(100)
      .setLock('pessimistic_write')
      .setOnLocked('skip_locked')
      .getMany();
    for (const { id, name, payload, due } of jobs) {
      await queue.add(name, payload, {
        ...JOB_OPTIONS,
        jobId: id,
        delay: Math.max(0, due.getTime() - db.now().getTime()),
      });
    }
    if (jobs.length > 0)
      await tx.delete(
        OutboxJob,
        jobs.map(({ id }) => id),
      );
    return jobs.length;
  });
}

export function openQueue({ DATABASE_URL, QUEUE_URL }: QueueSettings): Opened<Queue> {
  if (!QUEUE_URL) {
    const queue = new onPostgres.Queue(QUEUE, { connection: { connectionString: DATABASE_URL, max: 2 } });
    return { it: queue as unknown as Queue, close: () => queue.close() };
  }
  const connection = openRedis(QUEUE_URL);
  const queue = new Queue(QUEUE, { connection });
  return { it: queue, close: () => queue.close().then(() => connection.disconnect()) };
}

export function openWorker(
  settings: QueueSettings,
  run: (job: Job) => Promise<void>,
  options: Partial<WorkerOptions> = {},
): Opened<Worker> {
  const all = {
    lockDuration: settings.JOB_LOCK_MS,
    stalledInterval: Math.min(STALLED_CHECK_MS, settings.JOB_LOCK_MS / 2),
    maxStalledCount: MOST_STALLS,
    concurrency: settings.JOB_CONCURRENCY,
    ...options,
  };
  if (!settings.QUEUE_URL) {
    const worker = new onPostgres.Worker(QUEUE, run, {
      ...all,
      connection: { connectionString: settings.DATABASE_URL, max: 2 + settings.JOB_CONCURRENCY },
    });
    return { it: worker as unknown as Worker, close: () => worker.close() };
  }
  const connection = openRedis(settings.QUEUE_URL);
  const worker = new Worker(QUEUE, run, { ...all, connection });
  return { it: worker, close: () => worker.close().then(() => connection.disconnect()) };
}

/** Faults of the connection are told by the worker, and end when Redis is back. */
function openRedis(url: string): Redis {
  return new Redis(url, { maxRetriesPerRequest: null }).on('error', () => undefined);
}

/** Takes jobs that hold one of some texts out of the queue, whatever became of them, and what the queue noted of them. */
export async function forgetJobs(settings: QueueSettings, db: Database, texts: string[]): Promise<void> {
  const queue = openQueue(settings);
  try {
    const jobs = (await queue.it.getJobs([...EVERY_STATE])) as (Job | undefined)[];
    for (const job of jobs) {
      const held = JSON.stringify([job?.id, job?.data]);
      if (texts.some((text) => held.includes(text))) await job?.remove();
    }
    if (settings.QUEUE_URL) await queue.it.trimEvents(0);
    else
      await db.query('DELETE FROM bullmq.event WHERE data::text LIKE ANY($1)', [
        texts.map((text) => `%${text}%`),
      ]);
  } finally {
    await queue.close();
  }
}

/** Creates or updates the queue's own tables, in schema `bullmq`. */
export async function migrateQueue(databaseUrl: string): Promise<void> {
  const pool = new Pool({ connectionString: databaseUrl, max: 1 });
  const client = await pool.connect();
  try {
    await runMigrations(client);
  } finally {
    client.release();
    await pool.end();
  }
}

/** The little of a `pg.Pool` that BullMQ asks for, over one connection that it must not release. */
function lend(client: PoolClient): Parameters<typeof createPostgresBackend>[1]['connection'] {
  const query = client.query.bind(client);
  const pool = {
    query,
    connect: () => Promise.resolve({ query, release: () => undefined }),
    end: () => Promise.resolve(),
    on: () => pool,
  };
  return pool;
}
