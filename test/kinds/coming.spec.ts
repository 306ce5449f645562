import { ComingDue } from '../../src/kinds/coming-due.service.js';
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
  coming: { holdsFrom: string; reason: string; fault: string | null } | null;
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

/** What comes with a new day, on a day. */
async function dawn(day: string): Promise<void> {
  service.clock.set(new Date(`${day}T06:00:00Z`));
  await service.app.get(ComingDue).takeAll();
}

const daysOf = async (kind: string): Promise<number> => (await policy(`kind:${kind}`)).content.invitationDays;

describe('a change of a kind that holds from a day to come', () => {
  it('waits until that day, though the day before is looked at, and then holds; once', async () => {
    const before = await policy('kind:finance');
    expect((await change('finance', { invitationDays: 9 })).status).toBe(200);
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
    expect((await service.send('programme', 'post', '/api/policies/kind:children/withdraw')).status).toBe(
      204,
    );
    expect((await change('children', { invitationDays: 7 }, null)).status).toBe(200);
    await dawn(FROM);
    expect(await daysOf('children')).toBe(7);
  });

  it('is refused for a day that has gone by, and with what could not be saved', async () => {
    const gone = await change('planning', { invitationDays: 8 }, '2020-01-01');
    expect([gone.status, gone.text]).toEqual([400, expect.stringContaining('which has gone by')]);
    const wrong = await change('planning', { measures: ['nobody-knows'] });
    expect(wrong.status).toBe(400);
    expect((await policy('kind:planning')).coming).toBeNull();
  });

  it('that cannot be taken any more says so, changes nothing, and is tried again', async () => {
    const { content } = await policy('kind:highways');
    const [seat] = content.seats;
    if (!seat) throw new Error('a kind without seats');
    await change('highways', { invitationDays: 8, seats: [{ ...seat, positions: ['head'] }] });
    const { version, content: positions } = await policy('positions');
    const { items } = positions as unknown as { items: { id: string }[] };
    await service.source.query(`UPDATE policies SET content = $1 WHERE id = 'positions'`, [
      JSON.stringify(items.filter(({ id }) => id !== 'head')),
    ]);
    await dawn(FROM);
    expect((await policy('kind:highways')).coming?.fault).toMatch(/head|position|known/);
    expect(saidOn((await office.get('/kinds/highways')).text)).toContain('could not be taken');
    await service.source.query(`UPDATE policies SET content = $1 WHERE id = 'positions'`, [
      JSON.stringify(items),
    ]);
    await dawn('2027-01-05');
    expect([await daysOf('highways'), (await policy('kind:highways')).coming]).toEqual([8, null]);
    expect(version).toBeGreaterThan(0);
  });
});

describe('on the pages', () => {
  const version = async (page: string): Promise<string> =>
    /name="version" value="(\d+)"/.exec((await office.get(page)).text)?.[1] ?? '';

  it('weights and the calendar wait for their day too, are shown and taken back', async () => {
    for (const [page, form] of [
      ['/kinds/weights', { weights: weightsOf((await office.get('/kinds/weights')).text) }],
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
      const again = await office.post(page, sent);
      expect([again.status, saidOn(again.text).includes('A change waits that holds from')]).toEqual([
        409,
        true,
      ]);
      expect((await office.post(`${page}/coming`, { withdraw: 'yes' })).status).toBe(303);
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
    expect((await office.post(page, form)).status).toBe(303);
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
