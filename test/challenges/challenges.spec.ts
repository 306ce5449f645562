import fc from 'fast-check';
import { Challenge } from '../../src/challenges/challenge.entity.js';
import { CHALLENGE_STATES, isDelivered, nextStates } from '../../src/challenges/states.js';
import { Given } from '../support/given.js';
import { Service } from '../support/service.js';

let service: Service;
let given: Given;

beforeAll(async () => {
  service = await Service.start({ worker: false });
  given = new Given(service);
});
afterAll(() => service.stop());

describe('the life of a challenge', () => {
  it('takes only steps of the table, and what has ended stays ended', () => {
    const state = fc.constantFrom(...CHALLENGE_STATES);
    fc.assert(
      fc.property(state, fc.array(state, { maxLength: 30 }), (from, wishes) => {
        const challenge = Object.assign(new Challenge(), { state: from });
        for (const wish of wishes) {
          const before = challenge.state;
          const allowed = nextStates(before).includes(wish);
          try {
            challenge.become(wish);
          } catch {
            // what counts is where it stands
          }
          if (challenge.state !== (allowed ? wish : before)) return false;
        }
        return true;
      }),
    );
    for (const ended of ['closed', 'cancelled', 'stood_down'] as const) expect(nextStates(ended)).toEqual([]);
    for (const live of CHALLENGE_STATES.filter((one) => nextStates(one).length > 0 && one !== 'postponed')) {
      expect(nextStates(live)).toEqual(expect.arrayContaining(['cancelled', 'stood_down']));
      // A visit that took place cannot be postponed any more.
      expect(nextStates(live).includes('postponed')).toBe(!isDelivered(live));
    }
  });

  it('refuses a step out of order, and says what is possible now', async () => {
    const { id } = await given.scoped('E08000028');
    const response = await service.send('adviser', 'post', `/api/challenges/${id}/scope`, {
      reason: 'again',
    });
    expect([response.status, (response.body as { detail: string }).detail]).toEqual([
      409,
      'The challenge is scoped and cannot become scoped; possible now: team proposed, postponed, cancelled, stood down.',
    ]);
  });

  it('warns about windows, and refuses those that the calendar closes', async () => {
    const { id: councilId } = await given.council('E07000106');
    const book = (windows: object[], kind = 'corporate'): ReturnType<Service['send']> =>
      service.send('adviser', 'post', '/api/challenges', { councilId, kind, windows });
    const august = await book([{ start: '2027-08-03', days: 4 }]);
    expect((august.body as { windows: { warnings: object[] }[] }).windows[0]?.warnings).toMatchObject([
      { rule: 'avoid', severity: 'warning' },
    ]);
    const refused = await book([
      { start: '2027-04-13', days: 4 },
      { start: '2026-12-22', days: 4 },
      { start: '2027-06-08', days: 2 },
    ]);
    const details = (refused.body as { errors: { pointer: string; detail: string }[] }).errors;
    expect(details.map(({ pointer }) => pointer)).toEqual([
      '/windows/0/start',
      '/windows/1/start',
      '/windows/1/start',
      '/windows/2/days',
    ]);
    expect(details[0]?.detail).toContain('the pre-election period runs from 2027-03-31 to 2027-05-06');
    // Finance reviews are only warned.
    expect((await book([{ start: '2027-04-13', days: 3 }], 'finance')).status).toBe(201);
  });

  it('names the kinds there are when the kind is wrong', async () => {
    const { id: councilId } = await given.council('E07000106');
    const response = await service.send('adviser', 'post', '/api/challenges', {
      councilId,
      kind: 'imaginary',
      windows: [],
    });
    expect((response.body as { errors: { detail: string }[] }).errors[0]?.detail).toMatch(
      /found "imaginary"; allowed: adults, .*corporate/,
    );
  });

  it('lets an adviser edit seats and coverage while it is shaped, and refuses what policy does not know', async () => {
    const { id } = await given.scoped('E08000029');
    const read = await service.send('adviser', 'get', `/api/challenges/${id}`);
    const { seats } = read.body as { seats: object[] };
    const etag = { 'If-Match': String(read.headers.etag) };
    const wrong = await service.send(
      'adviser',
      'patch',
      `/api/challenges/${id}`,
      { seats: [{ id: 'x', positions: ['king'], party: 'any', skills: {} }] },
      etag,
    );
    expect((wrong.body as { errors: { pointer: string }[] }).errors[0]?.pointer).toBe('/seats/0/positions');
    const edited = await service.done<{ seats: object[] }>(
      'adviser',
      'patch',
      `/api/challenges/${id}`,
      { seats: [...seats, { id: 'shadow', positions: ['head'], party: 'any', skills: {}, shadow: true }] },
      etag,
    );
    expect(edited.seats).toHaveLength(5);
  });

  it('shows what else happens at the council near those days', async () => {
    const first = await given.scoped('E08000030');
    await service.source.query(
      `UPDATE challenges SET first_day = '2027-03-02', last_day = '2027-03-04' WHERE id = $1`,
      [first.id],
    );
    const second = await given.scoped('E08000030');
    expect(await service.done('adviser', 'get', `/api/challenges/${second.id}/nearby`)).toMatchObject([
      { id: first.id },
    ]);
  });

  it('asks for the reason of a refused offer', async () => {
    const { id } = await given.council('E08000030');
    const response = await service.send('adviser', 'post', `/api/councils/${id}/offers`, {
      kind: 'corporate',
      madeOn: '2026-10-01',
      answer: 'declined',
    });
    expect(response.status).toBe(400);
  });
});
