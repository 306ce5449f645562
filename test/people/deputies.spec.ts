import type { Actor } from '../../src/people/access.js';
import type { Account } from '../../src/people/account.entity.js';
import { AccountsService } from '../../src/people/accounts.service.js';
import { DeputiesService } from '../../src/people/deputies.service.js';
import { advisersOf } from '../../src/people/recipients.js';
import { addedBy } from '../support/accounts.js';
import { PageSession } from '../support/page-session.js';
import { saidOn, signedIn, versionOn } from '../support/people.js';
import { Service } from '../support/service.js';

let service: Service;
let admin: PageSession;

beforeAll(async () => {
  service = await Service.start({ worker: false });
  admin = await signedIn(service, 'admin');
}, 60_000);
afterEach(() => {
  service.clock.set(null);
});
afterAll(() => service.stop());

/** No more of the staff. */
const disable = ({ id }: Account): Promise<unknown> =>
  service.source.query(`UPDATE accounts SET state = 'disabled' WHERE id = $1`, [id]);

/** Signed in by one click. */
async function asExample({ id }: Account): Promise<string> {
  await service.source.query('UPDATE accounts SET example = true WHERE id = $1', [id]);
  return id;
}

const added = (facts: object = {}): Promise<Account> => addedBy(admin, service, facts);

describe('a deputy', () => {
  const region = 'East of England';
  let away: PageSession;
  let deputy: Account;

  beforeAll(async () => {
    away = await signedIn(service, 'adviser', { region });
    deputy = await added({ role: 'adviser', region: 'London' });
  });
  const form = (facts: object = {}): object => ({
    step: 'away',
    deputyEmail: deputy.email,
    from: '2027-02-01',
    to: '2027-02-12',
    ...facts,
  });
  const alsoRegions = async (): Promise<string[]> =>
    (await service.app.get(AccountsService).actorOf(deputy.id))?.actor.alsoRegions ?? [];

  it('acts from the first day away to the last, both with them', async () => {
    expect((await away.post('/account/deputy', form())).status).toBe(303);
    const seen: Record<string, string[]> = {};
    for (const day of ['2027-01-31', '2027-02-01', '2027-02-12', '2027-02-13']) {
      service.clock.set(new Date(`${day}T12:00:00Z`));
      seen[day] = await alsoRegions();
    }
    expect(seen).toEqual({
      '2027-01-31': [],
      '2027-02-01': [region],
      '2027-02-12': [region],
      '2027-02-13': [],
    });
  });

  it('acts without an end where none is said, until the adviser is back', async () => {
    await away.post('/account/deputy', form({ to: '' }));
    service.clock.set(new Date('2030-01-01T12:00:00Z'));
    expect(await alsoRegions()).toEqual([region]);
    service.clock.set(null);
    await away.post('/account/deputy', { step: 'back' });
    service.clock.set(new Date('2030-01-01T12:00:00Z'));
    expect(await alsoRegions()).toEqual([]);
  });

  it.each([
    [
      'who is nobody',
      { deputyEmail: 'nobody@accounts.example' },
      'allowed: the address of another principal',
    ],
    ['who has no address', { deputyEmail: '' }, 'hoose who acts as deputy'],
    ['from a day that has gone by', { from: '2 March 2020' }, 'which has gone by; allowed: today or later'],
    ['from no day', { from: '' }, 'nter the first day away like 1 December 2026'],
    ['who ends before they begin', { to: '2027-01-31' }, 'allowed: Monday 1 February 2027 or later'],
    [
      'who ended yesterday',
      { from: '2 March 2020', to: '6 March 2020' },
      'which has gone by; allowed: today or later',
    ],
  ])('%s is refused', async (_, change_, said) => {
    const refused = await away.post('/account/deputy', form(change_));
    expect(refused.status).toBe(400);
    expect(saidOn(refused.text)).toContain(said);
  });

  it('is another adviser: neither the same one nor somebody of another role', async () => {
    const board = await added();
    expect((await away.post('/account/deputy', form({ deputyEmail: board.email }))).status).toBe(400);
    const own = /adviser-\d+@people\.example/.exec((await away.get('/account')).text)?.[0] ?? '';
    expect((await away.post('/account/deputy', form({ deputyEmail: own }))).status).toBe(400);
  });
});

describe('the deputy of a national adviser', () => {
  it('sees all regions on these days, and is confided in for their own', async () => {
    const national = await added({ role: 'adviser' });
    const deputy = await added({ role: 'adviser', region: 'London' });
    await service.app.get(DeputiesService).set({ id: 'test', role: 'admin' } as Actor, national.id, {
      ...{ deputyEmail: deputy.email, from: '2027-02-01', to: '2027-02-12' },
    });
    const place = async (day: string): Promise<unknown[]> => {
      service.clock.set(new Date(`${day}T12:00:00Z`));
      const actor = (await service.app.get(AccountsService).actorOf(deputy.id))?.actor;
      return [actor?.region, actor?.alsoRegions];
    };
    expect(await place('2027-01-31')).toEqual(['London', []]);
    expect(await place('2027-02-01')).toEqual([null, ['London']]);
    service.clock.set(null);
    expect(
      saidOn((await (await new PageSession(service.app).be(await asExample(deputy))).get('/account')).text),
    ).toContain(
      `You act for ${national.name}, national, from Monday 1 February 2027 to Friday 12 February 2027.`,
    );
  });
});

describe('the deputy of an adviser who is ill', () => {
  const region = 'North West';
  let ill: Account;
  let deputy: Account;
  let office: PageSession;
  const mails = (to: string): Promise<{ subject: string; body: string }[]> =>
    service.source.query('SELECT subject, body FROM messages WHERE recipient = $1 ORDER BY created_at', [to]);
  const page = (): string => `/accounts/${ill.id}/deputy`;

  beforeAll(async () => {
    ill = await added({ role: 'adviser', region, name: 'Ina Ill' });
    deputy = await added({ role: 'adviser', region: 'London', name: 'Dee Deputy' });
    office = await signedIn(service, 'programme');
  });

  it('is named by the office from a list of the other advisers, and both are told', async () => {
    const shown = saidOn((await office.get(page())).text);
    expect(shown).toContain('Dee Deputy, London');
    expect(shown).not.toContain('Ina Ill, North West');
    const form = { step: 'away', deputyEmail: deputy.email, from: '1 February 2027', to: '12 February 2027' };
    expect((await office.post(page(), form)).status).toBe(303);
    expect(saidOn((await office.get(`/accounts/${ill.id}`)).text)).toContain(
      'Dee Deputy acts for Ina Ill from Monday 1 February 2027 to Friday 12 February 2027.',
    );
    const told = (await mails(deputy.email)).at(-1);
    expect(told?.subject).toBe('You act for Ina Ill while they are away');
    expect(told?.body).toContain(
      'Ina Ill, principal adviser for North West, is away from Monday 1 February 2027 to Friday 12 February 2027, and you act as deputy.',
    );
    expect((await mails(ill.email)).at(-1)?.body).toContain(
      'has named Dee Deputy to act for you from Monday 1 February 2027 to Friday 12 February 2027.',
    );
    service.clock.set(new Date('2027-02-05T12:00:00Z'));
    const found = await service.app.get(AccountsService).actorOf(deputy.id);
    expect(found?.actor.alsoRegions).toEqual([region]);
  });

  it('acts no more once the office says that the adviser is back', async () => {
    expect((await office.post(page(), { step: 'back' })).status).toBe(303);
    service.clock.set(new Date('2027-02-05T12:00:00Z'));
    expect((await service.app.get(AccountsService).actorOf(deputy.id))?.actor.alsoRegions).toEqual([]);
    expect((await mails(ill.email)).at(-1)?.body).toContain('has noted that you are back');
  });

  it('is told when they act no more: another is named, or they are no adviser any more', async () => {
    const [first, second] = [
      await added({ role: 'adviser', region: 'London', name: 'First Deputy' }),
      await added({ role: 'adviser', region: 'London', name: 'Second Deputy' }),
    ];
    const name = (deputyEmail: string): ReturnType<PageSession['post']> =>
      office.post(page(), { step: 'away', deputyEmail, from: '1 February 2027' });
    expect((await name(first.email)).status).toBe(303);
    expect((await mails(ill.email)).at(-1)?.body).toContain(
      'from Monday 1 February 2027 until you are back.',
    );
    expect((await name(second.email)).status).toBe(303);
    expect((await mails(first.email)).at(-1)?.body).toContain('You act for Ina Ill no more.');
    const version = versionOn((await admin.get(`/accounts/${second.id}`)).text);
    const gone = { email: second.email, name: 'Second Deputy', role: 'adviser', region: 'London', version };
    expect((await admin.post(`/accounts/${second.id}`, { ...gone, state: 'disabled' })).status).toBe(303);
    expect((await mails(ill.email)).at(-1)?.body).toContain('Second Deputy, who was to act for Ina Ill');
    expect(saidOn((await office.get(`/accounts/${ill.id}`)).text)).toContain(
      'Nobody is named to act for Ina Ill.',
    );
  });

  it('is there on the days: nobody who is away then too', async () => {
    const other = await added({ role: 'adviser', region: 'London', name: 'Olu Other' });
    const theirs = {
      step: 'away',
      deputyEmail: deputy.email,
      from: '8 February 2027',
      to: '9 February 2027',
    };
    expect((await office.post(`/accounts/${other.id}/deputy`, theirs)).status).toBe(303);
    const name = (from: string, to: string): ReturnType<PageSession['post']> =>
      office.post(page(), { step: 'away', deputyEmail: other.email, from, to });
    for (const [from, to] of [
      ['1 February 2027', ''],
      ['1 February 2027', '8 February 2027'],
      ['9 February 2027', ''],
    ] as const) {
      const refused = await name(from, to);
      expect([refused.status, saidOn(refused.text)]).toEqual([
        400,
        expect.stringContaining('Olu Other is away too'),
      ]);
    }
    for (const [from, to] of [
      ['10 February 2027', ''],
      ['1 February 2027', '7 February 2027'],
    ] as const)
      expect((await name(from, to)).status).toBe(303);
    const own = await signedIn(service, 'adviser', { region: 'Wales' });
    expect((await own.get('/account')).text).not.toContain('You act for');
  });

  it('is of an adviser alone, and named by the office alone', async () => {
    const board = await added();
    expect((await office.get(`/accounts/${board.id}/deputy`)).status).toBe(404);
    const set = service.app.get(DeputiesService).set({ id: 'test', role: 'admin' } as Actor, board.id, null);
    await expect(set).rejects.toMatchObject({ status: 409 });
    // A deputy named by the adviser is no news to the adviser.
    const before = (await mails(ill.email)).length;
    await service.app
      .get(DeputiesService)
      .set({ id: `account:${ill.id}`, role: 'adviser' } as Actor, ill.id, null);
    expect(await mails(ill.email)).toHaveLength(before);
    const other = await signedIn(service, 'adviser', { region: 'London' });
    expect((await other.get(page())).status).toBe(403);
    expect((await other.post(page(), { step: 'back' })).status).toBe(403);
  });
});

describe('those who hear of a region', () => {
  const hear = (region: string): Promise<string[]> =>
    advisersOf(service.source.manager, region, service.clock.today());

  it('are with its adviser also who stands in for them, on the days of that', async () => {
    const region = 'North East';
    const [own, deputy] = [
      await added({ role: 'adviser', region }),
      await added({ role: 'adviser', region: 'London' }),
    ];
    await service.app.get(DeputiesService).set({ id: 'test', role: 'admin' } as Actor, own.id, {
      deputyEmail: deputy.email,
      from: '2027-02-01',
      to: '2027-02-12',
    });
    const both = [own.email, deputy.email].sort();
    const heard = async (day: string): Promise<string[]> =>
      (await advisersOf(service.source.manager, region, day)).sort();
    expect([await heard('2027-01-31'), await heard('2027-02-13')]).toEqual([[own.email], [own.email]]);
    expect([await heard('2027-02-01'), await heard('2027-02-12')]).toEqual([both, both]);
    await disable(deputy);
    expect(await heard('2027-02-05')).toEqual([own.email]);
  });

  it('are its advisers, or the national ones where it has none, and nobody who is disabled', async () => {
    const national = await added({ role: 'adviser' });
    expect(await hear('South West')).toContain(national.email);
    const own = await added({ role: 'adviser', region: 'South West' });
    expect(await hear('South West')).toEqual([own.email]);
    await disable(own);
    expect(await hear('South West')).not.toContain(own.email);
    expect(await hear('South West')).toContain(national.email);
  });
});
