import { randomUUID } from 'node:crypto';
import { RETENTION } from '../../src/erasure/retention.js';
import { FIRST_REFERENCE } from '../../src/reference/first-content.js';
import { RetentionService } from '../../src/erasure/retention.service.js';
import { Given } from '../support/given.js';
import type { PageSession } from '../support/page-session.js';
import { saidOn, signedIn, versionOn } from '../support/people.js';
import { Service } from '../support/service.js';

const NOW = new Date('2027-03-01T03:00:00Z');
const HELD = 'held@people.example';

let service: Service;
let office: PageSession;
let peer: string;
let challenge: string;

const daysAgo = (days: number): Date => new Date(NOW.getTime() - days * 86_400_000);

beforeAll(async () => {
  service = await Service.start({ worker: false });
  const given = new Given(service);
  await given.financePool(1);
  challenge = (await given.scoped('E08000028')).id;
  const [row] = await service.source.query<{ id: string }[]>('SELECT id FROM peers LIMIT 1');
  peer = row?.id ?? '';
  office = await signedIn(service, 'programme');
}, 60_000);
afterAll(() => service.stop());

/** One row of a kind that came to its end at an instant; the table, and the row's id or hash. */
const MADE: Record<string, (end: Date, name: string) => Promise<string>> = {
  codes: async (end) => {
    const [account] = await service.source.query<{ id: string }[]>('SELECT id FROM accounts LIMIT 1');
    return insert('sign_in_codes', {
      id: randomUUID(),
      account_id: account?.id,
      hash: 'x',
      tries: 0,
      expires_at: end,
      created_at: end,
    });
  },
  answers: (end, name) =>
    insert('idempotency_keys', { actor: 'x', key: name, request_hash: 'x', created_at: end }, 'key'),
  links: (end, name) =>
    insert('links', { hash: name, purpose: 'invitation', subject: peer, expires_at: end }, 'hash'),
  messages: (end, name) => message(end, name, `${name}@people.example`),
  soundings: (end) => sounding(end),
  applications: (end, name) => application(end, `${name}@people.example`),
  tokens: (end, name) =>
    insert('api_tokens', { name, hash: name, role: 'board', expires_at: end, created_at: end }),
};

async function insert(table: string, row: Record<string, unknown>, key = 'id'): Promise<string> {
  const columns = Object.keys(row);
  const [made] = await service.source.query<Record<string, string>[]>(
    `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((_, n) => `$${String(n + 1)}`).join(', ')}) RETURNING ${key}`,
    Object.values(row),
  );
  return made?.[key] ?? '';
}
const message = (end: Date, name: string, recipient: string): Promise<string> =>
  insert('messages', {
    ...{ cause: name, template: 'x', about: 'x', recipient, subject: 'x', state: 'sent' },
    ...{ sent_at: end, created_at: end },
  });
const sounding = async (end: Date): Promise<string> => {
  await service.source.query('DELETE FROM soundings WHERE expires_at < $1', [daysAgo(999)]);
  const { id } = await new Given(service).peer({ class: 'officer', positions: ['head'] });
  return insert('soundings', { challenge_id: challenge, peer_id: id, seat: 'x', expires_at: end });
};
const application = async (end: Date, email: string): Promise<string> => {
  const id = await insert('applications', {
    ...{ route: 'applied', name: 'Dan Eves', email, class: 'officer', positions: [], state: 'declined' },
    ...{ actor: 'x', version: 1, created_at: end },
  });
  await insert('application_changes', {
    application_id: id,
    '"to"': 'declined',
    reason: 'x',
    actor: 'x',
    at: end,
  });
  return id;
};

const TABLES: Record<string, [table: string, key: string]> = {
  codes: ['sign_in_codes', 'id'],
  answers: ['idempotency_keys', 'key'],
  links: ['links', 'hash'],
  messages: ['messages', 'id'],
  soundings: ['soundings', 'id'],
  applications: [`applications WHERE name <> 'Erased person' AND`, 'id'],
  tokens: ['api_tokens', 'id'],
};
async function isThere(kind: string, key: string): Promise<boolean> {
  const [table = '', column = ''] = TABLES[kind] ?? [];
  const where = table.endsWith('AND') ? '' : ' WHERE';
  const rows = await service.source.query<object[]>(`SELECT FROM ${table}${where} ${column} = $1`, [key]);
  return rows.length > 0;
}

describe('data that was used last longer ago than policy says', () => {
  it.each(RETENTION.map(({ kind }) => kind))(
    'is removed at night, and not a day before: %s',
    async (kind) => {
      const days = FIRST_REFERENCE.retention[kind];
      const made = MADE[kind];
      if (!made) throw new Error(`nothing makes a row of ${kind}`);
      const old = await made(daysAgo(days + 0.1), `old-${kind}`);
      const young = await made(daysAgo(days - 0.1), `young-${kind}`);
      await service.app.get(RetentionService).run(NOW);
      expect([await isThere(kind, old), await isThere(kind, young)]).toEqual([false, true]);
      const said = await service.source.query<object[]>(
        `SELECT FROM application_changes WHERE application_id::text = $1 AND reason = 'x'`,
        [old],
      );
      expect(said).toEqual([]);
      const [run] = await service.source.query<{ removed: number }[]>(
        `SELECT removed FROM retention_runs WHERE kind = $1 AND day = '2027-03-01'`,
        [kind],
      );
      expect(run?.removed).toBeGreaterThan(0);
    },
  );
});

describe('a legal hold', () => {
  it('keeps what there is of an address until it is ended, and nobody is erased meanwhile', async () => {
    const held = await message(daysAgo(999), 'held', HELD);
    const applied = await application(daysAgo(999), 'Held@people.example');
    const untouched = await office.post('/retention/holds', {});
    expect(untouched.status).toBe(400);
    await office.post('/retention/holds', { email: 'Held@people.example', why: 'a complaint' });
    await service.app.get(RetentionService).run(NOW);
    expect([await isThere('messages', held), await isThere('applications', applied)]).toEqual([true, true]);
    const refused = await office.post('/erasures', { email: HELD, sure: 'yes' });
    expect([refused.status, saidOn(refused.text).includes('there is a legal hold')]).toEqual([409, true]);
    const page = await office.get('/retention');
    expect(saidOn(page.text)).toContain('a complaint');
    const [, hold = ''] = /holds\/([0-9a-f-]{36})\/end/.exec(page.text) ?? [];
    await office.post(`/retention/holds/${hold}/end`, {});
    await service.app.get(RetentionService).run(NOW);
    expect([await isThere('messages', held), await isThere('applications', applied)]).toEqual([false, false]);
  });
});

describe('a hold of a peer', () => {
  it('keeps what they said when they were sounded out', async () => {
    const given = new Given(service);
    const email = 'sounded@people.example';
    const { id } = await given.peer({ class: 'officer', positions: ['head'], email });
    await office.post('/retention/holds', { email, why: 'a court' });
    const facts = { challenge_id: challenge, peer_id: id, seat: 'x', expires_at: daysAgo(999) };
    const asked = await insert('soundings', facts);
    await service.app.get(RetentionService).run(NOW);
    expect(await isThere('soundings', asked)).toBe(true);
  });
});

describe('a hold of somebody whose address is changed', () => {
  it('holds on: it is of the person', async () => {
    const given = new Given(service);
    const { id } = await given.peer({ class: 'officer', positions: ['head'], email: 'moved@people.example' });
    await office.post('/retention/holds', { email: 'moved@people.example', why: 'a court' });
    await service.source.query(`UPDATE peers SET email = 'elsewhere@people.example' WHERE id = $1`, [id]);
    const page = saidOn((await office.get(`/peers/${id}/erase`)).text);
    expect(page).toContain('There is a legal hold.');
    expect((await office.post('/erasures', { peerId: id, sure: 'yes' })).status).toBe(409);
  });

  it('says where nothing is held under the address', async () => {
    await office.post('/retention/holds', { email: 'mistyped@people.example', why: 'a court' });
    expect(saidOn((await office.get('/retention')).text)).toContain('see that it is right');
  });
});

describe('how long data is kept', () => {
  it('is changed by the office, with why, and from then on holds', async () => {
    const page = await office.get('/retention');
    expect(saidOn(page.text)).toContain('Messages with their addresses');
    const days = { ...FIRST_REFERENCE.retention, messages: 20 };
    const form = { ...days, version: versionOn(page.text), reason: 'we answer sooner' };
    expect((await office.post('/retention', { ...form, messages: 0 })).status).toBe(400);
    expect((await office.post('/retention', form)).headers.location).toBe('/retention');
    expect((await office.post('/retention', form)).status).toBe(412);
    const id = await message(daysAgo(30), 'a month', 'x@people.example');
    await service.app.get(RetentionService).run(NOW);
    expect(await isThere('messages', id)).toBe(false);
  });
});
