import type { Job } from 'bullmq';
import type { Database } from '../database/database.js';
import { ALL_QUEUES, openQueues, type Queues, type QueueSettings } from '../jobs/queue.js';
import type { Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { notFound, Problem } from '../web/problems.js';

/** Of each queue; more are not one by one any more. */
const MOST_SHOWN = 20;

/** Work that was given up, without what it is about: its queue, its id there, what it is, and how often it was tried. */
export interface FailedJob {
  queue: keyof Queues;
  id: string;
  name: string;
  attemptsMade: number;
}

/** What may be done with work that was given up. */
export const SETTLEMENTS = ['retry', 'drop'] as const;
export type Settlement = (typeof SETTLEMENTS)[number];

/** What was given up, the newest first, queue by queue. */
export async function failedJobs(queues: Queues): Promise<FailedJob[]> {
  const failed = await Promise.all(
    ALL_QUEUES.map(async (queue) =>
      (await queues[queue].getFailed(0, MOST_SHOWN - 1)).map(({ id = '', name, attemptsMade }) => ({
        ...{ queue, id, name, attemptsMade },
      })),
    ),
  );
  return failed.flat();
}

/** Tries given-up work once more, or drops it for good. Throws a 404 for what is none, and a 409 for an erasure, which is not dropped. */
export async function settleJob(
  { db, settings }: { db: Database; settings: QueueSettings },
  actor: Actor,
  { queue, id }: Pick<FailedJob, 'queue' | 'id'>,
  what: Settlement,
): Promise<void> {
  const queues = openQueues(settings);
  try {
    const job = (await queues.it[queue].getJob(id)) as Job | undefined;
    if (!job || !(await job.isFailed())) throw notFound('failed job');
    // Nothing else would come back to it, and what was promised to somebody who left would not be done.
    if (what === 'drop' && job.name === 'forget-outside')
      throw new Problem(409, 'stay-open', 'An erasure is not dropped: see what keeps it, and try it again.');
    // Within: where it does not come about the trail says nothing of it.
    await db.transact(async (tx) => {
      await record(tx, actor, `job.${what === 'retry' ? 'retried' : 'dropped'}`, `job:${id}`, {
        name: job.name,
      });
      await (what === 'retry' ? job.retry() : job.remove());
    });
  } finally {
    await queues.close();
  }
}
