import type { Account } from '../../src/people/account.entity.js';
import { SecondSteps } from '../../src/people/second-step/second-steps.service.js';
import { PageSession } from '../support/page-session.js';
import { saidOn } from '../support/people.js';
import { isIn, keyOn, recoveryOn, Office } from '../support/second-step.js';
import { Service } from '../support/service.js';

let service: Service;
let office: Office;

beforeAll(async () => {
  service = await Service.start();
  office = new Office(service);
});
afterAll(() => service.stop());

describe('a second step', () => {
  it('is set up by who must have one, before anything else, and then asked for', async () => {
    const account = await office.person('admin');
    const browser = new PageSession(service.app);
    const first = await office.inRealUse(() => office.firstStep(browser, account, '/accounts'));
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
    const refused = await browser.post('/sign-in/second-step/set-up', { code: office.wrong(key) });
    expect([refused.status, keyOn(refused), await isIn(browser)]).toEqual([400, key, false]);
    const done = await browser.post('/sign-in/second-step/set-up', { code: office.appCode(key) });
    expect([done.status, recoveryOn(done).length, await isIn(browser)]).toEqual([200, 10, true]);
    expect(done.text).toContain('href="/accounts"');

    office.forward();
    const again = new PageSession(service.app);
    const asked = await office.inRealUse(() => office.firstStep(again, account));
    expect([asked.headers.location, await isIn(again)]).toEqual(['/sign-in/second-step', false]);
    expect((await again.post('/sign-in/second-step', { code: office.appCode(key) })).headers.location).toBe(
      '/account',
    );
    expect(await isIn(again)).toBe(true);
    service.clock.set(null);
  });

  it.each(['admin', 'programme'] as const)('is what a %s cannot do without in real use', async (role) => {
    const { browser, recovery } = await office.withStep(role);
    const answer = await office.inRealUse(() =>
      browser.post('/account/second-step', { step: 'remove', code: recovery[0] ?? '' }),
    );
    expect([answer.status, saidOn(answer.text)]).toEqual([409, expect.stringContaining('cannot do without')]);
  });

  it.each(['adviser', 'board', 'council'] as const)('is for a %s to choose', async (role) => {
    const account = { role } as Account;
    expect(
      await office.inRealUse(() => Promise.resolve(service.app.get(SecondSteps).isRequired(account))),
    ).toBe(false);
  });

  it('takes each code once, also of the half-minute before', async () => {
    const { account, key } = await office.withStep('adviser');
    const [one, other] = [new PageSession(service.app), new PageSession(service.app)];
    for (const browser of [one, other]) await office.firstStep(browser, account);
    const code = office.appCode(key, -30);
    expect((await one.post('/sign-in/second-step', { code })).status).toBe(303);
    expect((await other.post('/sign-in/second-step', { code })).status).toBe(400);
    expect((await other.post('/sign-in/second-step', { code: office.appCode(key, -90) })).status).toBe(400);
    expect((await other.post('/sign-in/second-step', { code: office.appCode(key, 90) })).status).toBe(400);
    expect((await other.post('/sign-in/second-step', { code: office.appCode(key) })).status).toBe(303);
  });

  it('takes a recovery code once, in capitals and with spaces too, and tells the owner', async () => {
    const { account, recovery } = await office.withStep('adviser');
    const [one, other] = [new PageSession(service.app), new PageSession(service.app)];
    for (const browser of [one, other]) await office.firstStep(browser, account);
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
    expect(mails.map(({ body }) => body.split('\n\n')[1])).toEqual([
      'A second step was set up: whoever signs in as you is asked for a code of your app.',
      'A recovery code of yours was used; 9 are left.',
    ]);
  });

  it('is closed for a while after ten wrong codes, to the right one too', async () => {
    const { account, key } = await office.withStep('adviser');
    const browser = new PageSession(service.app);
    await office.firstStep(browser, account);
    const tries: number[] = [];
    for (let n = 0; n < 11; n++)
      tries.push((await browser.post('/sign-in/second-step', { code: office.wrong(key) })).status);
    expect(tries).toEqual([...Array<number>(10).fill(400), 429]);
    expect((await browser.post('/sign-in/second-step', { code: office.appCode(key) })).status).toBe(429);
  });

  it('opens nothing to who has not brought the first', async () => {
    const stranger = new PageSession(service.app);
    for (const path of ['/sign-in/second-step', '/sign-in/second-step/set-up']) {
      expect((await stranger.get(path)).headers.location).toBe('/sign-in');
      expect((await stranger.post(path, { code: '123456' })).headers.location).toBe('/sign-in');
    }
  });

  it('waits ten minutes for the second, no longer', async () => {
    const { account, key } = await office.withStep('adviser');
    const browser = new PageSession(service.app);
    await office.firstStep(browser, account);
    await service.source.query(
      `UPDATE sessions SET sess = jsonb_set(sess::jsonb, '{pending,at}', to_jsonb((sess->'pending'->>'at')::bigint - 600001))::json WHERE sess->'pending'->>'accountId' = $1`,
      [account.id],
    );
    expect((await browser.post('/sign-in/second-step', { code: office.appCode(key) })).headers.location).toBe(
      '/sign-in',
    );
  });

  it('stands in the database so that nobody reads it there', async () => {
    const { key, account } = await office.withStep('adviser');
    const [row] = await service.source.query<object[]>('SELECT * FROM second_steps WHERE account_id = $1', [
      account.id,
    ]);
    expect(JSON.stringify(row)).not.toContain(key);
  });
});

describe('setting one up', () => {
  it('shows the same key however often the page is loaded, and nobody else’s session knows it', async () => {
    const account = await office.person('admin');
    const [owner, other] = [new PageSession(service.app), new PageSession(service.app)];
    await office.inRealUse(() => office.firstStep(owner, account));
    await office.inRealUse(() => office.firstStep(other, account));
    const key = keyOn(await owner.get('/sign-in/second-step/set-up'));
    const theirs = keyOn(await other.get('/sign-in/second-step/set-up'));
    expect(theirs).not.toBe(key);
    expect((await owner.post('/sign-in/second-step/set-up', { code: office.appCode(key) })).status).toBe(200);
    office.forward();
    for (const code of [office.appCode(key), office.appCode(theirs)]) {
      expect((await other.post('/sign-in/second-step/set-up', { code: office.appCode(theirs) })).status).toBe(
        409,
      );
      expect((await other.post('/sign-in/second-step', { code })).headers.location).toBe('/sign-in');
    }
    expect(await isIn(other)).toBe(false);
  });

  it('waits for a proof where somebody signed in a while ago, so that a session that was found opens nothing more', async () => {
    const [account, browser] = [await office.person('manager'), new PageSession(service.app)];
    await office.firstStep(browser, account);
    await office.age(account, 16);
    expect((await browser.get('/account/second-step')).headers.location).toContain('/account/prove');
    expect((await browser.post('/account/second-step', { step: 'begin' })).status).toBe(403);
  });

  it('gives other recovery codes for a code, and those before open nothing', async () => {
    const { browser, key, recovery } = await office.withStep('adviser');
    const fresh = recoveryOn(
      await browser.post('/account/second-step', { step: 'renew', code: office.appCode(key) }),
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
    const { account, browser, key } = await office.withStep('adviser');
    const waiting = new PageSession(service.app);
    await office.firstStep(waiting, account);
    await browser.post('/account/sessions/end', {});
    expect((await waiting.post('/sign-in/second-step', { code: office.appCode(key) })).headers.location).toBe(
      '/sign-in',
    );
  });
});
