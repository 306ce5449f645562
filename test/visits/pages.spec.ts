import { addDays, addMonths, type CivilDate } from '../../src/calendar/dates.js';
import { Given } from '../support/given.js';
import type { PageSession } from '../support/page-session.js';
import { saidOn, signedIn } from '../support/people.js';
import { Service } from '../support/service.js';

const SANDWELL = 'E08000028';

let service: Service;
let given: Given;
let adviser: PageSession;
let council: PageSession;
let today: CivilDate;

beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
  await given.financePool(3);
  const { id: councilId } = await given.council(SANDWELL);
  adviser = await signedIn(service, 'adviser');
  council = await signedIn(service, 'council', { councilId });
  today = service.clock.today();
}, 60_000);
afterAll(() => service.stop());

interface Step {
  id: string;
  state: string;
  due: string | null;
  doneOn: string | null;
  link: string | null;
}
const step = async (id: string, name: string): Promise<Step | undefined> =>
  (await service.done<Step[]>('adviser', 'get', `/api/challenges/${id}/clock`)).find(
    (one) => one.id === name,
  );

describe('a step of the clock, on its page', () => {
  let id: string;
  const page = (name: string): string => `/challenges/${id}/steps/${name}`;

  beforeAll(async () => {
    ({ id } = await given.confirmed(SANDWELL, [{ start: '2027-06-08', days: 3 }]));
  });

  it.each<[string, object, string]>([
    ['no day', {}, 'Enter the day on which it was done, like 8 June 2027'],
    ['a day to come', { doneOn: '2030-01-01' }, 'which is still to come; allowed: today or a day before it'],
    ['a day that is none', { doneOn: '2026-02-30' }, 'Enter the day like 8 June 2027'],
    [
      'a link of another kind',
      { doneOn: '2026-11-01', link: 'javascript:alert(1)' },
      'Enter a link that begins with',
    ],
  ])('is not written down with %s', async (_, form, said) => {
    const refused = await adviser.post(page('papers'), { step: 'done', ...form });
    expect(refused.status).toBe(400);
    expect(saidOn(refused.text)).toContain(said);
    expect((await step(id, 'papers'))?.doneOn).toBeNull();
  });

  it('is written down with its day and where to read it, and the history says so once', async () => {
    const form = { step: 'done', doneOn: today, link: 'https://council.example/papers' };
    for (let press = 0; press < 2; press++)
      expect((await council.post(page('papers'), form)).headers.location).toBe(`/challenges/${id}`);
    expect(await step(id, 'papers')).toMatchObject({ state: 'done', doneOn: today, link: form.link });
    expect(saidOn((await adviser.get(page('papers'))).text).match(/: done on/g)).toHaveLength(1);
  });

  it('is moved with a reason by staff, never by the council, and not once it is done', async () => {
    const due = (await step(id, 'call'))?.due ?? '';
    const form = { step: 'move', to: addDays(due, 7), reason: 'the leader is away' };
    expect((await council.post(page('call'), form)).status).toBe(403);
    for (const [change, said] of [
      [{ to: '' }, 'Enter the new day like 8 June 2027'],
      [{ reason: '' }, 'Enter the reason'],
      [{ to: addDays(today, -1) }, 'which has gone by; allowed: today or a later day'],
      [{ to: addDays(addMonths(today, 36), 1) }, 'allowed: a day until'],
    ] as const)
      expect(saidOn((await adviser.post(page('call'), { ...form, ...change })).text)).toContain(said);
    expect((await step(id, 'call'))?.due).toBe(due);
    expect((await adviser.post(page('call'), form)).status).toBe(303);
    expect((await step(id, 'call'))?.due).toBe(form.to);
    expect(saidOn((await adviser.get(page('call'))).text)).toContain('the leader is away');
    // The same limits by the API.
    const [tomorrow, yesterday] = [addDays(today, 1), addDays(today, -1)];
    const moved = { step: 'report', to: yesterday, reason: 'late' };
    expect((await service.send('adviser', 'post', `/api/challenges/${id}/clock/move`, moved)).status).toBe(
      400,
    );
    const early = { step: 'papers', doneOn: tomorrow };
    expect((await service.send('adviser', 'post', `/api/challenges/${id}/clock/done`, early)).status).toBe(
      400,
    );
    const done = await adviser.post(page('papers'), form);
    expect([done.status, saidOn(done.text).includes('its day cannot be moved any more')]).toEqual([
      409,
      true,
    ]);
  });

  it('that is another’s is not the council’s to write down, and one that the kind does not have is none', async () => {
    expect((await council.post(page('call'), { step: 'done', doneOn: today })).status).toBe(403);
    expect((await adviser.post(page('on_site'), { step: 'done', doneOn: today })).status).toBe(400);
    for (const name of ['tea', 'toString']) expect((await adviser.get(page(name))).status).toBe(404);
  });
});

describe('the timetable, on its page', () => {
  it('takes sessions in any order and shows them by the hour; one is taken away once', async () => {
    const { id } = await given.confirmed(SANDWELL, [{ start: '2027-07-06', days: 3 }]);
    const page = `/challenges/${id}/timetable`;
    const add = (form: object): ReturnType<PageSession['post']> =>
      adviser.post(page, { day: '2027-07-06', starts: '09:00', ends: '10:00', title: 'Leader', ...form });
    expect((await add({ starts: '14:00', ends: '15:00', title: 'Group leaders' })).status).toBe(303);
    expect((await add({ seats: ['lead-member', 'finance-officer'], room: 'Room 2' })).status).toBe(303);
    const shown = saidOn((await adviser.get(page)).text);
    expect(shown.indexOf('Leader')).toBeLessThan(shown.indexOf('Group leaders'));
    expect(shown).toContain('Room 2');
    const untouched = saidOn((await adviser.post(page, {})).text);
    for (const said of ['Choose the day', 'Enter when it begins, like 09:30', 'Enter what it is'])
      expect(untouched).toContain(said);
    expect((await add({ day: '2027-07-09' })).status).toBe(400);
    const [{ id: session }] = (await service.done<{ id: string }[]>(
      'adviser',
      'get',
      `/api/challenges/${id}/timetable`,
    )) as [{ id: string }];
    expect((await adviser.post(`${page}/remove`, { session })).status).toBe(303);
    expect((await adviser.post(`${page}/remove`, { session })).status).toBe(404);
    expect(saidOn((await adviser.get(page)).text)).not.toContain('Room 2');
    expect((await council.post(`${page}/remove`, { session })).status).toBe(403);
  });

  it('that is empty is sent to nobody', async () => {
    const { id } = await given.confirmed(SANDWELL, [{ start: '2027-09-07', days: 3 }]);
    const refused = await adviser.post(`/challenges/${id}/timetable/send`, { send: 'yes' });
    expect(refused.status).toBe(409);
    expect(saidOn(refused.text)).toContain('The timetable is empty; add a session first.');
  });

  it('of another challenge loses no session by this one’s page', async () => {
    const [a, b] = [
      await given.confirmed(SANDWELL, [{ start: '2027-09-21', days: 3 }]),
      await given.confirmed(SANDWELL, [{ start: '2027-10-05', days: 3 }]),
    ];
    await adviser.post(`/challenges/${a.id}/timetable`, {
      day: '2027-09-21',
      starts: '09:00',
      ends: '10:00',
      title: 'Leader',
    });
    const sessions = (): Promise<{ id: string }[]> =>
      service.done('adviser', 'get', `/api/challenges/${a.id}/timetable`);
    const [session] = await sessions();
    expect(
      (await adviser.post(`/challenges/${b.id}/timetable/remove`, { session: session?.id })).status,
    ).toBe(404);
    expect(await sessions()).toHaveLength(1);
  });
});

describe('who was there, on its page', () => {
  it('is everybody on every day unless told, with a cause for each who was not, and keeps what was typed', async () => {
    const { id, team } = await given.delivered(SANDWELL, [{ start: '2027-11-09', days: 3 }], 2);
    const page = `/challenges/${id}/attendance`;
    const { firstDay } = await service.done<{ firstDay: string }>('adviser', 'get', `/api/challenges/${id}`);
    const days = [firstDay, addDays(firstDay, 1), addDays(firstDay, 2)];
    const everybody = Object.fromEntries(team.map(({ peerId }) => [peerId, days]));
    const [first] = team;
    const form = (missing: string[], cause: Record<string, string> = {}): object => ({
      step: 'save',
      days: { ...everybody, [first?.peerId ?? '']: missing },
      cause,
    });
    const refused = await adviser.post(page, form(days.slice(0, 2)));
    expect(refused.status).toBe(400);
    expect(saidOn(refused.text)).toContain('say why the peer was not there on every day');
    const sent = await adviser.post(
      page,
      form(days.slice(0, 2), { [first?.peerId ?? '']: 'ill on the last day' }),
    );
    expect(sent.headers.location).toBe(`/challenges/${id}`);
    const kept = await service.done<{ peerId: string; days: string[]; cause: string | null }[]>(
      'adviser',
      'get',
      `/api/challenges/${id}/attendance`,
    );
    expect(kept.map((one) => one.days.length).sort()).toEqual([2, 3, 3, 3]);
    expect(saidOn((await adviser.get(page)).text)).toContain('missed 1 of the days');
  });

  it('is not written down before the first day', async () => {
    const { id, invitations } = await given.confirmed(SANDWELL, [{ start: '2028-01-11', days: 3 }]);
    const form = {
      step: 'save',
      days: Object.fromEntries(
        invitations.map(({ peerId }) => [peerId, ['2028-01-11', '2028-01-12', '2028-01-13']]),
      ),
    };
    const early = await adviser.post(`/challenges/${id}/attendance`, form);
    expect([early.status, saidOn(early.text).includes('The visit has not begun')]).toEqual([409, true]);
    service.clock.set(new Date('2028-01-11T08:00:00Z'));
    expect((await adviser.post(`/challenges/${id}/attendance`, form)).status).toBe(303);
    service.clock.set(null);
  });
});
