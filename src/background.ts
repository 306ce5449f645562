import { NestFactory } from '@nestjs/core';
import type { Logger } from 'pino';
import { AppModule, FEATURES } from './app.module.js';
import type { Clock } from './database/clock.js';
import { Database } from './database/database.js';
import { Jobs } from './jobs/jobs.js';
import { startSweeper, tick } from './jobs/sweeper.js';
import { takeJobs, workOf } from './jobs/worker.js';
import { frameworkLog } from './operations/log.js';
import type { Settings } from './settings.js';

/** Starts what a worker process does: jobs, and the sweep for what was left undone. `close` ends what is in hand. */
export async function startWorker(
  settings: Settings,
  log: Logger,
  clock?: Clock,
): Promise<{ close: () => Promise<void> }> {
  const context = await NestFactory.createApplicationContext(AppModule.with(settings, clock), {
    logger: frameworkLog(log),
    abortOnError: false,
  });
  const db = context.get(Database);
  const works = workOf(FEATURES, (provider) => context.get(provider, { strict: false }));
  const worker = takeJobs(settings, log, works, () => tick(works, db.now()));
  const sweeper = startSweeper(settings, log, {
    db,
    works,
    jobs: context.get(Jobs, { strict: false }),
  });
  return {
    close: async () => {
      await sweeper.close();
      await worker.close();
      await context.close();
    },
  };
}
