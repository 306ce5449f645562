import type { Job } from 'bullmq';
import type { Logger } from 'pino';
import type { Feature, Get, Work } from '../feature.js';
import type { Settings } from '../settings.js';
import { JOB_OPTIONS, type Handlers, type JobName } from './names.js';
import { openWorker, type Opened } from './queue.js';

/** What all features do in the background, each for itself. */
export function workOf(features: Feature[], get: Get): Work[] {
  return features.flatMap(({ work }) => (work ? [work(get)] : []));
}

/** Takes jobs and does them, each as its feature says; what failed for the last time is told to the feature. */
export function takeJobs(
  settings: Settings,
  log: Logger,
  works: Work[],
  tick: Handlers['tick'],
): Pick<Opened<unknown>, 'close'> {
  const handlers = Object.assign({ tick }, ...works.map((work) => work.handlers)) as Handlers;
  const gaveUp = Object.assign({}, ...works.map((work) => work.gaveUp)) as Handlers;
  const worker = openWorker(settings, async (job) => {
    const handler = handlerOf(handlers, job);
    if (!handler) throw new Error(`no handler for ${job.name}`);
    await handler(job.data);
  });
  worker.it.on('failed', (job, error) => {
    const last = job !== undefined && job.attemptsMade >= JOB_OPTIONS.attempts;
    log[last ? 'error' : 'warn'](
      { job: job?.id, name: job?.name, attempt: job?.attemptsMade, error: error.name },
      last ? 'job parked after its last try' : 'job failed, will be tried again',
    );
    if (last) void handlerOf(gaveUp, job)?.(job.data).catch(() => undefined);
  });
  // One line when it goes and one when it is back: in between it is asked many times a second.
  let isAway = false;
  worker.it.on('error', ({ name, code }: Error & { code?: string }) => {
    if (!isAway)
      log.warn({ error: name, code }, 'the queue does not answer, nor may its database; it is asked again');
    isAway = true;
  });
  worker.it.on('active', () => {
    if (isAway) log.info('the queue answers again');
    isAway = false;
  });
  return worker;
}

const handlerOf = (handlers: Handlers, { name }: Job): ((payload: unknown) => Promise<void>) | undefined =>
  handlers[name as JobName] as ((payload: unknown) => Promise<void>) | undefined;
