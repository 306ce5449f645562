import type { Job, Worker } from 'bullmq';
import type { Logger } from 'pino';
import type { Feature, Get, Work } from '../feature.js';
import type { Settings } from '../settings.js';
import type { Database } from '../database/database.js';
import { onBehalfOf } from './cause.js';
import { doDaily } from './daily.js';
import { JOB_OPTIONS, type Handlers, type JobName } from './names.js';
import { openWorkers, type Opened } from './queue.js';

/** What all features do in the background, each for itself. */
export function workOf(features: Feature[], get: Get): Work[] {
  return features.flatMap(({ work }) => (work ? [work(get)] : []));
}

/** Takes jobs and does them, each as its feature says; what failed for the last time is told to the feature. */
export function takeJobs(
  settings: Settings,
  log: Logger,
  db: Database,
  works: Work[],
  count: (name: string, outcome: 'done' | 'failed', ms: number) => void,
): Pick<Opened<unknown>, 'close'> {
  const day: Handlers = { 'daily-step': ({ step }) => doDaily(db, works, step) };
  const handlers = Object.assign(day, ...works.map((work) => work.handlers)) as Handlers;
  const gaveUp = Object.assign({}, ...works.map((work) => work.gaveUp)) as Handlers;
  const workers = openWorkers(settings, settings.JOB_QUEUES, async (job) => {
    // What a release before put in for the day is done by the steps of the day.
    if (job.name === 'tick') return;
    const handler = handlerOf(handlers, job);
    if (!handler) throw new Error(`no handler for ${job.name}`);
    const begun = performance.now();
    const tell = (outcome: 'done' | 'failed'): void => {
      count(job.name, outcome, performance.now() - begun);
    };
    const request = requestOf(job);
    await onBehalfOf(request, () => handler(job.data)).catch((error: unknown) => {
      tell('failed');
      throw error;
    });
    tell('done');
    log.info({ job: job.id, name: job.name, request, ms: Math.round(performance.now() - begun) }, 'job done');
  });
  tellFailed(workers.it, log, (job) => void handlerOf(gaveUp, job)?.(job.data).catch(() => undefined));
  tellAway(workers.it, log);
  return workers;
}

/** Says what failed and will be tried again, and what is parked; of that its feature hears too. */
function tellFailed(workers: Worker[], log: Logger, gaveUp: (job: Job) => void): void {
  for (const worker of workers) {
    worker.on('failed', (job, error) => {
      const last = job !== undefined && job.attemptsMade >= JOB_OPTIONS.attempts;
      log[last ? 'error' : 'warn'](
        {
          job: job?.id,
          name: job?.name,
          request: requestOf(job),
          attempt: job?.attemptsMade,
          error: error.name,
        },
        last ? 'job parked after its last try' : 'job failed, will be tried again',
      );
      if (last) gaveUp(job);
    });
  }
}

/** One line when the queue goes and one when it is back: in between it is asked many times a second. */
function tellAway(workers: Worker[], log: Logger): void {
  let isAway = false;
  for (const worker of workers) {
    worker.on('error', ({ name, code }: Error & { code?: string }) => {
      if (!isAway)
        log.warn({ error: name, code }, 'the queue does not answer, nor may its database; it is asked again');
      isAway = true;
    });
    worker.on('active', () => {
      if (isAway) log.info('the queue answers again');
      isAway = false;
    });
  }
}

const requestOf = (job: Job | undefined): string | undefined =>
  (job?.data as { request?: string } | undefined)?.request;

const handlerOf = (handlers: Handlers, { name }: Job): ((payload: unknown) => Promise<void>) | undefined =>
  handlers[name as JobName] as ((payload: unknown) => Promise<void>) | undefined;
