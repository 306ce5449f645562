import { generateSync } from 'otplib';
import { Account } from '../../src/people/account.entity.js';
import type { Role } from '../../src/people/permissions.js';
import { PageSession, type Answer } from './page-session.js';
import { codeOf } from './people.js';
import type { Service } from './service.js';

export const keyOn = ({ text }: Answer): string =>
  (/<code class="cf-code">([A-Z2-7 ]+)<\/code>/.exec(text)?.[1] ?? '').replaceAll(' ', '');
export const recoveryOn = ({ text }: Answer): string[] =>
  [...text.matchAll(/<code class="cf-code">([a-z2-9-]+)<\/code>/g)].map(([, code = '']) => code);

/** Somebody with a second step, the key of their app, their recovery codes and a browser that is signed in. */
export interface Stepped {
  account: Account;
  key: string;
  recovery: string[];
  browser: PageSession;
}

export const isIn = async (browser: PageSession): Promise<boolean> =>
  (await browser.get('/account')).status === 200;

/** People of the office who are no invention of the example, and their authenticator apps. */
export class Office {
  private next = 0;

  constructor(private readonly service: Service) {}

  person(role: Role): Promise<Account> {
    return this.service.source.manager.save(Account, {
      email: `${role}-${String(++this.next)}@office.example`,
      name: `A ${role}`,
      role,
    });
  }

  /** As in real use, where some roles cannot do without; the database stays what it is. */
  async inRealUse<T>(work: () => Promise<T>): Promise<T> {
    this.service.settings.MODE = 'live';
    try {
      return await work();
    } finally {
      this.service.settings.MODE = 'example';
    }
  }

  /** Brings the code of the mail, and waits until the session that it made is written for the last time. */
  async firstStep(browser: PageSession, { email }: Account, to = '/account'): Promise<Answer> {
    const asked = await browser.post('/sign-in', { email, next: to });
    const attempt = /code\/([0-9a-f-]+)/.exec(String(asked.headers.location))?.[1] ?? '';
    const code = await codeOf(this.service, attempt);
    const answer = await browser.post(`/sign-in/code/${attempt}`, { code, next: to });
    await browser.get('/privacy');
    return answer;
  }

  /** What the app shows: now, or so many seconds from now. */
  appCode(secret: string, from = 0): string {
    return generateSync({ secret, epoch: Math.floor(this.service.clock.now().getTime() / 1000) + from });
  }

  /** A code that the app shows at no time near now. */
  wrong(secret: string): string {
    const near = [-60, -30, 0, 30, 60].map((from) => this.appCode(secret, from));
    return ['000000', '111111', '222222', '333333'].find((code) => !near.includes(code)) ?? '';
  }

  /** Somebody who sets a second step up on the page of their account; a minute later its first code is past. */
  async withStep(role: Role): Promise<Stepped> {
    const [account, browser] = [await this.person(role), new PageSession(this.service.app)];
    await this.firstStep(browser, account);
    await browser.post('/account/second-step', { step: 'begin' });
    const key = keyOn(await browser.get('/account/second-step/set-up'));
    const done = await browser.post('/account/second-step', { step: 'confirm', code: this.appCode(key) });
    this.forward();
    return { account, key, recovery: recoveryOn(done), browser };
  }

  /** A minute later. */
  forward(): void {
    this.service.clock.set(new Date(this.service.clock.now().getTime() + 60_000));
  }

  /** As if the person had proved who they are so many minutes ago. */
  age({ id }: Account, minutes: number): Promise<unknown> {
    return this.service.source.query(
      `UPDATE sessions SET sess = jsonb_set(sess::jsonb, '{provedAt}', to_jsonb($2::bigint))::json WHERE sess->>'accountId' = $1`,
      [id, Date.now() - minutes * 60_000],
    );
  }
}
