import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateSync } from 'otplib';
import { Account } from '../../src/people/account.entity.js';
import type { Role } from '../../src/people/permissions.js';
import { resetSecondStep } from '../../src/commands/admin-work.js';
import { SecondSteps } from '../../src/people/second-step/second-steps.service.js';
import { codeOf, saidOn } from '../support/people.js';
import { PageSession, type Answer } from '../support/page-session.js';
import { Service } from '../support/service.js';

let service: Service;

beforeAll(async () => {
  service = await Service.start();
});
afterAll(() => service.stop());

let next = 0;
/** Somebody of the office, who is no invention of the example. */
const person = (role: Role): Promise<Account> =>
  service.source.manager.save(Account, {
    email: `${role}-${String(++next)}@office.example`,
    name: `A ${role}`,
    role,
  });

/** As in real use, where some roles cannot do without; the database stays what it is. */
async function inRealUse<T>(work: () => Promise<T>): Promise<T> {
  service.settings.MODE = 'live';
  try {
    return await work();
  } finally {
    service.settings.MODE = 'example';
  }
}

/** Brings the code of the mail, and waits until the session that it made is written for the last time. */
async function firstStep(browser: PageSession, { email }: Account, to = '/account'): Promise<Answer> {
  const asked = await browser.post('/sign-in', { email, next: to });
  const attempt = /code\/([0-9a-f-]+)/.exec(String(asked.headers.location))?.[1] ?? '';
  const answer = await browser.post(`/sign-in/code/${attempt}`, {
    code: await codeOf(service, attempt),
    next: to,
  });
  await browser.get('/privacy');
  return answer;
}

const keyOn = ({ text }: Answer): string =>
  (/<code class="cf-code">([A-Z2-7 ]+)<\/code>/.exec(text)?.[1] ?? '').replaceAll(' ', '');
const recoveryOn = ({ text }: Answer): string[] =>
  [...text.matchAll(/<code class="cf-code">([a-z2-9-]+)<\/code>/g)].map(([, code = '']) => code);
const seconds = (): number => Math.floor(service.clock.now().getTime() / 1000);
/** What the app shows: now, or so many seconds from now. */
const appCode = (secret: string, from = 0): string => generateSync({ secret, epoch: seconds() + from });
const wrong = (secret: string): string =>
  ['000000', '111111', '222222', '333333'].find(
    (code) => ![-60, -30, 0, 30, 60].some((from) => appCode(secret, from) === code),
  ) ?? '';

/** Somebody with a second step, which they set up on the page of their account. */
async function withStep(
  role: Role,
): Promise<{ account: Account; key: string; recovery: string[]; browser: PageSession }> {
  const [account, browser] = [await person(role), new PageSession(service.app)];
  await firstStep(browser, account);
  await browser.post('/account/second-step', { step: 'begin' });
  const key = keyOn(await browser.get('/account/second-step/set-up'));
  const done = await browser.post('/account/second-step', { step: 'confirm', code: appCode(key) });
  service.clock.set(new Date(service.clock.now().getTime() + 60_000));
  return { account, key, recovery: recoveryOn(done), browser };
}

const isIn = async (browser: PageSession): Promise<boolean> => (await browser.get('/account')).status === 200;

/** As if the person had proved who they are so long ago. */
const age = (account: Account, minutes: number): Promise<unknown> =>
  service.source.query(
    `UPDATE sessions SET sess = jsonb_set(sess::jsonb, '{provedAt}', to_jsonb($2::bigint))::json WHERE sess->>'accountId' = $1`,
    [account.id, Date.now() - minutes * 60_000],
  );

describe('a second step', () => {
  it('is set up by who must have one, before anything else, and then asked for', async () => {
    const account = await person('admin');
    const browser = new PageSession(service.app);
    const first = await inRealUse(() => firstStep(browser, account, '/accounts'));
    expect([first.status, first.headers.location, await isIn(browser)]).toEqual([
      303,
      '/sign-in/second-step/set-up',
      false,
    ]);
    const page = await browser.get('/sign-in/second-step/set-up');
    const key = keyOn(page);
    expect([
      key.length,
      page.text.includes('data:image/svg+xml;base64,'),
      page.text.includes('otpauth://totp/'),
    ]).toEqual([32, true, true]);
    // Opening it again changes nothing.
    expect(keyOn(await browser.get('/sign-in/second-step/set-up'))).toBe(key);
    const refused = await browser.post('/sign-in/second-step/set-up', { code: wrong(key) });
    expect([refused.status, keyOn(refused), await isIn(browser)]).toEqual([400, key, false]);
    const done = await browser.post('/sign-in/second-step/set-up', { code: appCode(key) });
    expect([done.status, recoveryOn(done).length, await isIn(browser)]).toEqual([200, 10, true]);
    expect(done.text).toContain('href="/accounts"');

    service.clock.set(new Date(Date.now() + 60_000));
    const again = new PageSession(service.app);
    const asked = await inRealUse(() => firstStep(again, account));
    expect([asked.headers.location, await isIn(again)]).toEqual(['/sign-in/second-step', false]);
    expect((await again.post('/sign-in/second-step', { code: appCode(key) })).headers.location).toBe(
      '/account',
    );
    expect(await isIn(again)).toBe(true);
    service.clock.set(null);
  });

  it.each(['admin', 'programme'] as const)('is what a %s cannot do without in real use', async (role) => {
    const { browser, recovery } = await withStep(role);
    const answer = await inRealUse(() =>
      browser.post('/account/second-step', { step: 'remove', code: recovery[0] ?? '' }),
    );
    expect([answer.status, saidOn(answer.text)]).toEqual([409, expect.stringContaining('cannot do without')]);
  });

  it.each(['adviser', 'board', 'council'] as const)('is for a %s to choose', async (role) => {
    const account = { role } as Account;
    expect(await inRealUse(() => Promise.resolve(service.app.get(SecondSteps).isRequired(account)))).toBe(
      false,
    );
  });

  it('takes each code once, also of the half-minute before', async () => {
    const { account, key } = await withStep('adviser');
    const [one, other] = [new PageSession(service.app), new PageSession(service.app)];
    for (const browser of [one, other]) await firstStep(browser, account);
    const code = appCode(key, -30);
    expect((await one.post('/sign-in/second-step', { code })).status).toBe(303);
    expect((await other.post('/sign-in/second-step', { code })).status).toBe(400);
    expect((await other.post('/sign-in/second-step', { code: appCode(key, -90) })).status).toBe(400);
    expect((await other.post('/sign-in/second-step', { code: appCode(key, 90) })).status).toBe(400);
    expect((await other.post('/sign-in/second-step', { code: appCode(key) })).status).toBe(303);
  });

  it('takes a recovery code once, in capitals and with spaces too, and tells the owner', async () => {
    const { account, recovery } = await withStep('adviser');
    const [one, other] = [new PageSession(service.app), new PageSession(service.app)];
    for (const browser of [one, other]) await firstStep(browser, account);
    const code = ` ${(recovery[3] ?? '').toUpperCase().replace('-', ' ')} `;
    expect((await one.post('/sign-in/second-step', { code })).status).toBe(303);
    expect((await other.post('/sign-in/second-step', { code })).status).toBe(400);
    expect(saidOn((await one.get('/account/second-step')).text)).toContain(
      '9 of your recovery codes are left',
    );
    const mails = await service.source.query<{ body: string }[]>(
      `SELECT body FROM messages WHERE recipient = $1 AND template = 'account-changed' ORDER BY created_at`,
      [account.email],
    );
    expect(mails.map(({ body }) => body.split('\n')[0])).toEqual([
      'A second step was set up: whoever signs in as you is asked for a code of your app.',
      'A recovery code of yours was used; 9 are left.',
    ]);
  });

  it('is closed for a while after ten wrong codes, to the right one too', async () => {
    const { account, key } = await withStep('adviser');
    const browser = new PageSession(service.app);
    await firstStep(browser, account);
    const tries: number[] = [];
    for (let n = 0; n < 11; n++)
      tries.push((await browser.post('/sign-in/second-step', { code: wrong(key) })).status);
    expect(tries).toEqual([...Array<number>(10).fill(400), 429]);
    expect((await browser.post('/sign-in/second-step', { code: appCode(key) })).status).toBe(429);
  });

  it('opens nothing to who has not brought the first', async () => {
    const stranger = new PageSession(service.app);
    for (const path of ['/sign-in/second-step', '/sign-in/second-step/set-up']) {
      expect((await stranger.get(path)).headers.location).toBe('/sign-in');
      expect((await stranger.post(path, { code: '123456' })).headers.location).toBe('/sign-in');
    }
  });

  it('waits ten minutes for the second, no longer', async () => {
    const { account, key } = await withStep('adviser');
    const browser = new PageSession(service.app);
    await firstStep(browser, account);
    await service.source.query(
      `UPDATE sessions SET sess = jsonb_set(sess::jsonb, '{pending,at}', to_jsonb((sess->'pending'->>'at')::bigint - 600001))::json WHERE sess->'pending'->>'accountId' = $1`,
      [account.id],
    );
    expect((await browser.post('/sign-in/second-step', { code: appCode(key) })).headers.location).toBe(
      '/sign-in',
    );
  });

  it('stands in the database so that nobody reads it there', async () => {
    const { key, account } = await withStep('adviser');
    const [row] = await service.source.query<object[]>('SELECT * FROM second_steps WHERE account_id = $1', [
      account.id,
    ]);
    expect(JSON.stringify(row)).not.toContain(key);
  });
});

describe('a second step of a lost telephone', () => {
  it('is taken away by two administrators, who are not the owner, and not by one', async () => {
    const [owner, first, second] = [
      await withStep('programme'),
      await withStep('admin'),
      await withStep('admin'),
    ];
    const path = `/accounts/${owner.account.id}/second-step`;
    const send = (by: typeof first): Promise<Answer> => by.browser.post(path, { reset: 'yes' });
    expect((await owner.browser.post(path, { reset: 'yes' })).status).toBe(403);
    expect(
      (await first.browser.post(`/accounts/${first.account.id}/second-step`, { reset: 'yes' })).status,
    ).toBe(409);
    expect((await send(first)).status).toBe(303);
    expect((await send(first)).status).toBe(409);
    expect(await isIn(owner.browser)).toBe(true);
    expect((await send(second)).status).toBe(303);
    expect(await isIn(owner.browser)).toBe(false);
    expect(await service.app.get(SecondSteps).confirmed(owner.account.id)).toBeNull();
  });

  it('is not taken away by an administrator who was made for it, a week later, or where the owner has stopped it', async () => {
    const [owner, first] = [await withStep('adviser'), await withStep('admin')];
    const path = `/accounts/${owner.account.id}/second-step`;
    await first.browser.post(path, { reset: 'yes' });
    service.clock.set(new Date(service.clock.now().getTime() + 60_000));
    const puppet = await withStep('admin');
    await service.source.query('UPDATE accounts SET created_at = $2 WHERE id = $1', [
      puppet.account.id,
      service.clock.now(),
    ]);
    expect((await puppet.browser.post(path, { reset: 'yes' })).status).toBe(409);
    expect((await owner.browser.post('/account/second-step', { step: 'keep' })).status).toBe(303);
    const second = await withStep('admin');
    await service.source.query(
      `UPDATE accounts SET created_at = now() - interval '1 year' WHERE id = ANY($1)`,
      [[first.account.id, second.account.id]],
    );
    expect((await second.browser.post(path, { reset: 'yes' })).status).toBe(303);
    await service.source.query(
      `UPDATE second_steps SET reset_asked_at = reset_asked_at - interval '8 days' WHERE account_id = $1`,
      [owner.account.id],
    );
    expect((await first.browser.post(path, { reset: 'yes' })).status).toBe(303);
    expect(await service.app.get(SecondSteps).confirmed(owner.account.id)).not.toBeNull();
    const told = await service.source.query<{ body: string }[]>(
      `SELECT body FROM messages WHERE template = 'reset-asked' AND recipient = $1`,
      [first.account.email],
    );
    expect(told[0]?.body).toContain('asks that the second step of A adviser be taken away');
  });

  it('is taken away on the command line, for the only administrator', async () => {
    const { account, browser } = await withStep('admin');
    await expect(resetSecondStep(service.settings.DATABASE_URL, 'nobody@office.example')).rejects.toThrow(
      'allowed: that of an account',
    );
    await resetSecondStep(service.settings.DATABASE_URL, account.email);
    expect([await isIn(browser), await service.app.get(SecondSteps).confirmed(account.id)]).toEqual([
      false,
      null,
    ]);
  });
});

describe('setting one up', () => {
  it('shows the same key however often the page is loaded, and nobody else’s session knows it', async () => {
    const account = await person('admin');
    const [owner, other] = [new PageSession(service.app), new PageSession(service.app)];
    await inRealUse(() => firstStep(owner, account));
    await inRealUse(() => firstStep(other, account));
    const key = keyOn(await owner.get('/sign-in/second-step/set-up'));
    const theirs = keyOn(await other.get('/sign-in/second-step/set-up'));
    expect(theirs).not.toBe(key);
    expect((await owner.post('/sign-in/second-step/set-up', { code: appCode(key) })).status).toBe(200);
    service.clock.set(new Date(service.clock.now().getTime() + 60_000));
    for (const code of [appCode(key), appCode(theirs)]) {
      expect((await other.post('/sign-in/second-step/set-up', { code: appCode(theirs) })).status).toBe(409);
      expect((await other.post('/sign-in/second-step', { code })).headers.location).toBe('/sign-in');
    }
    expect(await isIn(other)).toBe(false);
  });

  it('waits for a proof where somebody signed in a while ago, so that a session that was found opens nothing more', async () => {
    const [account, browser] = [await person('manager'), new PageSession(service.app)];
    await firstStep(browser, account);
    await age(account, 16);
    expect((await browser.get('/account/second-step')).headers.location).toContain('/account/prove');
    expect((await browser.post('/account/second-step', { step: 'begin' })).status).toBe(403);
  });

  it('gives other recovery codes for a code, and those before open nothing', async () => {
    const { browser, key, recovery } = await withStep('adviser');
    const fresh = recoveryOn(
      await browser.post('/account/second-step', { step: 'renew', code: appCode(key) }),
    );
    expect([fresh.length, fresh.some((code) => recovery.includes(code))]).toEqual([10, false]);
    expect(
      (await browser.post('/account/second-step', { step: 'remove', code: recovery[0] ?? '' })).status,
    ).toBe(400);
    expect(
      (await browser.post('/account/second-step', { step: 'remove', code: fresh[0] ?? '' })).status,
    ).toBe(303);
  });

  it('ends with all sessions, also where somebody is between the two steps', async () => {
    const { account, browser, key } = await withStep('adviser');
    const waiting = new PageSession(service.app);
    await firstStep(waiting, account);
    await browser.post('/account/sessions/end', {});
    expect((await waiting.post('/sign-in/second-step', { code: appCode(key) })).headers.location).toBe(
      '/sign-in',
    );
  });
});

describe('what is risky', () => {
  const RISKY = [
    '/accounts/new',
    '/tokens',
    '/erasures',
    '/peers/export.csv',
    '/recruiting.csv',
    '/imports/availability.csv',
  ];
  it('is shown for a quarter of an hour after a proof, and then asks for another: of the app', async () => {
    const { account, browser, key } = await withStep('admin');
    await age(account, 14);
    for (const path of RISKY) expect([path, (await browser.get(path)).status]).toEqual([path, 200]);
    await age(account, 16);
    for (const path of RISKY)
      expect((await browser.get(path)).headers.location).toBe(
        `/account/prove?next=${encodeURIComponent(path)}`,
      );
    expect((await browser.get('/councils')).status).toBe(200);
    const form = { step: 'prove', next: '/tokens' };
    expect((await browser.post('/account/prove', { ...form, code: wrong(key) })).status).toBe(400);
    expect((await browser.post('/account/prove', { ...form, code: appCode(key) })).headers.location).toBe(
      '/tokens',
    );
    expect((await browser.get('/tokens')).status).toBe(200);
  });

  it('is asked for by mail of who has no app', async () => {
    const [account, browser] = [await person('manager'), new PageSession(service.app)];
    await firstStep(browser, account);
    await age(account, 16);
    const sent = await browser.post('/account/prove', { step: 'send', next: '/peers/export.csv' });
    const attempt = /attempt=([0-9a-f-]+)/.exec(String(sent.headers.location))?.[1] ?? '';
    const form = { step: 'prove', next: '/peers/export.csv', attempt };
    expect((await browser.post('/account/prove', { ...form, attempt: 'x', code: '123456' })).status).toBe(
      400,
    );
    const other = await person('manager');
    const theirs = await new PageSession(service.app).post('/sign-in', { email: other.email });
    const stolen = /code\/([0-9a-f-]+)/.exec(String(theirs.headers.location))?.[1] ?? '';
    expect(
      (
        await browser.post('/account/prove', {
          ...form,
          attempt: stolen,
          code: await codeOf(service, stolen),
        })
      ).status,
    ).toBe(400);
    const done = await browser.post('/account/prove', { ...form, code: await codeOf(service, attempt) });
    expect([done.status, done.text.includes('href="/peers/export.csv"')]).toEqual([200, true]);
    expect((await browser.get('/peers/export.csv')).status).toBe(200);
  });

  it('may be sent as long as a form that was shown may stand open, and loses nothing then', async () => {
    const { account, browser } = await withStep('admin');
    const form = {
      name: 'for the site',
      role: 'board',
      days: '30',
      id: '3d6f0a3e-6a8f-4b0e-9d8e-0d1c0f5f7a01',
    };
    await age(account, 44);
    expect((await browser.post('/tokens', form)).status).toBe(200);
    await age(account, 46);
    const late = await browser.post('/tokens', { ...form, id: '3d6f0a3e-6a8f-4b0e-9d8e-0d1c0f5f7a02' });
    expect([late.status, saidOn(late.text)]).toEqual([
      403,
      expect.stringContaining('Prove that it is still you in a new tab'),
    ]);
  });
});

it('who is given another role signs in anew, with what that role needs', async () => {
  const [account, browser] = [await person('manager'), new PageSession(service.app)];
  await firstStep(browser, account);
  const { browser: admin } = await withStep('admin');
  const page = await admin.get(`/accounts/${account.id}`);
  const version = /name="version" value="(\d+)"/.exec(page.text)?.[1] ?? '';
  const change = { name: account.name, email: account.email, role: 'programme', state: 'active', version };
  expect((await admin.post(`/accounts/${account.id}`, change)).status).toBe(303);
  expect(await isIn(browser)).toBe(false);
});
