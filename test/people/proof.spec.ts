import { routesOf } from '../support/routes.js';
import { resetSecondStep } from '../../src/commands/admin-work.js';
import { SecondSteps } from '../../src/people/second-step/second-steps.service.js';
import { PageSession, type Answer } from '../support/page-session.js';
import { codeOf, saidOn } from '../support/people.js';
import { isIn, Office, type Stepped } from '../support/second-step.js';
import { Service } from '../support/service.js';

let service: Service;
let office: Office;

beforeAll(async () => {
  service = await Service.start();
  office = new Office(service);
});
afterAll(() => service.stop());

describe('a second step of a lost telephone', () => {
  it('is taken away by two administrators, who are not the owner, and not by one', async () => {
    const [owner, first, second] = [
      await office.withStep('programme'),
      await office.withStep('admin'),
      await office.withStep('admin'),
    ];
    const path = `/accounts/${owner.account.id}/second-step`;
    const send = (by: Stepped): Promise<Answer> => by.browser.post(path, { reset: 'yes' });
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
    const [owner, first] = [await office.withStep('adviser'), await office.withStep('admin')];
    const path = `/accounts/${owner.account.id}/second-step`;
    await first.browser.post(path, { reset: 'yes' });
    office.forward();
    const puppet = await office.withStep('admin');
    await service.source.query('UPDATE accounts SET created_at = $2 WHERE id = $1', [
      puppet.account.id,
      service.clock.now(),
    ]);
    expect((await puppet.browser.post(path, { reset: 'yes' })).status).toBe(409);
    expect((await owner.browser.post('/account/second-step', { step: 'keep' })).status).toBe(303);
    const second = await office.withStep('admin');
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
    const { account, browser } = await office.withStep('admin');
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

describe('every page of accounts', () => {
  it('asks for a proof, whoever adds another one', () => {
    const open = routesOf(service.app)
      .filter(({ rule }) => rule?.action === 'accounts.write')
      .filter(({ isProved }) => !isProved);
    expect(open.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
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
    const { account, browser, key } = await office.withStep('admin');
    await office.age(account, 14);
    for (const path of RISKY) expect([path, (await browser.get(path)).status]).toEqual([path, 200]);
    await office.age(account, 16);
    for (const path of RISKY)
      expect((await browser.get(path)).headers.location).toBe(
        `/account/prove?next=${encodeURIComponent(path)}`,
      );
    expect((await browser.get('/councils')).status).toBe(200);
    const form = { step: 'prove', next: '/tokens' };
    expect((await browser.post('/account/prove', { ...form, code: office.wrong(key) })).status).toBe(400);
    expect(
      (await browser.post('/account/prove', { ...form, code: office.appCode(key) })).headers.location,
    ).toBe('/tokens');
    expect((await browser.get('/tokens')).status).toBe(200);
  });

  it('is asked for by mail of who has no app', async () => {
    const [account, browser] = [await office.person('manager'), new PageSession(service.app)];
    await office.firstStep(browser, account);
    await office.age(account, 16);
    const sent = await browser.post('/account/prove', { step: 'send', next: '/peers/export.csv' });
    const attempt = /attempt=([0-9a-f-]+)/.exec(String(sent.headers.location))?.[1] ?? '';
    const form = { step: 'prove', next: '/peers/export.csv', attempt };
    expect((await browser.post('/account/prove', { ...form, attempt: 'x', code: '123456' })).status).toBe(
      400,
    );
    const other = await office.person('manager');
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
    const { account, browser } = await office.withStep('admin');
    const form = {
      name: 'for the site',
      role: 'board',
      days: '30',
      id: '3d6f0a3e-6a8f-4b0e-9d8e-0d1c0f5f7a01',
    };
    await office.age(account, 44);
    expect((await browser.post('/tokens', form)).status).toBe(200);
    await office.age(account, 46);
    const late = await browser.post('/tokens', { ...form, id: '3d6f0a3e-6a8f-4b0e-9d8e-0d1c0f5f7a02' });
    expect([late.status, saidOn(late.text)]).toEqual([
      403,
      expect.stringContaining('Prove that it is still you in a new tab'),
    ]);
  });
});

it('who is given another role signs in anew, with what that role needs', async () => {
  const [account, browser] = [await office.person('manager'), new PageSession(service.app)];
  await office.firstStep(browser, account);
  const { browser: admin } = await office.withStep('admin');
  const page = await admin.get(`/accounts/${account.id}`);
  const version = /name="version" value="(\d+)"/.exec(page.text)?.[1] ?? '';
  const change = { name: account.name, email: account.email, role: 'programme', state: 'active', version };
  expect((await admin.post(`/accounts/${account.id}`, change)).status).toBe(303);
  expect(await isIn(browser)).toBe(false);
});
