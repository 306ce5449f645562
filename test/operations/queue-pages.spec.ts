import { addDaily, dailySteps } from '../../src/jobs/daily.js';
import { Jobs } from '../../src/jobs/jobs.js';
import { openQueues, openWorkers } from '../../src/jobs/queue.js';
import { saidOn, signedIn } from '../support/people.js';
import type { PageSession } from '../support/page-session.js';
import { eventually, Service } from '../support/service.js';

describe('the page of the queue', () => {
  let service: Service;
  let office: PageSession;
  let id: string;

  beforeAll(async () => {
    service = await Service.start({ worker: false });
    office = await signedIn(service, 'admin');
    const works = [{ daily: { 'a step that fails': () => Promise.resolve() } }];
    await addDaily(service.db, service.app.get(Jobs, { strict: false }), works);
    expect([...dailySteps(works).keys()]).toEqual(['a step that fails']);
    const queues = openQueues(service.settings);
    const worker = openWorkers(service.settings, ['daily'], () => Promise.reject(new Error('no')));
    await eventually(async () => {
      const [job] = await queues.it.daily.getJobs(['delayed', 'failed']);
      id = job?.id ?? '';
      await job?.promote().catch(() => undefined);
      return job?.isFailed();
    }, 'the end of its tries');
    await worker.close();
    await queues.close();
  }, 60_000);
  afterAll(() => service.stop());

  it('names what was given up, by queue', async () => {
    const said = saidOn((await office.get('/queue')).text);
    expect(said).toMatch(/The day’s work 0 0 0 0 1/);
    expect(said).toContain(`daily-step, after 5 tries: ${id}`);
  });

  it('has it tried again, or dropped, which stands in the trail; what is not there is a 404', async () => {
    const press = async (what: string): Promise<number> =>
      (await office.post('/queue/jobs', { queue: 'daily', id, what })).status;
    expect(await press('retry')).toBeLessThan(400);
    expect(saidOn((await office.get('/queue')).text)).toMatch(/The day’s work 1 0 0 0 0/);
    expect(await press('drop')).toBe(404);
    expect((await office.post('/queue/jobs', { queue: 'none', id, what: 'drop' })).status).toBe(400);
    const trail = await service.db.query<{ action: string }[]>(
      `SELECT action FROM audit_waiting WHERE action LIKE 'job.%' UNION ALL SELECT action FROM audit_entries WHERE action LIKE 'job.%'`,
    );
    expect(trail).toEqual([{ action: 'job.retried' }]);
  });
});
