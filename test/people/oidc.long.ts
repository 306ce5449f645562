import { fork, type ChildProcess } from 'node:child_process';
import { createSign, generateKeyPairSync, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withSource } from '../../src/commands/prepare-database.js';
import { Account } from '../../src/people/account.entity.js';
import { asApplication, createDatabase } from '../support/database.js';
import { eventually } from '../support/service.js';
import { CERTIFICATE } from '../support/certificate.js';
import { PageSession } from '../support/page-session.js';
import { freePort } from '../support/ports.js';

const CLIENT = 'critical-friend';

/** A provider of sign-ins that vouches for whatever address it is told to. */
class Provider {
  email = 'owen@provider.example';
  /** What it says of the address; undefined where it says nothing. */
  verified: boolean | undefined = true;
  /** Whether it names the address only to who asks further. */
  keepsAddress = false;
  private readonly keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  /** Whether its word is signed with a key that it does not publish. */
  isForged = false;
  private readonly others = generateKeyPairSync('rsa', { modulusLength: 2048 });
  private readonly nonces = new Map<string, string>();
  private server: Server | null = null;
  issuer = '';

  async start(): Promise<void> {
    this.server = createServer(CERTIFICATE, (request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const body = new URLSearchParams(Buffer.concat(parts).toString());
        response
          .writeHead(200, { 'Content-Type': 'application/json' })
          .end(JSON.stringify(this.answer(request.url ?? '', body)));
      });
    }).listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    this.issuer = `https://127.0.0.1:${String((this.server.address() as AddressInfo).port)}`;
  }

  stop(): void {
    this.server?.closeAllConnections();
    this.server?.close();
  }

  /** What a person brings back who has signed in there. */
  codeFor(location: string): { code: string; state: string } {
    const { searchParams } = new URL(location);
    const code = randomUUID();
    this.nonces.set(code, searchParams.get('nonce') ?? '');
    return { code, state: searchParams.get('state') ?? '' };
  }

  private answer(path: string, body: URLSearchParams): object {
    const { issuer } = this;
    if (path.includes('openid-configuration'))
      return {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        userinfo_endpoint: `${issuer}/me`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
      };
    if (path === '/keys')
      return {
        keys: [{ ...this.keys.publicKey.export({ format: 'jwk' }), kid: '1', alg: 'RS256', use: 'sig' }],
      };
    const told = { email: this.email, email_verified: this.verified };
    if (path === '/me') return { sub: '1', ...told };
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: issuer,
      sub: '1',
      aud: CLIENT,
      iat: now,
      exp: now + 60,
      nonce: this.nonces.get(body.get('code') ?? ''),
      ...(this.keepsAddress ? {} : told),
    };
    return { access_token: 'x', token_type: 'Bearer', id_token: this.signed(claims) };
  }

  private signed(claims: object): string {
    const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
    const text = `${encode({ alg: 'RS256', kid: '1' })}.${encode(claims)}`;
    const { privateKey } = this.isForged ? this.others : this.keys;
    return `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey).toString('base64url')}`;
  }
}

const provider = new Provider();
/** The service, in a process of its own that trusts the provider's certificate. */
let web: ChildProcess;
let address: string;

/** What it says in its log. */
let log = '';
let url: string;

beforeAll(async () => {
  await provider.start();
  url = asApplication(await createDatabase());
  await withSource(url, ({ manager }) =>
    manager.save(Account, { email: 'owen@provider.example', name: 'Owen', role: 'board' as const }),
  );
  await begin();
});
afterAll(async () => {
  await end();
  provider.stop();
});

async function begin(more: Record<string, string> = {}): Promise<void> {
  const trusted = join(tmpdir(), `critical-friend-provider-${String(process.pid)}.pem`);
  writeFileSync(trusted, CERTIFICATE.cert);
  const port = String(await freePort());
  address = `http://127.0.0.1:${port}`;
  const database = { DATABASE_URL: url, MODE: 'example', LOG_LEVEL: 'warn', PORT: port, ADDRESS: address };
  const oidc = {
    OIDC_ISSUER: provider.issuer,
    OIDC_CLIENT_ID: CLIENT,
    OIDC_CLIENT_SECRET: 'secret',
    NODE_EXTRA_CA_CERTS: trusted,
  };
  web = fork(new URL('../../src/main.js', import.meta.url).pathname, {
    env: { PATH: process.env.PATH, ...database, ...oidc, ...more },
    execArgv: [],
    silent: true,
  });
  web.stdout?.on('data', (chunk: Buffer) => (log += String(chunk)));
  web.stderr?.resume();
  await once(web, 'message');
}

async function end(): Promise<void> {
  web.kill('SIGTERM');
  await once(web, 'exit');
}

/** How the way back is answered to somebody who signed in at the provider. */
async function answered(person = new PageSession(address)): Promise<number> {
  const { code, state } = provider.codeFor(await come(person));
  return (await person.get(`/sign-in/provider/callback?code=${code}&state=${state}`)).status;
}

async function come(person: PageSession): Promise<string> {
  expect((await person.get('/sign-in')).text).toContain('Sign in with your organisation');
  return String((await person.post('/sign-in/provider', { next: '/account' })).headers.location);
}

describe('sign-in by a provider', () => {
  it('takes the address that it vouches for, and goes on to the page that was asked for', async () => {
    const person = new PageSession(address);
    const { code, state } = provider.codeFor(await come(person));
    const back = await person.get(`/sign-in/provider/callback?code=${code}&state=${state}`);
    expect([back.status, back.headers.location]).toEqual([303, '/account']);
    expect((await person.get('/account')).text).toContain('Owen');
  });

  it('is refused with another’s answer, for an unknown address, and for one that is not verified', async () => {
    const [person, other] = [new PageSession(address), new PageSession(address)];
    const { code, state } = provider.codeFor(await come(other));
    await come(person);
    expect((await person.get(`/sign-in/provider/callback?code=${code}&state=${state}`)).status).toBe(403);
    for (const [email, verified, why] of [
      ['nobody@provider.example', true, 'its address may not sign in here'],
      ['owen@provider.example', false, 'does not say that the address is verified'],
      ['owen@provider.example', undefined, 'does not say that the address is verified'],
    ] as const) {
      Object.assign(provider, { email, verified });
      expect([email, verified, await answered()]).toEqual([email, verified, 403]);
      await eventually(() => Promise.resolve(log.includes(why)), `"${why}" in the log`);
      log = '';
    }
    expect(log).not.toContain('@provider.example');
  });

  it('is refused where what the provider says is signed with a key that it does not publish', async () => {
    Object.assign(provider, { email: 'owen@provider.example', verified: true, isForged: true });
    expect(await answered()).toBe(403);
    provider.isForged = false;
    expect(await answered()).toBe(303);
  });

  it('takes the address from where the provider keeps it for those who ask further', async () => {
    Object.assign(provider, { email: 'owen@provider.example', verified: true, keepsAddress: true });
    const person = new PageSession(address);
    expect(await answered(person)).toBe(303);
    expect((await person.get('/account')).text).toContain('Owen');
    provider.verified = false;
    expect(await answered()).toBe(403);
  });

  it('trusts every address of a provider where it is told to', async () => {
    await end();
    await begin({ OIDC_TRUST_ADDRESSES: 'yes' });
    Object.assign(provider, { verified: undefined, keepsAddress: false });
    expect(await answered()).toBe(303);
    // But not one of which it says that it is not.
    provider.verified = false;
    expect(await answered()).toBe(403);
    Object.assign(provider, { verified: undefined });
    provider.email = 'nobody@provider.example';
    expect(await answered()).toBe(403);
  });
});
