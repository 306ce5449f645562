import { openQueues } from '../../src/jobs/queue.js';
import { giveUp } from '../support/failed-jobs.js';
import { saidOn, signedIn } from '../support/people.js';
import type { PageSession } from '../support/page-session.js';
import { Service } from '../support/service.js';

describe('the page of the queue', () => {
  let service: Service;
  let office: PageSession;

  beforeAll(async () => {
    service = await Service.start({ worker: false });
    office = await signedIn(service, 'admin');
    await giveUp(service.settings, [
      ['daily-step', 'step-to-try'],
      ['find-chain', 'chain-to-drop'],
      ['forget-outside', 'erasure'],
    ]);
  }, 60_000);
  afterAll(() => service.stop());

  const said = async (): Promise<string> => saidOn((await office.get('/queue')).text);
  const press = async (queue: string, id: string, what: string): Promise<number> =>
    (await office.post('/queue/jobs', { queue, id, what })).status;

  it('names what was given up, by queue', async () => {
    const page = await said();
    expect(page).toMatch(/The day’s work 0 0 0 0 1/);
    expect(page).toContain('daily-step, after 1 try: step-to-try');
    // Each button says of what, to those who hear it.
    expect(page).toContain('Drop it find-chain chain-to-drop');
    expect(page).not.toContain('Left by the release before');
  });

  it('has it tried again or dropped, which stands in the trail', async () => {
    expect(await press('daily', 'step-to-try', 'retry')).toBeLessThan(400);
    expect(await said()).toMatch(/The day’s work 1 0 0 0 0/);
    expect(await press('teams', 'chain-to-drop', 'drop')).toBeLessThan(400);
    expect(await said()).not.toContain('chain-to-drop');
    const trail = await service.db.query<{ action: string; subject: string }[]>(
      `SELECT action, subject FROM audit_waiting WHERE action LIKE 'job.%'
       UNION SELECT action, subject FROM audit_entries WHERE action LIKE 'job.%' ORDER BY 1`,
    );
    expect(trail).toEqual([
      { action: 'job.dropped', subject: 'job:chain-to-drop' },
      { action: 'job.retried', subject: 'job:step-to-try' },
    ]);
  });

  it('drops no erasure, nothing that waits, and nothing that is not there', async () => {
    expect(await press('outside', 'erasure', 'drop')).toBe(409);
    expect(await said()).toContain('forget-outside, after 1 try: erasure');
    expect(await press('daily', 'step-to-try', 'drop')).toBe(404);
    expect(await press('teams', 'chain-to-drop', 'drop')).toBe(404);
    expect(await press('none', 'erasure', 'drop')).toBe(400);
  });

  it('shows the queue of the release before while something is left in it', async () => {
    const queues = openQueues(service.settings);
    await queues.it.work.add('expire-hold', {}, { jobId: 'later', delay: 60_000 });
    expect(await said()).toMatch(/Left by the release before 0 0 1 0 0/);
    await queues.close();
  });
});
