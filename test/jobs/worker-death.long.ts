import { RequestsService } from '../../src/proposals/requests.service.js';
import { SearchService } from '../../src/proposals/search.service.js';
import { figure, times } from '../support/figure.js';
import { Given } from '../support/given.js';
import { killWorkers } from '../support/kills.js';
import { Service } from '../support/service.js';

const KILLS = times(2, 200);
const WORKERS = times(2, 4);

describe('a worker that dies', () => {
  it(`loses nothing and leaves nothing done twice, over ${String(KILLS)} kills`, async () => {
    const report = await killWorkers(KILLS, 11, WORKERS);
    figure(1, JSON.stringify(report));
    expect(report).toMatchObject({ kills: KILLS, lost: 0, doubled: 0, unclear: 0 });
    expect(report.requests).toBeGreaterThan(20);
  }, 1_200_000);
});

describe('a request', () => {
  it('that lost its job is found by the sweeper', async () => {
    const service = await Service.start({ worker: true });
    const given = new Given(service);
    await given.financePool(3);
    const { id } = await given.scoped('E08000028');
    const [row] = await service.source.query<{ id: string }[]>(
      `INSERT INTO team_requests (challenge_id, cause, pins, state, phase, actor, created_at) VALUES ($1, 'request', '{"seats": {}}', 'queued', 'waiting for a worker', 'test', now() - interval '1 minute') RETURNING id`,
      [id],
    );
    expect(await service.app.get(RequestsService).sweep(30)).toBe(1);
    expect((await given.answered(row?.id ?? '')).proposals.length).toBeGreaterThan(0);
    await service.stop();
  });

  it('that is cancelled stays cancelled, and can be asked again', async () => {
    const service = await Service.start({ worker: false });
    const given = new Given(service);
    await given.financePool(2);
    const { id } = await given.scoped('E08000028');
    const first = await service.done<{ id: string }>(
      'adviser',
      'post',
      `/api/challenges/${id}/team-requests`,
    );
    const again = await service.done<{ id: string }>(
      'adviser',
      'post',
      `/api/challenges/${id}/team-requests`,
    );
    expect(again.id).toBe(first.id);
    await service.done('adviser', 'post', `/api/team-requests/${first.id}/cancel`);
    await service.app.get(SearchService).answer(first.id);
    expect(await service.done('adviser', 'get', `/api/team-requests/${first.id}`)).toMatchObject({
      state: 'cancelled',
      proposals: [],
    });
    const next = await service.done<{ id: string }>('adviser', 'post', `/api/challenges/${id}/team-requests`);
    expect(next.id).not.toBe(first.id);
    await service.app.get(SearchService).answer(next.id);
    await service.app.get(SearchService).answer(next.id);
    expect((await given.answered(next.id)).proposals).toHaveLength(3);
    await service.stop();
  });
});
