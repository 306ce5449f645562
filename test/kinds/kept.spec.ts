import { ComingDue } from '../../src/kinds/coming-due.service.js';
import { ClockService } from '../../src/visits/clock.service.js';
import type { Kind } from '../../src/kinds/kind.js';
import { countedChallenges } from '../../src/programme/measures/counted-visits.js';
import { endedDaysAgo } from '../support/follow-up.js';
import { Given } from '../support/given.js';
import type { PageSession } from '../support/page-session.js';
import { signedIn } from '../support/people.js';
import { Service } from '../support/service.js';

let service: Service;
let office: PageSession;
let confirmed: string;
let peerId: string;

beforeAll(async () => {
  service = await Service.start();
  const given = new Given(service);
  await given.financePool(2);
  office = await signedIn(service, 'programme');
  const { id, invitations } = await given.confirmed('E08000028');
  [confirmed, peerId] = [id, invitations.find(({ seat }) => seat === 'finance-officer')?.peerId ?? ''];
}, 60_000);
afterAll(() => service.stop());

type Stored = Kind & { version: number };
const kind = (): Promise<Stored> =>
  service
    .done<Stored[]>('programme', 'get', '/api/kinds')
    .then((all) => all.find((one) => (one as unknown as { id: string }).id === 'finance') as Stored);
const due = async (id: string): Promise<string | null | undefined> =>
  (await service.app.get(ClockService).of(id)).find((one) => one.id === 'report')?.due;
const measuresOf = async (): Promise<string[] | undefined> =>
  (
    await countedChallenges(service.source.manager, 2027, { day: '2028-03-31', known: null, figures: 'all' })
  ).find(({ id }) => id === confirmed)?.measures;

/** Replaces the kind by the API; some challenges take it over. */
async function change(
  by: Partial<Kind>,
  takeOver: string[] = [],
  holdsFrom: string | null = null,
): Promise<number> {
  const { id: _, version, ...now } = (await kind()) as Stored & { id: string };
  const body = { content: { ...now, ...by }, reason: 'a new year', takeOver, holdsFrom };
  const match = { 'If-Match': `"${String(version)}"` };
  return (await service.send('programme', 'put', '/api/policies/kind:finance', body, match)).status;
}

describe('a confirmed challenge', () => {
  it('keeps the clock and the measures of its confirmation when its kind is changed', async () => {
    const [before, measures, { clock }] = [await due(confirmed), await measuresOf(), await kind()];
    expect(await change({ clock: { ...clock, reportMonths: clock.reportMonths + 2 }, measures: [] })).toBe(
      200,
    );
    expect(await due(confirmed)).toBe(before);
    expect(await measuresOf()).toEqual(measures);
    const keepers = async (): Promise<string[]> =>
      (await service.done<{ challengeId: string }[]>('programme', 'get', '/api/kinds/finance/keepers')).map(
        ({ challengeId }) => challengeId,
      );
    expect(await keepers()).toEqual([confirmed]);
    // While somebody of its team is replaced too.
    const stands = (state: string): Promise<unknown> =>
      service.source.query('UPDATE challenges SET state = $1 WHERE id = $2', [state, confirmed]);
    await stands('inviting');
    expect(await keepers()).toEqual([confirmed]);
    await stands('confirmed');
  });

  it('takes a change over where the office chooses it, and its history says so', async () => {
    const before = await due(confirmed);
    const { clock } = await kind();
    expect(await change({ clock: { ...clock, reportMonths: clock.reportMonths + 1 } }, [confirmed])).toBe(
      200,
    );
    expect(await due(confirmed)).not.toBe(before);
    expect((await office.get(`/challenges/${confirmed}/history`)).text).toContain('takes over the clock');
  });

  it('is no other than those that keep something else', async () => {
    const { id } = await new Given(service).scoped('E08000029', [{ start: '2027-09-07', days: 3 }]);
    const { clock } = await kind();
    const before = await due(confirmed);
    expect(await change({ clock: { ...clock, reportMonths: 1 } }, [id])).toBe(400);
    expect((await kind()).clock).toEqual(clock);
    expect(await due(confirmed)).toBe(before);
  });

  it('is shown to the office before a change of its kind is saved', async () => {
    const { clock } = await kind();
    const shown = (await office.get('/kinds/finance')).text;
    const form: Record<string, string> = { reason: 'reports take longer', step: 'save' };
    for (const [tag, name = ''] of shown.matchAll(/<input[^>]*name="([^"]+)"[^>]*>/g))
      if (!/type="checkbox"/.test(tag) || /checked/.test(tag))
        form[name] ??= /value="([^"]*)"/.exec(tag)?.[1] ?? '';
    for (const [, name = '', value = ''] of shown.matchAll(/<textarea[^>]*name="([^"]+)"[^>]*>([^<]*)</g))
      form[name] = value;
    form.reason = 'reports take longer';
    form['clock[reportMonths]'] = '7';
    const before = await due(confirmed);
    const first = await office.post('/kinds/finance', form);
    expect(first.text).toContain('Which of these challenges take the change over?');
    expect(first.text).toContain('Sandwell');
    expect((await kind()).clock).toEqual(clock);
    const saved = await office.post('/kinds/finance', { ...form, asked: 'yes' });
    expect(saved.status).toBe(303);
    expect((await kind()).clock.reportMonths).toBe(7);
    expect(await due(confirmed)).toBe(before);
  });
});

it('a challenge that is put off takes what its kind says when it is confirmed again', async () => {
  const { id } = await new Given(service).confirmed('E08000031', [{ start: '2027-11-09', days: 3 }]);
  const policy = async (): Promise<unknown> =>
    (
      await service.source.query<{ policy: unknown }[]>('SELECT policy FROM challenges WHERE id = $1', [id])
    )[0]?.policy;
  expect(await policy()).not.toBeNull();
  const windows = [{ start: '2027-11-16', days: 3 }];
  await service.done('adviser', 'post', `/api/challenges/${id}/postpone`, { reason: 'an election', windows });
  expect(await policy()).toBeNull();
});

describe('a past team', () => {
  it('is shown as it was on its first day, whatever becomes of its members', async () => {
    const stood = async (): Promise<object | null | undefined> =>
      (
        await service.done<{ peerId: string; stood: object | null }[]>(
          'adviser',
          'get',
          `/api/bookings?challenge=${confirmed}`,
        )
      ).find((one) => one.peerId === peerId)?.stood;
    expect(await stood()).toMatchObject({ positions: ['s151'], experience: 4 });
    const team = async (): Promise<unknown> =>
      (
        await service.done<{ members: object[] }>(
          'adviser',
          'get',
          `/api/challenges/${confirmed}/team-approval`,
        )
      ).members;
    const becomes = (position: string, code: string): Promise<unknown> =>
      service.source.query(
        'UPDATE peers SET positions = ARRAY[$2], council_id = (SELECT id FROM councils WHERE code = $3) WHERE id = $1',
        [peerId, position, code],
      );
    // What they become before the visit, they come as.
    await becomes('head', 'E08000031');
    await endedDaysAgo(service.source, confirmed, 3);
    await service.app.get(ClockService).advance(new Date());
    expect(await stood()).toMatchObject({ positions: ['head'] });
    const before = await team();
    await becomes('chief-executive', 'E08000001');
    expect(await team()).toEqual(before);
  });
});

describe('a change that is taken back', () => {
  it('is taken back from the challenges that took it over too', async () => {
    const before = await due(confirmed);
    const { clock, version } = await kind();
    expect(await change({ clock: { ...clock, reportMonths: clock.reportMonths + 2 } }, [confirmed])).toBe(
      200,
    );
    expect(await due(confirmed)).not.toBe(before);
    const undone = await office.post('/kinds/finance/undo', { version: String(version + 1) });
    expect(undone.status).toBe(303);
    expect((await kind()).clock).toEqual(clock);
    expect(await due(confirmed)).toBe(before);
  });
});

describe('a change that waits for its day', () => {
  const [FIRST, SECOND] = ['2027-09-01', '2027-10-01'];
  const policyOf = async (): Promise<object | undefined> =>
    (
      await service.source.query<{ policy: object }[]>('SELECT policy FROM challenges WHERE id = $1', [
        confirmed,
      ])
    )[0]?.policy;
  async function takenOn(
    day: string,
    by: Partial<Kind>,
    meanwhile: () => Promise<unknown> = () => Promise.resolve(),
  ): Promise<void> {
    expect(await change(by, [confirmed], day)).toBe(200);
    await meanwhile();
    service.clock.set(new Date(`${day}T06:00:00Z`));
    await service.app.get(ComingDue).takeAll();
  }

  it('is taken over on it by the challenges that were to, as far as they go on', async () => {
    const { clock } = await kind();
    await takenOn(FIRST, { clock: { ...clock, reportMonths: 9 } });
    expect(await policyOf()).toMatchObject({ clock: { reportMonths: 9 } });
    await takenOn(SECOND, { clock: { ...clock, reportMonths: 8 } }, () =>
      service.source.query(`UPDATE challenges SET state = 'cancelled' WHERE id = $1`, [confirmed]),
    );
    expect((await kind()).clock.reportMonths).toBe(8);
    expect(await policyOf()).toMatchObject({ clock: { reportMonths: 9 } });
  });
});
