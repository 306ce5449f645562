import { NestFactory } from '@nestjs/core';
import type { Logger } from 'pino';
import { AppModule, FEATURES } from './app.module.js';
import type { Clock } from './database/clock.js';
import { Database } from './database/database.js';
import { Jobs } from './jobs/jobs.js';
import { startSweeper } from './jobs/sweeper.js';
import { takeJobs, workOf } from './jobs/worker.js';
import { MessagesService } from './messages/messages.service.js';
import { countJob } from './operations/metrics.js';
import { serveMetrics } from './operations/metrics-port.js';
import { UnheldWork } from './operations/restored.js';
import { frameworkLog } from './operations/log.js';
import type { Settings } from './settings.js';

/** Starts what a worker process does: jobs, and the sweep for what was left undone. `close` ends what is in hand. */
export async function startWorker(
  settings: Settings,
  log: Logger,
  clock?: Clock,
): Promise<{ close: () => Promise<void> }> {
  const context = await NestFactory.createApplicationContext(AppModule.with(settings, 'worker', clock), {
    logger: frameworkLog(log),
    abortOnError: false,
  });
  const db = context.get(Database);
  const works = workOf(FEATURES, (provider) => context.get(provider, { strict: false }));
  const begin = (): { close: () => Promise<void> } => {
    const worker = takeJobs(settings, log, db, works, countJob);
    const jobs = context.get(Jobs, { strict: false });
    const sweeper = startSweeper(settings, log, { db, works, jobs });
    return { close: () => sweeper.close().then(() => worker.close()) };
  };
  const messages = context.get(MessagesService, { strict: false });
  const meanwhile = (since: Date): Promise<void> => messages.sendCodes(since);
  const work = new UnheldWork(db, { begin, meanwhile }, log);
  await work.start();
  const metrics = settings.METRICS_PORT === undefined ? null : await serveMetrics(settings, db);
  return {
    close: async () => {
      metrics?.close();
      await work.close();
      await context.close();
    },
  };
}
