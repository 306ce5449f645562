import { openQueues } from '../../src/jobs/queue.js';
import { eventually, Service } from '../support/service.js';

describe('a worker after an upgrade', () => {
  let service: Service;
  beforeAll(async () => {
    service = await Service.start();
  }, 60_000);
  afterAll(() => service.stop());

  it('passes over the day’s work of the release before, which its own steps do, and gives up what nobody knows', async () => {
    const queues = openQueues(service.settings);
    const once = { attempts: 1 };
    await queues.it.work.add('tick', { date: '2026-11-12' }, { jobId: 'tick-of-before', ...once });
    await queues.it.work.add('no-such-job', {}, { jobId: 'of-nobody', ...once });
    await eventually(async () => {
      const { completed = 0, failed = 0 } = await queues.it.work.getJobCounts('completed', 'failed');
      return completed + failed === 2;
    }, 'both');
    expect((await queues.it.work.getFailed()).map(({ id }) => id)).toEqual(['of-nobody']);
    await queues.close();
  });
});
