import { collectDefaultMetrics, Gauge, Histogram, register } from 'prom-client';
import type { Pool } from 'pg';
import type { Database } from '../database/database.js';
import { openQueues } from '../jobs/queue.js';
import type { Settings } from '../settings.js';

collectDefaultMetrics();

const requests = new Histogram({
  name: 'http_request_duration_seconds',
  help: 'Requests, by route as declared and by status.',
  labelNames: ['method', 'route', 'status'] as const,
  buckets: [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});
const jobs = new Histogram({
  name: 'job_duration_seconds',
  help: 'Tries of jobs, by their name and whether they were done or failed.',
  labelNames: ['name', 'outcome'] as const,
  buckets: [0.05, 0.25, 1, 5, 15, 60, 300],
});
const databaseUp = new Gauge({
  name: 'database_up',
  help: '1 where the database answered when this was read.',
});
const pool = new Gauge({
  name: 'database_pool_connections',
  help: 'Connections of this process to the database, and requests that wait for one.',
  labelNames: ['state'] as const,
});
const queued = new Gauge({
  name: 'queue_jobs',
  help: 'Jobs by queue and state; "failed" are those that were given up.',
  labelNames: ['queue', 'state'] as const,
});
const oldest = new Gauge({
  name: 'queue_oldest_waiting_seconds',
  help: 'How long the job that waits longest has waited, by queue.',
  labelNames: ['queue'] as const,
});
const messages = new Gauge({
  name: 'messages',
  help: 'Messages by state; "parked" wait for somebody’s word.',
  labelNames: ['state'] as const,
});
const steps = new Gauge({
  name: 'daily_step_age_seconds',
  help: 'How long ago each step of the day’s work was last done.',
  labelNames: ['step'] as const,
});
const circumstances = new Gauge({
  name: 'circumstances_open',
  help: 'Circumstances of people or challenges on which an adviser has to decide.',
});

const STATES = ['waiting', 'active', 'delayed', 'failed'] as const;

/** Counts a request that was answered. */
export function countRequest(method: string, route: string, status: number, ms: number): void {
  requests.observe({ method, route, status }, ms / 1000);
}

/** Counts a try of a job. */
export function countJob(name: string, outcome: 'done' | 'failed', ms: number): void {
  jobs.observe({ name, outcome }, ms / 1000);
}

/** All that is measured, in the text of Prometheus; what the database has is read now, and left out where it does not answer. */
export async function measured(db: Database, settings: Settings): Promise<string> {
  try {
    await Promise.all([readRows(db), readQueues(settings, db.now())]);
    databaseUp.set(1);
  } catch {
    databaseUp.set(0);
    for (const gauge of [queued, oldest, messages, steps, circumstances]) gauge.reset();
  }
  return register.metrics();
}

async function readRows(db: Database): Promise<void> {
  const { totalCount, idleCount, waitingCount } = (
    db.manager.dataSource.driver as unknown as { master: Pool }
  ).master;
  for (const [state, count] of Object.entries({ open: totalCount, idle: idleCount, waited: waitingCount }))
    pool.set({ state }, count);
  const counts = await db.query<{ state: string; n: number }[]>(
    'SELECT state, count(*)::int AS n FROM messages GROUP BY state',
  );
  messages.reset();
  for (const { state, n } of counts) messages.set({ state }, n);
  const done = await db.query<{ step: string; doneAt: Date }[]>(
    'SELECT step, done_at AS "doneAt" FROM daily_work',
  );
  for (const { step, doneAt } of done) steps.set({ step }, (db.now().getTime() - doneAt.getTime()) / 1000);
  const [open] = await db.query<{ n: number }[]>(
    `SELECT count(*)::int AS n FROM circumstances WHERE state = 'open'`,
  );
  circumstances.set(open?.n ?? 0);
}

async function readQueues(settings: Settings, now: Date): Promise<void> {
  const queues = openQueues(settings);
  try {
    for (const [queue, it] of Object.entries(queues.it)) {
      const counts = await it.getJobCounts(...STATES);
      for (const state of STATES) queued.set({ queue, state }, counts[state] ?? 0);
      const [first] = await it.getJobs(['waiting'], 0, 0, true);
      oldest.set({ queue }, first ? (now.getTime() - first.timestamp) / 1000 : 0);
    }
  } finally {
    await queues.close();
  }
}
