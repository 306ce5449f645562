import { openQueues, openWorkers, type QueueSettings } from '../../src/jobs/queue.js';
import { QUEUE_OF, QUEUES, type JobName } from '../../src/jobs/names.js';
import { eventually } from './service.js';

/** Puts jobs into their queues, by name and id, and has each given up after its only try. */
export async function giveUp(settings: QueueSettings, jobs: readonly [JobName, string][]): Promise<void> {
  const queues = openQueues(settings);
  for (const [name, jobId] of jobs) await queues.it[QUEUE_OF[name]].add(name, {}, { jobId, attempts: 1 });
  const worker = openWorkers(settings, [...QUEUES], () => Promise.reject(new Error('no')));
  await eventually(async () => {
    const counts = await Promise.all(QUEUES.map((name) => queues.it[name].getJobCounts('failed')));
    return counts.reduce((sum, { failed = 0 }) => sum + failed, 0) === jobs.length;
  }, 'the end of their tries');
  await worker.close();
  await queues.close();
}
