import { figure } from '../support/figure.js';
import { Given } from '../support/given.js';
import { startWorkerProcess } from '../support/kills.js';
import { ended } from '../support/processes.js';
import { eventually, Service } from '../support/service.js';

const USUAL = { JOB_LOCK_MS: '10000', JOB_CONCURRENCY: '1' };
const DEATHS = 5;

it('what a worker had in hand when it died runs again within 20 seconds, in usual settings', async () => {
  const service = await Service.start({ worker: false, example: true });
  const given = new Given(service);
  const took: number[] = [];
  for (let n = 0; n < DEATHS; n++) {
    const { id } = await given.scoped('E07000041', [{ start: '2027-06-08', days: 3 }]);
    const dying = await startWorkerProcess(service, USUAL);
    const { id: request } = await service.done<{ id: string }>(
      'adviser',
      'post',
      `/api/challenges/${id}/team-requests`,
    );
    const state = async (): Promise<string> =>
      (await service.done<{ state: string }>('adviser', 'get', `/api/team-requests/${request}`)).state;
    await eventually(async () => (await state()) === 'running', 'a job in hand');
    dying.kill('SIGKILL');
    const died = Date.now();
    const next = await startWorkerProcess(service, USUAL);
    await eventually(async () => (await state()) === 'done', 'the team').catch(() => undefined);
    took.push(Date.now() - died);
    await ended(next);
    expect(await state()).toBe('done');
  }
  figure(2, `${String(DEATHS)} deaths: done after ${String(Math.max(...took))} ms at most`);
  expect(Math.max(...took)).toBeLessThan(20_000);
  await service.stop();
});
