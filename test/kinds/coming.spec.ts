import { randomUUID } from 'node:crypto';
import { doDay } from '../support/day.js';
import { KindsModule } from '../../src/kinds/kinds.module.js';
import type { Kind } from '../../src/kinds/kind.js';
import type { PageSession } from '../support/page-session.js';
import { saidOn, signedIn } from '../support/people.js';
import { Service } from '../support/service.js';

const FROM = '2027-01-04';

let service: Service;
let office: PageSession;

beforeAll(async () => {
  service = await Service.start({ worker: false });
  office = await signedIn(service, 'programme');
}, 60_000);
afterEach(() => {
  service.clock.set(null);
});
afterAll(() => service.stop());

type Policy = {
  version: number;
  content: Kind;
  coming: { id: string; holdsFrom: string; reason: string; fault: string | null } | null;
};

const policy = (id: string): Promise<Policy> =>
  service.done<Policy>('programme', 'get', `/api/policies/${id}`);

/** Has a kind changed from a day on, by a program. */
async function change(
  kind: string,
  by: Partial<Kind>,
  holdsFrom: string | null = FROM,
): ReturnType<Service['send']> {
  const { version, content } = await policy(`kind:${kind}`);
  const body = { content: { ...content, ...by }, reason: 'as the board agreed', holdsFrom };
  return service.send('programme', 'put', `/api/policies/kind:${kind}`, body, {
    'If-Match': `"${String(version)}"`,
  });
}

/** What comes with a new day, on a day, as the worker does it. */
async function dawn(day: string): Promise<void> {
  const now = new Date(`${day}T06:00:00Z`);
  service.clock.set(now);
  await doDay([KindsModule.work((provider) => service.app.get(provider, { strict: false }))], now);
}

const daysOf = async (kind: string): Promise<number> => (await policy(`kind:${kind}`)).content.invitationDays;

describe('a change of a kind that holds from a day to come', () => {
  it('waits until that day, though the day before is looked at, and then holds; once', async () => {
    const before = await policy('kind:finance');
    const hasSave = async (): Promise<boolean> =>
      (await office.get('/kinds/finance')).text.includes('value="save"');
    expect(await hasSave()).toBe(true);
    expect((await change('finance', { invitationDays: 9 })).status).toBe(200);
    // Nothing else can be saved meanwhile, so nothing is offered to be.
    expect(await hasSave()).toBe(false);
    expect(saidOn((await office.get('/kinds')).text)).toMatch(/Changes on Monday 4 January 2027/);
    await dawn('2027-01-03');
    expect(await daysOf('finance')).toBe(before.content.invitationDays);
    expect((await policy('kind:finance')).coming).toMatchObject({ holdsFrom: FROM, fault: null });
    await dawn(FROM);
    await dawn(FROM);
    const after = await policy('kind:finance');
    expect([after.content.invitationDays, after.version, after.coming]).toEqual([
      9,
      before.version + 1,
      null,
    ]);
    const [last] = await service.done<{ reason: string; actor: string }[]>(
      'programme',
      'get',
      '/api/policies/kind:finance/history',
    );
    expect(last).toMatchObject({
      reason: 'as the board agreed',
      actor: expect.stringMatching(/^token:/) as string,
    });
  });

  it('is taken on the next day that anybody looks, where its own was missed', async () => {
    await change('housing', { invitationDays: 8 });
    await dawn('2027-02-10');
    expect(await daysOf('housing')).toBe(8);
  });

  it('keeps every other change from it until then, and is taken back', async () => {
    await change('children', { invitationDays: 8 });
    const refused = await change('children', { invitationDays: 7 }, null);
    expect([refused.status, (refused.body as { type: string }).type]).toEqual([
      409,
      expect.stringContaining('change-waits'),
    ]);
    expect((await change('children', { invitationDays: 7 }, '2027-02-01')).status).toBe(409);
    const { coming } = await policy('kind:children');
    const withdraw = (id: string): ReturnType<Service['send']> =>
      service.send('programme', 'post', '/api/policies/kind:children/withdraw', { change: id });
    // What somebody else has put in its place meanwhile is not taken back unseen.
    expect((await withdraw(randomUUID())).status).toBe(412);
    expect((await policy('kind:children')).coming).toEqual(coming);
    const reader = service.send('adviser', 'post', '/api/policies/kind:children/withdraw', {
      change: coming?.id,
    });
    expect((await reader).status).toBe(403);
    expect((await withdraw(coming?.id ?? '')).status).toBe(204);
    expect((await withdraw(coming?.id ?? '')).status).toBe(204);
    const trail = await service.source.query<{ action: string }[]>(
      `SELECT action FROM audit_entries WHERE subject = 'policy:kind:children' ORDER BY id`,
    );
    expect(trail.map(({ action }) => action)).toEqual(['policy.staged', 'policy.unstaged']);
    expect((await change('children', { invitationDays: 7 }, null)).status).toBe(200);
    await dawn(FROM);
    expect(await daysOf('children')).toBe(7);
  });

  it('is refused for a day that has gone by, and with what could not be saved', async () => {
    const gone = await change('planning', { invitationDays: 8 }, '2020-01-01');
    expect([gone.status, gone.text]).toEqual([400, expect.stringContaining('which has gone by')]);
    const wrong = await change('planning', { measures: ['nobody-knows'] });
    expect(wrong.status).toBe(400);
    const far = await change('planning', { invitationDays: 8 }, '2099-01-01');
    expect([far.status, far.text]).toEqual([400, expect.stringContaining('allowed: up to')]);
    const same = await change('planning', {});
    expect([same.status, same.text]).toEqual([400, expect.stringContaining('nothing changes by this')]);
    expect((await policy('kind:planning')).coming).toBeNull();
  });

  it('is made from the version that it changes, of what is there, and takes only challenges that may take it', async () => {
    const { version, content } = await policy('kind:planning');
    const put = (id: string, facts: object, header: string): ReturnType<Service['send']> =>
      service.send(
        'programme',
        'put',
        `/api/policies/${id}`,
        { content, reason: 'a try', ...facts },
        {
          [header]: header === 'If-None-Match' ? '*' : `"${String(version + 1)}"`,
        },
      );
    const later = { ...content, invitationDays: 8 };
    expect((await put('kind:planning', { content: later, holdsFrom: FROM }, 'If-Match')).status).toBe(412);
    const anew = await put(
      'kind:planning-two',
      { content: { ...later, name: 'Two' }, holdsFrom: FROM },
      'If-None-Match',
    );
    expect([anew.status, anew.text]).toEqual([400, expect.stringContaining('what is new holds at once')]);
    const stranger = await service.send(
      'programme',
      'put',
      '/api/policies/kind:planning',
      { content: later, reason: 'a try', holdsFrom: FROM, takeOver: [randomUUID()] },
      { 'If-Match': `"${String(version)}"` },
    );
    expect([stranger.status, stranger.text]).toEqual([
      400,
      expect.stringContaining('open challenges that keep another'),
    ]);
    expect((await policy('kind:planning')).coming).toBeNull();
  });

  it('is not for lists: what is in use on their day is known on it only', async () => {
    const { version, content } = await policy('skills');
    const list = await service.send(
      'programme',
      'put',
      '/api/policies/skills',
      { content, reason: 'a try', holdsFrom: FROM },
      { 'If-Match': `"${String(version)}"` },
    );
    expect([list.status, list.text]).toEqual([
      400,
      expect.stringContaining('allowed: kinds, weights and calendar'),
    ]);
  });

  it('that cannot be taken any more says so, changes nothing, and is tried again', async () => {
    const { content } = await policy('kind:highways');
    const [seat] = content.seats;
    if (!seat) throw new Error('a kind without seats');
    await change('highways', { invitationDays: 8, seats: [{ ...seat, positions: ['head'] }] });
    const { content: positions } = await policy('positions');
    const { items } = positions as unknown as { items: { id: string }[] };
    await service.source.query(`UPDATE policies SET content = $1 WHERE id = 'positions'`, [
      JSON.stringify(items.filter(({ id }) => id !== 'head')),
    ]);
    await dawn(FROM);
    expect((await policy('kind:highways')).coming?.fault).toMatch(/head|position|known/);
    expect(saidOn((await office.get('/kinds/highways')).text)).toContain('could not be taken');
    const letters = async (): Promise<{ body: string }[]> =>
      service.source.query(
        `SELECT body FROM messages WHERE template = 'change-not-taken' AND recipient = (SELECT min(email) FROM accounts WHERE role = 'programme')`,
      );
    const [letter, ...more] = await letters();
    expect(letter?.body).toMatch(
      /was to hold from Monday 4 January 2027: “as the board agreed”[^]*found "head"; allowed: /,
    );
    expect(more).toEqual([]);
    await dawn(FROM);
    expect(await letters()).toHaveLength(1);
    await service.source.query(`UPDATE policies SET content = $1 WHERE id = 'positions'`, [
      JSON.stringify(items),
    ]);
    await dawn('2027-01-05');
    expect([await daysOf('highways'), (await policy('kind:highways')).coming]).toEqual([8, null]);
  });
});

describe('on the pages', () => {
  const version = async (page: string): Promise<string> =>
    /name="version" value="(\d+)"/.exec((await office.get(page)).text)?.[1] ?? '';

  it('weights and the calendar wait for their day too, are shown and taken back', async () => {
    for (const [page, form] of [
      [
        '/kinds/weights',
        { weights: { ...weightsOf((await office.get('/kinds/weights')).text), sameType: '77' } },
      ],
      ['/rules/calendar', { never: 'August: 1 August to 31 August' }],
    ] as const) {
      const sent = {
        ...form,
        reason: 'next year',
        holdsFrom: '4 January 2027',
        step: 'save',
        version: await version(page),
      };
      expect((await office.post(page, sent)).status).toBe(303);
      const shown = saidOn((await office.get(page)).text);
      expect(shown).toContain('From Monday 4 January 2027 a change holds: “next year”.');
      expect(shown).toMatch(/→/);
      const again = await office.post(page, sent);
      expect([again.status, saidOn(again.text).includes('A change waits that holds from')]).toEqual([
        409,
        true,
      ]);
      const change = /name="change" value="([^"]+)"/.exec((await office.get(page)).text)?.[1];
      expect((await office.post(`${page}/coming`, { withdraw: 'yes', change: randomUUID() })).status).toBe(
        412,
      );
      expect((await office.post(`${page}/coming`, { withdraw: 'yes', change })).status).toBe(303);
      expect(saidOn((await office.get(page)).text)).not.toContain('a change holds');
    }
  });

  it('a seat of a kind may wait for its day', async () => {
    const { content } = await policy('kind:finance');
    const [seat] = content.seats;
    const page = `/kinds/finance/seats/${seat?.id ?? ''}`;
    const form = {
      ...{ seat: seat?.id, positions: seat?.positions, party: seat?.party, when: 'all', skills: 'finance 5' },
      ...{ reason: 'harder', holdsFrom: '4 January 2027', step: 'save', version: await version(page) },
    };
    const sent = await office.post(page, form);
    expect([sent.status, saidOn(sent.text)]).toEqual([303, expect.anything()]);
    expect((await policy('kind:finance')).content.seats[0]).toEqual(seat);
    await dawn(FROM);
    expect((await policy('kind:finance')).content.seats[0]?.skills).toEqual({ finance: 5 });
  });
});

/** The weights as their page has them. */
const weightsOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(/name="weights\[(\w+)\]"[^>]*value="([^"]*)"/g)].map(([, name = '', value = '']) => [
      name,
      value,
    ]),
  );
