import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import request from 'supertest';
import { Account } from '../../src/people/account.entity.js';
import { AccountsService } from '../../src/people/accounts.service.js';
import { SignInCodes } from '../../src/people/sign-in-codes.service.js';
import { SYSTEM } from '../../src/people/access.js';
import { isApiPath } from '../../src/web/pages.js';
import { Given } from '../support/given.js';
import { PageSession } from '../support/page-session.js';
import { codeOf } from '../support/people.js';
import { routesOf } from '../support/routes.js';
import { eventually, Service } from '../support/service.js';
import { snapshot } from '../support/snapshot.js';

let service: Service;
let staff: { adviser: string; council: string };

beforeAll(async () => {
  service = await Service.start({ environment: { TRUSTED_PROXIES: '1' } });
  staff = await new Given(service).staff();
});
afterAll(() => service.stop());

const browser = (): PageSession => new PageSession(service.app);

/** From an address of its own, so that tries are not counted together. */
const FROM = { 'X-Forwarded-For': '192.0.2.1' };

const codeFor = (attempt: string): Promise<string> => codeOf(service, attempt);

async function askFor(person: PageSession, email: string, headers = FROM): Promise<string> {
  const { headers: sent } = await person.post('/sign-in', { email }, headers);
  return String(sent.location).split('?')[0] ?? '';
}

describe('sign-in by a code', () => {
  it('works once, and opens a session with a new id', async () => {
    const person = browser();
    const path = await askFor(person, 'Adviser@staff.example');
    const code = await codeFor(path.split('/').at(-1) ?? '');
    person.setCookie('session', 's%3Achosen-by-somebody-else.x');
    expect((await person.post(path, { code }, FROM)).status).toBe(303);
    expect(person.cookie('session')).not.toContain('chosen-by-somebody-else');
    expect((await person.get('/account')).text).toContain('Ann Adviser');
    expect((await browser().post(path, { code }, FROM)).text).toContain(
      'The code is wrong, was used already, was tried too often or is too old',
    );
  });

  it('says the same to an address that may not sign in, and a code for it never fits', async () => {
    const [known, unknown] = [
      await browser().post('/sign-in', { email: 'adviser@staff.example' }, FROM),
      await browser().post('/sign-in', { email: 'nobody@nowhere.example' }, FROM),
    ];
    expect([known.status, unknown.status]).toEqual([303, 303]);
    const page = async (location: string): Promise<string> =>
      (await browser().get(location)).text.replace(/[0-9a-f-]{36}|value="[^"]*"/g, '');
    expect(await page(String(known.headers.location))).toBe(await page(String(unknown.headers.location)));
    const wrong = await browser().post(
      String(unknown.headers.location).split('?')[0] ?? '',
      { code: '000000' },
      FROM,
    );
    expect([
      wrong.status,
      wrong.text.includes('The code is wrong, was used already, was tried too often or is too old'),
    ]).toEqual([400, true]);
  });

  it('ends after five wrong tries, ten minutes, or for a disabled account', async () => {
    const accounts = service.app.get(SignInCodes);
    const tried = await accounts.send('adviser@staff.example');
    const code = await codeFor(tried);
    const wrong = code === '123456' ? '654321' : '123456';
    for (let n = 0; n < 5; n++) await expect(accounts.check(tried, wrong)).rejects.toThrow();
    await expect(accounts.check(tried, code)).rejects.toThrow();
    const mistyped = await accounts.send('adviser@staff.example');
    for (let n = 0; n < 4; n++) await expect(accounts.check(mistyped, 'x00000')).rejects.toThrow();
    await expect(accounts.check(mistyped, await codeFor(mistyped))).resolves.toMatchObject({
      id: staff.adviser,
    });
    const late = await accounts.send('council-e08000028@staff.example');
    const latest = await codeFor(late);
    const sentAt = Date.now();
    service.clock.set(new Date(sentAt + 10 * 60_000 + 1000));
    await expect(accounts.check(late, latest)).rejects.toThrow();
    service.clock.set(new Date(sentAt + 9 * 60_000));
    await expect(accounts.check(late, latest)).resolves.toMatchObject({ id: staff.council });
    service.clock.set(null);
  });

  it('leads on to the page that was asked for, and never to another site', async () => {
    expect((await browser().get('/challenges')).headers.location).toBe('/sign-in?next=%2Fchallenges');
    for (const next of ['https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)'])
      expect((await browser().get(`/sign-in?next=${encodeURIComponent(next)}`)).text).toContain(
        'name="next" value="/"',
      );
  });
});

it('nobody signs in where the service does not know that they came by https, and the page says what to set', async () => {
  const safe = await Service.start({ worker: false, environment: { ADDRESS: 'https://cf.example' } });
  const page = await request(safe.app.getHttpServer()).get('/sign-in');
  const token = /name="_csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
  const cookies = page.headers['set-cookie'] as unknown as string[] | undefined;
  const sent = await request(safe.app.getHttpServer())
    .post('/sign-in')
    .set('X-Forwarded-Proto', 'https')
    .set('Cookie', (cookies ?? []).map((one) => one.split(';')[0]).join('; '))
    .type('form')
    .send({ _csrf: token, email: 'adviser@staff.example' });
  expect([sent.status, sent.text.includes('TRUSTED_PROXIES')]).toEqual([503, true]);
  // Nor is a token taken that anybody could have read on its way.
  const bearer = await safe.token('adviser');
  const asked = await request(safe.app.getHttpServer())
    .get('/api/kinds')
    .set('X-Forwarded-For', '203.0.113.9')
    .set('Authorization', `Bearer ${bearer}`);
  expect([asked.status, (asked.body as { type: string }).type]).toEqual([
    403,
    'urn:critical-friend:problem:not-https',
  ]);
  expect((await request(safe.app.getHttpServer()).get('/health/ready')).status).toBe(200);
  await safe.stop();
});

describe('a session', () => {
  it('that was ended stays ended, though a request that began before comes to its end after', async () => {
    const owner = await browser().be(staff.adviser);
    const token = await owner.token();
    const stolen = new PageSession(service.app);
    stolen.setCookie('session', owner.cookie('session') ?? '');
    const part = (name: string, value: string): string =>
      `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
    const slow = httpRequest({
      ...{ host: '127.0.0.1', port: service.settings.PORT, method: 'POST', path: '/account/second-step' },
      headers: {
        Cookie: owner.cookieHeader,
        'Content-Type': 'multipart/form-data; boundary=x',
        'Transfer-Encoding': 'chunked',
        Expect: '100-continue',
      },
    });
    slow.flushHeaders();
    await once(slow, 'continue');
    slow.write(part('_csrf', token));
    expect((await stolen.get('/account')).status).toBe(200);
    await owner.post('/sign-out', {});
    expect((await stolen.get('/account')).status).toBe(303);
    const answered = once(slow, 'response') as Promise<[IncomingMessage]>;
    slow.end(`${part('step', 'begin')}--x--\r\n`);
    const [answer] = await answered;
    answer.resume();
    expect(answer.statusCode).toBe(303);
    expect((await stolen.get('/account')).status).toBe(303);
  });

  it('ends with sign-out, with the account, after half an hour of nothing, and after twelve hours whatever happens', async () => {
    const out = await browser().be(staff.council);
    const left = await out.post('/sign-out', {});
    expect([left.status, left.headers['clear-site-data']]).toEqual([303, '"cache", "storage"']);
    expect((await out.get('/account')).status).toBe(303);
    const [entry] = await service.done<{ action: string; details: object }[]>(
      'admin',
      'get',
      `/api/audit?subject=account:${staff.council}&limit=1`,
    );
    expect(entry).toMatchObject({ action: 'sign-out', details: { request: left.headers['x-request-id'] } });

    // The last answer may still be on its way to the store of sessions: what is set back is set back until it holds.
    const ends = async (sql: string): Promise<void> => {
      const person = await browser().be(staff.council);
      await eventually(async () => {
        await service.source.query(sql, [staff.council]);
        return (await person.get('/account')).status === 303;
      }, 'the end of a session');
    };
    await ends(
      `UPDATE sessions SET expire = now() AT TIME ZONE 'UTC' - interval '1 hour' WHERE sess->>'accountId' = $1`,
    );
    const signedInAt = (ms: number): string =>
      `UPDATE sessions SET sess = jsonb_set(sess::jsonb, '{since}', '${String(ms)}')::json WHERE sess->>'accountId' = $1`;
    const HALF_A_DAY = 12 * 3_600_000;
    await ends(signedInAt(Date.now() - HALF_A_DAY - 60_000));
    const busy = await browser().be(staff.council);
    await service.source.query(signedInAt(Date.now() - HALF_A_DAY + 60_000), [staff.council]);
    expect((await busy.get('/account')).status).toBe(200);

    const disabled = await browser().be(staff.council);
    const account = await service.source.manager.findOneByOrFail(Account, { id: staff.council });
    await service.app
      .get(AccountsService)
      .change(SYSTEM, staff.council, account.version, { state: 'disabled' });
    expect((await disabled.get('/account')).status).toBe(303);
    await service.source.manager.update(Account, { id: staff.council }, { state: 'active' });
  });

  it('has its half hour from the last answer on: its cookie is sent anew with each', async () => {
    const person = await browser().be(staff.council);
    for (const path of ['/', '/account', '/challenges']) {
      const cookies = (await person.get(path)).headers['set-cookie'] as unknown as string[] | undefined;
      const [, until = ''] =
        /^session=.*Expires=([^;]+)/.exec(cookies?.find((one) => one.startsWith('session=')) ?? '') ?? [];
      const minutes = (new Date(until).getTime() - Date.now()) / 60_000;
      expect([path, minutes > 29 && minutes <= 30.1]).toEqual([path, true]);
    }
    const nobody = await browser().get('/sign-in');
    expect(JSON.stringify(nobody.headers['set-cookie'] ?? [])).not.toContain('session=');
  });

  it('is listed for its owner, who may end one or all of them', async () => {
    const [here, there] = [await browser().be(staff.adviser), await browser().be(staff.adviser)];
    const listed = [...(await here.get('/account')).text.matchAll(/name="key" value="(\w+)"/g)].map(
      ([, key]) => key ?? '',
    );
    expect(listed.length).toBeGreaterThanOrEqual(2);
    await here.post('/account/sessions/end', { key: listed[0] ?? '' });
    expect([(await here.get('/account')).status, (await there.get('/account')).status].sort()).toEqual([
      200, 303,
    ]);
    await (await browser().be(staff.adviser)).post('/account/sessions/end', {});
    expect([(await here.get('/account')).status, (await there.get('/account')).status]).toEqual([303, 303]);
  });

  it('has a cookie that only https, this host and no script can have', async () => {
    const safe = await Service.start({
      worker: false,
      environment: { ADDRESS: 'https://cf.example', TRUSTED_PROXIES: '1' },
    });
    const { id } = await safe.source.manager.save(Account, {
      email: 'a@safe.example',
      name: 'A',
      role: 'board' as const,
      example: true,
    });
    const https = { 'X-Forwarded-Proto': 'https' };
    const page = await request(safe.app.getHttpServer()).get('/sign-in').set(https);
    const token = /name="_csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
    const form =
      (page.headers['set-cookie'] as unknown as string[]).find((one) => one.startsWith('__Host-form=')) ?? '';
    const signedIn = await request(safe.app.getHttpServer())
      .post(`/example-users/${id}`)
      .set(https)
      .set('Cookie', form.split(';')[0] ?? '')
      .type('form')
      .send({ _csrf: token });
    const session =
      (signedIn.headers['set-cookie'] as unknown as string[]).find((one) =>
        one.startsWith('__Host-session='),
      ) ?? '';
    for (const cookie of [form, session])
      expect(cookie).toMatch(
        /^(?=.*; Path=\/(;|$))(?=.*; HttpOnly)(?=.*; Secure)(?=.*; SameSite=Lax)(?!.*Domain)/,
      );
    await safe.stop();
  });
});

describe('forms from elsewhere', () => {
  it('are refused on every route that changes something: without token, with another’s, from another site', async () => {
    const person = await browser().be(staff.adviser);
    const stranger = await browser().be(staff.council);
    const before = await snapshot(service.source);
    const token = await person.token();
    const posts = routesOf(service.app).filter(({ method, path }) => method !== 'get' && !isApiPath(path));
    expect(posts.length).toBeGreaterThan(40);
    const id = '00000000-0000-4000-8000-000000000000';
    const theirs = await stranger.token();
    for (const { path } of posts) {
      const at = path.replace(/:\w+/g, id);
      const answers = await Promise.all([
        person.post(at, { _csrf: '' }),
        person.post(at, { _csrf: theirs }),
        person.post(at, { _csrf: token }, { Origin: 'https://evil.example' }),
        person.post(at, { _csrf: token }, { 'Sec-Fetch-Site': 'cross-site' }),
        person.post(at, { _csrf: token }, { 'Sec-Fetch-Site': 'same-site' }),
      ]);
      expect([path, answers.map(({ status }) => status)]).toEqual([path, [403, 403, 403, 403, 403]]);
    }
    expect(await snapshot(service.source)).toEqual(before);
  }, 60_000);
});
