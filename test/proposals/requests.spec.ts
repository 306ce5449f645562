import type { Job } from 'bullmq';
import { openQueues } from '../../src/jobs/queue.js';
import { RequestsService } from '../../src/proposals/requests.service.js';
import { SearchService } from '../../src/proposals/search.service.js';
import { SoundingsService } from '../../src/proposals/soundings.service.js';
import { Given, type Ided } from '../support/given.js';
import { actWhileHeld } from '../support/held.js';
import { Service } from '../support/service.js';

let service: Service;
let given: Given;
let requests: RequestsService;
let search: SearchService;
let queue: ReturnType<typeof openQueues>;

// Without a worker: each test does the work of a job when it is due.
beforeAll(async () => {
  service = await Service.start({ worker: false });
  given = new Given(service);
  await given.financePool(2);
  requests = service.app.get(RequestsService);
  search = service.app.get(SearchService);
  queue = openQueues(service.settings);
}, 60_000);
afterAll(async () => {
  await queue.close();
  await service.stop();
});

async function asked(): Promise<{ challenge: string; request: string }> {
  const { id } = await given.scoped('E08000028');
  const { id: request } = await service.done<Ided>('adviser', 'post', `/api/challenges/${id}/team-requests`);
  return { challenge: id, request };
}

const read = (request: string): Promise<{ state: string; phase: string; proposals: object[] }> =>
  service.done('adviser', 'get', `/api/team-requests/${request}`);
const stateOf = async (challenge: string): Promise<string> =>
  (await service.done<Ided>('adviser', 'get', `/api/challenges/${challenge}`)).state;
/** The jobs of a request that a worker would find. */
const jobsOf = async (request: string): Promise<Job[]> =>
  (await queue.it.teams.getJobs()).filter(({ id }) => id?.includes(request));

describe('a team request', () => {
  it('says how far it is, is answered once, and takes the challenge on', async () => {
    const { challenge, request } = await asked();
    expect(await read(request)).toMatchObject({ state: 'queued', phase: 'waiting for a worker' });
    await search.answer(request);
    const answered = await read(request);
    expect(answered).toMatchObject({ state: 'done', phase: 'done: the 3 best teams, proven' });
    await search.answer(request);
    expect(await read(request)).toEqual(answered);
    expect(await stateOf(challenge)).toBe('team_proposed');
  });

  it('that was cancelled while the engine was at work leaves no team behind', async () => {
    const { challenge, request } = await asked();
    await actWhileHeld(
      service,
      (tx) => tx.query('SELECT FROM challenges WHERE id = $1 FOR UPDATE', [challenge]),
      () => search.answer(request),
      () => service.done('adviser', 'post', `/api/team-requests/${request}/cancel`),
    );
    expect(await read(request)).toMatchObject({ state: 'cancelled', proposals: [] });
    expect(await stateOf(challenge)).toBe('scoped');
  });

  it('is cancelled once, and not after its answer', async () => {
    const [first, second] = [await asked(), await asked()];
    const cancel = (request: string): ReturnType<Service['send']> =>
      service.send('adviser', 'post', `/api/team-requests/${request}/cancel`);
    expect([(await cancel(first.request)).status, (await cancel(first.request)).status]).toEqual([200, 200]);
    await search.answer(second.request);
    const late = await cancel(second.request);
    expect([late.status, (late.body as { detail: string }).detail]).toEqual([
      409,
      'The request is done and cannot become cancelled; possible now: nothing more, it stays as it is.',
    ]);
  });

  it('may be asked anew after it failed, and a late failure does not undo an answer', async () => {
    const { challenge, request } = await asked();
    await requests.fail(request);
    expect(await read(request)).toMatchObject({ state: 'failed', phase: 'failed; ask again' });
    const again = await service.done<Ided>('adviser', 'post', `/api/challenges/${challenge}/team-requests`);
    expect(again.id).not.toBe(request);
    await search.answer(again.id);
    await requests.fail(again.id);
    expect((await read(again.id)).state).toBe('done');
  });

  it('ends with its challenge: nobody waits for a team of one that was postponed', async () => {
    const { challenge, request } = await asked();
    await service.done('adviser', 'post', `/api/challenges/${challenge}/postpone`, { reason: 'an election' });
    expect(await read(request)).toMatchObject({
      state: 'cancelled',
      phase: 'the challenge does not go on as planned',
    });
    await search.answer(request);
    expect((await read(request)).proposals).toEqual([]);
  });

  it('is not asked of a challenge without a window or without a seat', async () => {
    const { id: councilId } = await given.council('E08000029');
    const { id } = await service.done<Ided>('adviser', 'post', '/api/challenges', {
      councilId,
      kind: 'finance',
      windows: [],
    });
    await service.done('adviser', 'post', `/api/challenges/${id}/scope`, { reason: 'agreed' });
    const ask = async (): Promise<string> => {
      const refused = await service.send('adviser', 'post', `/api/challenges/${id}/team-requests`);
      return (refused.body as { detail: string }).detail;
    };
    expect(await ask()).toBe('The challenge has no window that is to come; offer at least one first.');
    await service.source.query(
      `UPDATE challenges SET seats = '[]', windows = '[{"id": "w1", "start": "2027-06-08", "days": 3, "penalty": 0}]' WHERE id = $1`,
      [id],
    );
    expect(await ask()).toBe('The challenge has no seat; add at least one first.');
  });
});

describe('the sweeper', () => {
  it('gives a request whose job was lost another one, once a minute however many look', async () => {
    const { request } = await asked();
    for (const job of await jobsOf(request)) await job.remove();
    service.clock.set(new Date(Date.now() + 31_000));
    expect(await requests.sweep(30)).toBeGreaterThanOrEqual(1);
    await requests.sweep(30);
    service.clock.set(null);
    expect(await jobsOf(request)).toHaveLength(1);
    await search.answer(request);
    expect((await read(request)).state).toBe('done');
  });

  it('leaves alone what has not waited long, and what is answered', async () => {
    const [fresh, done] = [await asked(), await asked()];
    await search.answer(done.request);
    await requests.sweep(30);
    expect([await jobsOf(fresh.request), await jobsOf(done.request)].map(({ length }) => length)).toEqual([
      1, 1,
    ]);
  });
});

describe('somebody who is sounded out', () => {
  async function sounded(email: string | null): Promise<{ id: string; challenge: string; peer: string }> {
    const { id: challenge } = await given.scoped('E08000030');
    const { id: peer } = await given.peer({
      class: 'officer',
      positions: ['s151'],
      skills: { finance: 4 },
      email,
    });
    const soundings = service.app.get(SoundingsService);
    const actor = { id: 'test', role: 'adviser' as const } as Parameters<SoundingsService['ask']>[0];
    const { id } = await soundings.ask(actor, challenge, 'finance-officer', peer);
    expect((await soundings.ask(actor, challenge, 'finance-officer', peer)).id).toBe(id);
    return { id, challenge, peer };
  }
  const letters = (template: string, challenge: string): Promise<object[]> =>
    service.source.query(`SELECT recipient FROM messages WHERE template = $1 AND about = $2`, [
      template,
      `challenge:${challenge}`,
    ]);

  it('is asked once, may change the answer, and the adviser hears of each answer once', async () => {
    await given.staff('E08000030');
    const { id, challenge } = await sounded('sounded@peers.example');
    const soundings = service.app.get(SoundingsService);
    for (const answer of ['perhaps', 'perhaps', 'no', 'perhaps'] as const) await soundings.answer(id, answer);
    expect(await letters('sounding', challenge)).toEqual([{ recipient: 'sounded@peers.example' }]);
    expect(await letters('sounding-answered', challenge)).toHaveLength(3);
    expect((await soundings.ofChallenge(challenge)).map(({ answer }) => answer)).toEqual(['perhaps']);
  });

  it('has a week, and is not held to an answer after it', async () => {
    const { id } = await sounded('late@peers.example');
    const soundings = service.app.get(SoundingsService);
    service.clock.forward(9);
    await expect(soundings.answer(id, 'yes')).rejects.toThrow('The time for an answer has passed');
    service.clock.set(null);
    expect((await soundings.get(id)).answer).toBeNull();
  });

  it('is asked by telephone where there is no address', async () => {
    await expect(sounded(null)).rejects.toThrow(
      /There is no e-mail address for Peer \d+; ask by telephone\./,
    );
  });
});
