import {
  createPostgresBackend,
  Queue,
  runMigrations,
  withBackend,
  Worker,
  type Job,
  type JobsOptions,
  type WorkerOptions,
} from 'bullmq';
import { Redis } from 'ioredis';
import { Pool, type PoolClient } from 'pg';
import type { EntityManager } from 'typeorm';
import type { Settings } from '../settings.js';
import {
  JOB_OPTIONS,
  QUEUE_BEFORE,
  QUEUE_OF,
  QUEUES,
  STEP_OPTIONS,
  type JobName,
  type QueueName,
} from './names.js';
import { OutboxJob } from './outbox-job.entity.js';
import { Database } from '../database/database.js';

/** A worker looks this often for jobs whose worker died, and hands such a job on up to `maxStalledCount` times. */
const STALLED_CHECK_MS = 5000;
const MOST_STALLS = 10;

const EVERY_STATE = ['waiting', 'prioritized', 'delayed', 'active', 'completed', 'failed'] as const;

/** Jobs side by side in one process; of teams as many as the settings say. Mail waits for others, so that several go out at once. */
const SIDE_BY_SIDE: Partial<Record<string, number>> = { plans: 2, messages: 4, daily: 1, outside: 2 };
/** Connections of a worker's queues besides those that listen. */
const BESIDES_LISTENING = 4;

/** How many connections to the database a worker's queues open at most: one each to listen, that of before too. */
export const queueConnections = (names: readonly QueueName[]): number => names.length + 1 + BESIDES_LISTENING;

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
  const queue = new onPostgres.Queue(QUEUE_OF[name], { connection: lend(client), skipMetasUpdate: true });
  await client.query('SET LOCAL search_path TO bullmq');
  await queue.add(name, payload, { ...optionsOf(name), jobId: id, delay: delayMs });
  await queue.close();
  await client.query('SET LOCAL search_path TO DEFAULT');
}

/** Moves what waits in the outbox to Redis; a job that its queue already has, by its id, is not doubled. Returns how many. */
export async function relayOutbox(db: Database, queues: Queues): Promise<number> {
  return db.transact(async (tx) => {
    const jobs = await tx
      .createQueryBuilder(OutboxJob, 'j')
      .orderBy('j.due')
      .take(100)
      .setLock('pessimistic_write')
      .setOnLocked('skip_locked')
      .getMany();
    for (const { id, name, payload, due } of jobs) {
      await queues[queueOf(name)].add(name, payload, {
        ...optionsOf(name),
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

/** What another release put into the outbox goes where that release would have put it. */
const queueOf = (name: string): keyof Queues =>
  (QUEUE_OF as Partial<Record<string, QueueName>>)[name] ?? QUEUE_BEFORE;

const optionsOf = (name: JobName): JobsOptions => ({
  ...JOB_OPTIONS,
  ...(name === 'daily-step' ? STEP_OPTIONS : {}),
});

/** Every queue by its name, that of the releases before too. */
export type Queues = Record<QueueName | typeof QUEUE_BEFORE, Queue>;
export const ALL_QUEUES = [...QUEUES, QUEUE_BEFORE] as const;

const byName = (open: (name: string) => Queue): Queues =>
  Object.fromEntries(ALL_QUEUES.map((name) => [name, open(name)])) as Queues;

/** All queues, over one connection or two. */
export function openQueues({ DATABASE_URL, QUEUE_URL }: QueueSettings): Opened<Queues> {
  if (!QUEUE_URL) {
    const pool = queuePool(DATABASE_URL, 2);
    const queues = byName(
      (name) => new onPostgres.Queue(name, { connection: pool, skipMetasUpdate: true }) as unknown as Queue,
    );
    return { it: queues, close: () => closeAll(Object.values(queues)).then(() => pool.end()) };
  }
  const connection = openRedis(QUEUE_URL);
  const queues = byName((name) => new Queue(name, { connection, skipMetasUpdate: true }));
  return {
    it: queues,
    close: () => closeAll(Object.values(queues)).then(() => connection.disconnect()),
  };
}

/** Workers of some queues, each with jobs of its own side by side, so that none of them holds up another. */
export function openWorkers(
  settings: QueueSettings,
  names: readonly QueueName[],
  run: (job: Job) => Promise<void>,
  options: Partial<WorkerOptions> = {},
): Opened<Worker[]> {
  const { DATABASE_URL, QUEUE_URL, JOB_LOCK_MS } = settings;
  // What the release before left is done by whoever does teams, of which most of it is.
  const served = [...names, ...(names.includes('teams') ? [QUEUE_BEFORE] : [])];
  const workerOptions = (name: string): Omit<WorkerOptions, 'connection'> => ({
    lockDuration: JOB_LOCK_MS,
    stalledInterval: Math.min(STALLED_CHECK_MS, JOB_LOCK_MS / 2),
    maxStalledCount: MOST_STALLS,
    concurrency: SIDE_BY_SIDE[name] ?? settings.JOB_CONCURRENCY,
    ...options,
  });
  if (!QUEUE_URL) {
    const connection = queuePool(DATABASE_URL, served.length + BESIDES_LISTENING);
    const workers = served.map(
      (name) => new onPostgres.Worker(name, run, { ...workerOptions(name), connection }) as unknown as Worker,
    );
    return { it: workers, close: () => closeAll(workers).then(() => connection.end()) };
  }
  const connection = openRedis(QUEUE_URL);
  const workers = served.map((name) => new Worker(name, run, { ...workerOptions(name), connection }));
  return { it: workers, close: () => closeAll(workers).then(() => connection.disconnect()) };
}

async function closeAll(opened: { close: () => Promise<void> }[]): Promise<void> {
  await Promise.all(opened.map((one) => one.close()));
}

/** One pool for all queues of a process: each worker keeps one connection to listen. */
const queuePool = (connectionString: string, max: number): Pool =>
  new Pool({ connectionString, max, keepAlive: true, options: '-c search_path=bullmq' }).on(
    'error',
    () => undefined,
  );

/** Faults of the connection are told by the worker, and end when Redis is back. */
function openRedis(url: string): Redis {
  return new Redis(url, { maxRetriesPerRequest: null }).on('error', () => undefined);
}

/** Takes jobs that hold one of some texts out of the queue, whatever became of them, and what the queue noted of them. */
export async function forgetJobs(settings: QueueSettings, db: Database, texts: string[]): Promise<void> {
  const queues = openQueues(settings);
  try {
    for (const queue of Object.values(queues.it)) {
      for (const job of (await queue.getJobs([...EVERY_STATE])) as (Job | undefined)[]) {
        const held = JSON.stringify([job?.id, job?.data]);
        if (texts.some((text) => held.includes(text))) await job?.remove();
      }
      if (settings.QUEUE_URL) await queue.trimEvents(0);
    }
    if (!settings.QUEUE_URL)
      await db.query('DELETE FROM bullmq.event WHERE data::text LIKE ANY($1)', [
        texts.map((text) => `%${text}%`),
      ]);
  } finally {
    await queues.close();
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
