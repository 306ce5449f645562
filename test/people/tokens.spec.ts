import { endToken, makeToken, tokenLines } from '../../src/commands/admin-work.js';
import { ApiToken } from '../../src/people/api-token.entity.js';
import { Given } from '../support/given.js';
import { Account } from '../../src/people/account.entity.js';
import { PageSession } from '../support/page-session.js';
import { saidOn, signedIn } from '../support/people.js';
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

const named = (name: string): Promise<ApiToken> => service.source.manager.findOneByOrFail(ApiToken, { name });
const make = (form: object): ReturnType<PageSession['post']> =>
  admin.post('/tokens', { name: 'reports', role: 'board', days: '365', ...form });
const shownIn = (html: string): string => /<code>(cf_[\w-]{43})<\/code>/.exec(html)?.[1] ?? '';
const statusOf = async (token: string, path = '/api/kinds'): Promise<number> =>
  (await service.send({ token }, 'get', path)).status;

describe('a token that an administrator makes', () => {
  it('is shown once, opens what its role may, and is stored as a hash', async () => {
    const page = await make({ name: 'website' });
    const token = shownIn(page.text);
    expect([page.status, await statusOf(token), await statusOf(token, '/api/audit')]).toEqual([
      200, 200, 403,
    ]);
    expect((await admin.get('/tokens')).text).not.toContain(token);
    const [row] = await service.source.query<{ all: string }[]>(
      `SELECT t::text AS all FROM api_tokens t WHERE name = 'website'`,
    );
    expect(row?.all).not.toContain(token);
    const [entry] = await service.source.query<{ details: object }[]>(
      `SELECT details FROM audit_entries WHERE action = 'token.made' ORDER BY id DESC LIMIT 1`,
    );
    expect(entry?.details).toMatchObject({ name: 'website', role: 'board', days: 365 });
    expect(JSON.stringify(entry)).not.toContain(token);
  });

  it('speaks for one region or council of the register', async () => {
    const region = shownIn((await make({ name: 'south west', role: 'adviser', region: 'South West' })).text);
    expect(await statusOf(region)).toBe(200);
    const council = await new Given(service).council('E08000028');
    await make({ name: 'sandwell', role: 'council', council: 'E08000028' });
    expect(await named('sandwell')).toMatchObject({ councilId: council.id, readOnly: false });
  });

  it.each<[string, object, string]>([
    ['without what it is for', { name: '' }, 'Enter what it is for'],
    ['of no role', { role: 'king' }, 'Choose the role'],
    ['of a region that is none', { role: 'adviser', region: 'Wales' }, 'allowed: East Midlands'],
    ['of a council that is none', { role: 'council', council: 'E1' }, 'allowed: a code of the register'],
    ['of a council’s role without a council', { role: 'council' }, 'Enter the council that it is for'],
    ['of a group office without a party', { role: 'group' }, 'Enter the party that it is for'],
    ['for more than a year', { days: '366' }, 'Enter a number of days from 1 to 365'],
    ['for no day', { days: '0' }, 'Enter a number of days from 1 to 365'],
  ])('is refused %s, and nothing that was typed is lost', async (_, form, said) => {
    const before = await service.source.manager.count(ApiToken);
    const refused = await make({ name: 'refused', ...form });
    expect(refused.status).toBe(400);
    expect(saidOn(refused.text).replaceAll('&quot;', '"')).toContain(said);
    if (!('name' in form)) expect(refused.text).toContain('value="refused"');
    expect(await service.source.manager.count(ApiToken)).toBe(before);
  });

  it('holds for its days and not a moment longer', async () => {
    const token = shownIn((await make({ name: 'short', days: '1' })).text);
    const { expiresAt } = await named('short');
    service.clock.set(new Date(expiresAt.getTime() - 1000));
    expect(await statusOf(token)).toBe(200);
    service.clock.set(expiresAt);
    expect(await statusOf(token)).toBe(401);
    expect(saidOn((await admin.get('/tokens')).text)).toContain('past its end');
  });

  it('holds for a year at most: the database itself forbids more', async () => {
    await expect(
      service.source.query(
        `INSERT INTO api_tokens (hash, name, role, expires_at) VALUES ('h', 'for ever', 'board', now() + interval '400 days')`,
      ),
    ).rejects.toThrow('api_tokens_expiry');
  });

  it('that is for reading changes nothing, whatever its role may', async () => {
    const token = shownIn((await make({ name: 'reader', role: 'programme', readOnly: 'yes' })).text);
    expect(await statusOf(token)).toBe(200);
    const { id: councilId } = await new Given(service).council('E08000028');
    const body = { councilId, kind: 'finance', windows: [] };
    for (const method of ['post', 'put', 'patch'] as const) {
      const path = { post: '/api/challenges', put: '/api/policies/skills', patch: `/api/peers/${councilId}` };
      const refused = await service.send({ token }, method, path[method], body);
      expect([method, refused.status, (refused.body as { type: string }).type]).toEqual([
        method,
        403,
        'urn:critical-friend:problem:read-only',
      ]);
    }
  });

  it('says on which day it was last used', async () => {
    const token = shownIn((await make({ name: 'used' })).text);
    expect((await named('used')).lastUsedOn).toBeNull();
    service.clock.set(new Date('2027-01-05T12:00:00Z'));
    await statusOf(token);
    service.clock.set(new Date('2027-01-07T12:00:00Z'));
    for (let n = 0; n < 3; n++) await statusOf(token);
    expect((await named('used')).lastUsedOn).toBe('2027-01-07');
    service.clock.set(null);
    expect(saidOn((await admin.get('/tokens')).text)).toContain('Thursday 7 January 2027');
  });

  it('opens nothing once it is ended, by the page, by the API or on the command line', async () => {
    const ways: Record<string, (id: string) => Promise<unknown>> = {
      page: (id) => admin.post(`/tokens/${id}/end`, { end: 'yes' }),
      api: (id) => service.send('admin', 'post', `/api/tokens/${id}/revoke`),
      command: (id) => endToken(service.settings, id),
    };
    for (const [way, end] of Object.entries(ways)) {
      const token = shownIn((await make({ name: `ended by ${way}` })).text);
      const { id } = await named(`ended by ${way}`);
      expect(await statusOf(token)).toBe(200);
      await end(id);
      expect([way, await statusOf(token)]).toEqual([way, 401]);
      const { revokedAt } = await named(`ended by ${way}`);
      await end(id);
      expect((await named(`ended by ${way}`)).revokedAt).toEqual(revokedAt);
    }
    expect((await admin.post('/tokens/nobody/end', { end: 'yes' })).status).toBe(404);
  });
});

describe('tokens', () => {
  it('are an administrator’s affair', async () => {
    for (const role of ['programme', 'adviser', 'board', 'council'] as const) {
      const other = await signedIn(service, role);
      expect((await other.get('/tokens')).status).toBe(403);
      expect((await other.post('/tokens', { name: 'x', role: 'admin', days: '1' })).status).toBe(403);
      expect((await service.send(role === 'council' ? 'board' : role, 'get', '/api/tokens')).status).toBe(
        403,
      );
    }
  });

  it('are listed by the API without anything that opens something', async () => {
    const made = await service.done<{ token: string }>('admin', 'post', '/api/tokens', {
      name: 'by the API',
      role: 'adviser',
      region: 'South West',
      days: 30,
      readOnly: true,
    });
    expect(await statusOf(made.token)).toBe(200);
    const answer = await service.send('admin', 'get', '/api/tokens');
    const list = answer.body as { name: string; readOnly: boolean; region: string | null }[];
    expect(list.find(({ name }) => name === 'by the API')).toMatchObject({
      readOnly: true,
      region: 'South West',
    });
    expect(answer.text).not.toMatch(/hash|cf_/);
  });

  it('are made and listed on the command line, each with its end and its last use', async () => {
    const { settings } = service;
    const wanted = { role: 'board', name: 'from the shell', days: '7', readOnly: true };
    expect(await statusOf(await makeToken(settings, wanted))).toBe(200);
    const line = (await tokenLines(settings)).find((one) => one.includes('from the shell'));
    expect(line).toMatch(
      /^[0-9a-f-]{36} {2}from the shell {2}board {2}until \d{4}-\d{2}-\d{2} {2}last used: \d{4}-\d{2}-\d{2}$/,
    );
    await expect(makeToken(settings, { ...wanted, days: 'long' })).rejects.toThrow(
      '--days: found NaN; allowed: 1 to 365',
    );
    await expect(endToken(settings, 'nobody')).rejects.toThrow('allowed: the id of a token');
  });

  it('are told to the other administrators, and to the peer for whom they speak', async () => {
    const { id } = await new Given(service).peer({
      class: 'officer',
      positions: ['s151'],
      email: 'pat@peers.example',
    });
    const [maker, other] = ['maker', 'other'].map((name) => ({
      email: `${name}@admins.example`,
      name,
      role: 'admin' as const,
      example: true,
    }));
    const made = await service.source.manager.save(Account, [maker, other] as Account[]);
    const browser = await new PageSession(service.app).be(made[0]?.id ?? '');
    await browser.post('/tokens', { name: 'for pat', role: 'peer', peer: id, days: '10' });
    const told = await service.source.query<{ recipient: string; body: string }[]>(
      `SELECT recipient, body FROM messages WHERE template = 'token-made' AND body LIKE '%for pat%' ORDER BY recipient`,
    );
    const recipients = told.map(({ recipient }) => recipient);
    expect(recipients).toEqual(expect.arrayContaining(['other@admins.example', 'pat@peers.example']));
    expect(recipients).not.toContain('maker@admins.example');
    expect(told[0]?.body).toContain('can use the service as peer: “for pat”');
  });
});
