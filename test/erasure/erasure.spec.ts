import { trailFault } from '../../src/commands/admin-work.js';
import { Erasure } from '../../src/erasure/erasure.entity.js';
import { Jobs } from '../../src/jobs/jobs.js';
import { Account } from '../../src/people/account.entity.js';
import { everyRow } from '../support/copies.js';
import { Given } from '../support/given.js';
import { PageSession } from '../support/page-session.js';
import { saidOn, signedIn } from '../support/people.js';
import { eventually, newKey, Service } from '../support/service.js';

const ANN = { name: 'Ann Bellweather', email: 'Ann.Bell@peers.example', phone: '07700 900 123' };
/** Somebody whose address ends like hers, and somebody with her name: neither may be touched. */
const JOANN = { name: 'Jo Bell', email: 'jo.ann.bell@peers.example', phone: '007700 900 1234' };

let service: Service;
let given: Given;
let ann: string;
let visit: { id: string; team: { seat: string; peerId: string }[] };
let office: PageSession;
let annHerself: PageSession;
let annAccount: string;

const facts = (id: string): Promise<object> =>
  service.done('board', 'get', `/api/visits?challenge=${id}`).then((rows) => ({ rows }));
const traces = async (...texts: string[]): Promise<string[]> => {
  const rows = (await everyRow(service.source)).map(({ table, row }) => ({
    table,
    row: row.replaceAll(JOANN.email, '').replaceAll(JOANN.phone, ''),
  }));
  return [
    ...new Set(
      rows
        .filter(({ row }) => texts.some((text) => row.toLowerCase().includes(text.toLowerCase())))
        .map(({ table }) => table),
    ),
  ].sort();
};

beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
  await given.financePool(2);
  await given.staff();
  await given.peer({ ...JOANN, class: 'officer', positions: ['head'] });
  visit = await given.delivered('E08000028', [{ start: '2027-06-08', days: 3 }]);
  ann = visit.team[0]?.peerId ?? '';
  await service.source.query('UPDATE peers SET name = $2, email = $3, phone = $4 WHERE id = $1', [
    ann,
    ANN.name,
    ANN.email,
    ANN.phone,
  ]);
  office = await signedIn(service, 'programme');
  ({ id: annAccount } = await service.source.manager.save(Account, {
    email: ANN.email.toLowerCase(),
    name: ANN.name,
    role: 'peer',
    peerId: ann,
    example: true,
  }));
  annHerself = await new PageSession(service.app).be(annAccount);
  await leaveTraces();
}, 90_000);
afterAll(() => service.stop());

/** What a person leaves behind in the course of years. */
async function leaveTraces(): Promise<void> {
  const { source } = service;
  await annHerself.post(`/peers/${ann}/availability`, {
    state: 'busy',
    from: '2027-01-04',
    to: '2027-01-08',
  });
  // Somebody is about to book, and names them in a form that is not sent yet.
  const { id: council } = await given.council('E08000029');
  const booking = { council, kind: 'finance', otherDay: '8/6/2027', step: 'check' };
  const named = { leaderName: ANN.name, leaderEmail: ANN.email };
  expect((await office.post('/challenges/new', { ...booking, ...named })).text).toContain(ANN.name);
  await annHerself.post('/sign-in', { email: ANN.email });
  await source.query(
    `INSERT INTO demographics (peer_id, gender) VALUES ($1, 'woman') ON CONFLICT (peer_id) DO NOTHING`,
    [ann],
  );
  await source.query(`UPDATE peers SET calendar_url = 'https://calendar.example/ann' WHERE id = $1`, [ann]);
  await source.query(
    `UPDATE challenges SET contacts = $2, excluded = ARRAY[$3::uuid], waived = $4, focus = $5 WHERE id = $1`,
    [
      visit.id,
      JSON.stringify([
        { purpose: 'leader', name: ANN.name, email: ANN.email },
        { purpose: 'chief', ...JOANN },
      ]),
      ann,
      JSON.stringify([{ peerId: ann, term: 'recent', by: 'x', reason: `${ANN.name} knows the place` }]),
      `as ${ANN.name} said (${ANN.phone}, ${ANN.email})`,
    ],
  );
  await source.query(
    `INSERT INTO applications (route, name, email, class, positions, state, peer_id, actor, version) VALUES ('applied', $1, $2, 'member', '{leader}', 'accredited', $3, 'x', 1)`,
    [ANN.name, ANN.email, ann],
  );
  await service.send(
    'programme',
    'post',
    '/api/peers',
    { class: 'officer', positions: ['head'], name: 'Somebody Else', email: 'else@peers.example' },
    { 'Idempotency-Key': newKey() },
  );
  await source.query(
    `INSERT INTO idempotency_keys (actor, key, request_hash, status, body) VALUES ('token:x', 'k', 'h', 200, $1)`,
    [JSON.stringify([{ id: ann, name: ANN.name }])],
  );
  await source.query(
    `INSERT INTO outbox_jobs (id, name, payload, due) VALUES ($1, 'read-calendar', $2, now())`,
    [`read-calendar-${ann}-x`, JSON.stringify({ peer: ann })],
  );
  await service.db.transact((tx) =>
    service.app
      .get(Jobs, { strict: false })
      .add(tx, 'read-calendar', `read-calendar-${ann}-y`, { peer: ann }, new Date('2031-01-01')),
  );
  await service.done(
    'adviser',
    'post',
    `/api/challenges/${(await given.scoped('E08000029')).id}/team-requests`,
  );
}

describe('a peer who asks to be erased', () => {
  it('is a task of the office, with a day by which it is done', async () => {
    const sent = await annHerself.post(`/peers/${ann}/erasure`, { sure: 'yes' });
    expect(saidOn(sent.text)).toContain('erases what is held about you within one month');
    const home = await office.get('/');
    expect(saidOn(home.text)).toMatch(/Ann Bellweather .*asked to be erased, by \w+ \d+ \w+ 20\d\d/);
    expect(saidOn((await office.get(`/peers/${ann}`)).text)).toContain('Asked to be erased on');
    const { text } = await office.get(`/peers/${ann}/erase`);
    expect(saidOn(text)).toContain('1 seat and 3 days on site, for figures');
    expect(saidOn(text)).toContain(ANN.phone);
  });

  it('has a file of everything that is held', async () => {
    const { text } = await annHerself.get(`/peers/${ann}/record.json`);
    const held = JSON.parse(text) as Record<string, unknown[]> & { peer: { email: string } };
    expect(held.peer.email).toBe(ANN.email);
    expect(held.demographics).toMatchObject({ gender: 'woman' });
    for (const part of ['accounts', 'sessions', 'invitations', 'bookings', 'applications', 'contactOf'])
      expect([part, held[part]?.length]).toEqual([part, 1]);
    expect(held.waivers).toEqual([
      { council: expect.any(String) as unknown, term: 'recent', reason: 'Ann Bellweather knows the place' },
    ]);
  });

  it('stays while a visit is to come', async () => {
    const { id, invitations } = await given.confirmed('E08000030', [{ start: '2027-10-05', days: 3 }]);
    const peerId = invitations.find((one) => one.peerId !== ann)?.peerId ?? '';
    const page = saidOn((await office.get(`/peers/${peerId}/erase`)).text);
    expect(page).toContain('There are visits to come. They are given up first:');
    const refused = await office.post('/erasures', { peerId, sure: 'yes' });
    expect([refused.status, saidOn(refused.text).includes('There are visits to come')]).toEqual([409, true]);
    await service.done('adviser', 'post', `/api/challenges/${id}/cancel`, {
      reason: 'a test of something else',
    });
  });

  it('is not erased by a form that nobody has looked at', async () => {
    const untouched = await office.post('/erasures', { peerId: ann });
    expect([untouched.status, await traces(ann)]).toEqual([400, expect.arrayContaining(['public.peers'])]);
  });

  it('is nowhere to be found afterwards, in no table and not in the queue, and figures stay as they were', async () => {
    const before = await facts(visit.id);
    expect((await traces(ANN.email, ann, annAccount)).length).toBeGreaterThan(9);
    const sent = await office.post('/erasures', { peerId: ann, sure: 'yes' });
    expect([sent.status, sent.headers.location]).toEqual([303, '/erasures']);
    await eventually(
      async () => (await service.source.manager.find(Erasure)).every(({ provenAt }) => provenAt !== null),
      'the proof',
    );
    expect(await traces(ANN.email, ANN.phone, ANN.name, ann, annAccount)).toEqual([]);
    expect(await facts(visit.id)).toEqual(before);
    const hers = await service.source.query<object[]>('SELECT FROM messages WHERE recipient = $1', [
      '[erased]',
    ]);
    expect(hers).toEqual([]);
    const [kept] = await service.source.query<object[]>(
      `SELECT count(*)::int AS seats, sum(last_day - first_day + 1)::int AS days FROM bookings b JOIN peers p ON p.id = b.peer_id
       WHERE b.challenge_id = $1 AND p.name = 'Erased person'`,
      [visit.id],
    );
    expect(kept).toEqual({ seats: 1, days: 3 });
    expect(saidOn((await office.get('/erasures')).text)).toContain(': no address, number or id is left');
  });

  it('is signed out, and their name and address mean nobody any more', async () => {
    expect((await annHerself.get(`/peers/${ann}`)).status).not.toBe(200);
    const looked = await office.post('/erasures/look', { email: ANN.email });
    expect(saidOn(looked.text)).toContain('Nothing is held of this address');
  });

  it('takes nobody else with them, however alike the address', async () => {
    const jo = await service.source.query<object[]>('SELECT name, email, phone FROM peers WHERE email = $1', [
      JOANN.email,
    ]);
    expect(jo).toEqual([JOANN]);
    const [row] = await service.source.query<{ contacts: object[]; focus: string }[]>(
      'SELECT contacts, focus FROM challenges WHERE id = $1',
      [visit.id],
    );
    expect(row?.contacts).toEqual([{ purpose: 'chief', ...JOANN }]);
    expect(row?.focus).toBe('as [erased] said ([erased], [erased])');
  });

  it('leaves an audit trail that is whole, and says that somebody was erased, not who', async () => {
    expect(await trailFault(service.settings.DATABASE_URL)).toBeNull();
    const trail = await service.done<{ action: string; actor: string; subject: string }[]>(
      'admin',
      'get',
      '/api/audit?limit=200',
    );
    expect(trail.find(({ action }) => action === 'person.erased')).toBeDefined();
    expect(trail.some(({ subject }) => subject === 'peer:erased')).toBe(true);
  });
});

describe('the audit trail', () => {
  it('takes no other change: an entry that is said to be erased, and that no erasure names, is broken', async () => {
    const { source, settings } = service;
    const change = `UPDATE audit_entries SET actor = 'nobody', erased = true WHERE id = 3 AND NOT erased`;
    await expect(source.query(change)).rejects.toThrow('permission denied');
    await expect(service.asOwner(change.replace('id = 3', 'id = 1'))).rejects.toThrow('only ever added to');
    await service.asOwner('ALTER TABLE audit_entries DISABLE TRIGGER audit_entries_append_only', change);
    expect(await trailFault(settings.DATABASE_URL)).toContain('entry 3 was changed');
  });
});
