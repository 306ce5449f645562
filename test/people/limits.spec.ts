import { makeApp } from '../../src/app.js';
import { Account } from '../../src/people/account.entity.js';
import { networkOf } from '../../src/web/networks.js';
import { pino } from 'pino';
import type { Request } from 'express';
import { PageSession } from '../support/page-session.js';
import { codeOf } from '../support/people.js';
import { Service } from '../support/service.js';

const OWNER = 'owner@staff.example';

let service: Service;
let owner: string;
let next = 0;
let stranger: PageSession;

beforeAll(async () => {
  service = await Service.start({ environment: { TRUSTED_PROXIES: '1' } });
  ({ id: owner } = await service.source.manager.save(Account, {
    email: OWNER,
    name: 'An Owner',
    role: 'board' as const,
  }));
  stranger = browser();
}, 60_000);
beforeEach(() => service.source.query('DELETE FROM tries'));
afterAll(() => service.stop());

const browser = (): PageSession => new PageSession(service.app);
/** A network of its own. */
const elsewhere = (): Record<string, string> => ({ 'X-Forwarded-For': `198.51.100.${String(++next % 250)}` });

/** One browser for all who never signed in: what tells them apart is where they come from. */
const strangers = (from: Record<string, string>, email = OWNER): Promise<number> =>
  ask(stranger, from, email);

const ask = async (person: PageSession, from: Record<string, string>, email = OWNER): Promise<number> =>
  (await person.post('/sign-in', { email }, from)).status;

const codeFor = (attempt: string): Promise<string> => codeOf(service, attempt);

/** Signs in with the code of the mail; the statuses of asking and of giving it. */
async function signIn(person: PageSession, from: Record<string, string>): Promise<number[]> {
  const asked = await person.post('/sign-in', { email: OWNER }, from);
  if (asked.status !== 303) return [asked.status];
  const path = String(asked.headers.location).split('?')[0] ?? '';
  const code = await codeFor(path.split('/').at(-1) ?? '');
  return [asked.status, (await person.post(path, { code }, from)).status];
}

/** Gives a wrong code for an attempt of one's own. */
async function guess(person: PageSession, from: Record<string, string>): Promise<number> {
  const asked = await person.post('/sign-in', { email: OWNER }, from);
  const path = String(asked.headers.location).split('?')[0] ?? '';
  return (await person.post(path, { code: '000000' }, from)).status;
}

describe('codes asked for one address', () => {
  it('are five in a quarter of an hour from one place, and the page says so, whether the address may sign in or not', async () => {
    for (const email of [OWNER, 'nobody@nowhere.example']) {
      const [person, from] = [browser(), elsewhere()];
      const statuses: number[] = [];
      for (let n = 0; n < 6; n++) statuses.push(await ask(person, from, email));
      expect(statuses).toEqual([303, 303, 303, 303, 303, 429]);
      const { text, headers } = await person.post('/sign-in', { email }, from);
      expect(text).toContain('Five codes were asked for this address.');
      const wait = Number(headers['retry-after']);
      expect([wait > 0, wait <= 900]).toEqual([true, true]);
    }
  });

  it('are thirty in an hour from all strangers together, and their owner still signs in', async () => {
    const mine = browser();
    expect(await signIn(mine, elsewhere())).toEqual([303, 303]);
    await service.source.query('DELETE FROM tries');
    const statuses: number[] = [];
    for (let n = 0; n < 31; n++) statuses.push(await strangers(elsewhere()));
    expect([statuses.filter((status) => status === 303).length, statuses.at(-1)]).toEqual([30, 429]);
    expect(await signIn(mine, elsewhere())).toEqual([303, 303]);
    expect(await signIn(browser(), elsewhere())).toEqual([429]);
  });
});

describe('wrong codes', () => {
  it('of strangers cost the owner of an account nothing, in whatever browser', async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 12; n++) statuses.push(await guess(stranger, elsewhere()));
    expect(new Set(statuses)).toEqual(new Set([400]));
    expect(await signIn(browser(), elsewhere())).toEqual([303, 303]);
    const trail = await service.done<{ action: string }[]>(
      'admin',
      'get',
      `/api/audit?subject=account:${owner}`,
    );
    expect(trail.filter(({ action }) => action === 'sign-in.refused').length).toBeGreaterThanOrEqual(12);
  });

  it('are twenty in a quarter of an hour from one network, whatever they are for', async () => {
    const from = elsewhere();
    const statuses: number[] = [];
    for (let n = 0; n < 21; n++) {
      const path = `/sign-in/code/${crypto.randomUUID()}`;
      statuses.push((await browser().post(path, { code: '000000' }, from)).status);
    }
    expect([statuses.filter((status) => status === 400).length, statuses.at(-1)]).toEqual([20, 429]);
  });
});

describe('a council whose people come from one network', () => {
  it('is not slowed down: a sign-in counts for nothing', async () => {
    const from = elsewhere();
    const spent = async (): Promise<number> => {
      const rows = await service.source.query<{ points: number }[]>(
        `SELECT points FROM tries WHERE key LIKE 'asked:%'`,
      );
      return rows.reduce((sum, { points }) => sum + points, 0);
    };
    for (let n = 0; n < 3; n++) expect(await signIn(browser(), from)).toEqual([303, 303]);
    expect(await spent()).toBe(0);
    await ask(browser(), from, 'nobody@nowhere.example');
    expect(await spent()).toBe(1);
  });
});

it('all processes count together', async () => {
  const second = await makeApp(service.settings, pino({ level: 'silent' }), service.clock);
  await second.init();
  const from = elsewhere();
  const statuses: number[] = [];
  for (let n = 0; n < 6; n++) {
    const app = n % 2 === 0 ? service.app : second;
    statuses.push((await new PageSession(app).post('/sign-in', { email: OWNER }, from)).status);
  }
  await second.close();
  expect(statuses).toEqual([303, 303, 303, 303, 303, 429]);
});

describe('who signs in', () => {
  it('hears by mail of a browser that is new, and of none that signed in before', async () => {
    const told = async (): Promise<string[]> => {
      const rows = await service.source.query<{ body: string }[]>(
        `SELECT body FROM messages WHERE template = 'new-sign-in' AND recipient = $1`,
        [OWNER],
      );
      return rows.map(({ body }) => body);
    };
    const before = (await told()).length;
    const person = browser();
    await person.get('/sign-in', { 'User-Agent': 'x' });
    await signIn(person, elsewhere());
    await signIn(person, elsewhere());
    const since = (await told()).slice(before);
    expect(since).toHaveLength(1);
    expect(since[0]).toMatch(
      /a browser that was not used for it before: .+, on \w+ \d+ \w+ 20\d\d at \d\d:\d\d\./,
    );
    const trail = await service.done<{ action: string; details: object }[]>(
      'admin',
      'get',
      `/api/audit?subject=account:${owner}&limit=2`,
    );
    expect(trail.map(({ action, details }) => [action, details])).toEqual([
      ['sign-in', { by: 'code', known: true, second: false, request: expect.any(String) as unknown }],
      ['sign-in', { by: 'code', known: false, second: false, request: expect.any(String) as unknown }],
    ]);
  });

  it('is known by marks that nobody can make up, that name nobody, and that differ by browser', async () => {
    const [person, other] = [browser(), browser()];
    await signIn(person, elsewhere());
    await signIn(other, elsewhere());
    const marks = person.cookie('known') ?? '';
    expect(decodeURIComponent(marks)).not.toContain('owner');
    expect(marks).not.toBe(other.cookie('known'));
    const [issued = '', nonce = ''] = marks.split('-');
    const forged = browser();
    forged.setCookie('known', [issued, nonce, '0'.repeat(64)].join('-'));
    for (let n = 0; n < 30; n++) await strangers(elsewhere());
    expect(await ask(forged, elsewhere())).toBe(429);
    expect(await ask(person, elsewhere())).toBe(303);
  });

  it('is a stranger in every browser again after signing out everywhere', async () => {
    const person = browser();
    await signIn(person, elsewhere());
    await person.post('/account/sessions/end', {});
    for (let n = 0; n < 30; n++) await strangers(elsewhere());
    const later = browser();
    later.setCookie('known', person.cookie('known') ?? '');
    expect(await ask(later, elsewhere())).toBe(429);
  });
});

describe('a network', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['192.0.2.7:40023', '192.0.2.7'],
    ['[2001:db8::7]:443', '2001:db8:0:0'],
    ['2001:db8::18', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2:ffff::1', '2001:db8:1:2'],
  ])('of %s is %s', (ip, network) => {
    expect(networkOf({ ip } as Request)).toBe(network);
  });
});
