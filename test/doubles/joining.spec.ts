import { tracesOf } from '../../src/erasure/columns.js';
import { Given, type Ided } from '../support/given.js';
import { PageSession } from '../support/page-session.js';
import { signedIn } from '../support/people.js';
import { Service } from '../support/service.js';

let service: Service;
let given: Given;
let office: PageSession;
let home: string;

beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
  await given.financePool(2);
  await given.staff();
  office = await signedIn(service, 'programme');
  ({ id: home } = await given.council('E08000026'));
});
afterAll(() => service.stop());

const officer = (name: string, more: object = {}): Promise<Ided> =>
  given.peer({ class: 'officer', positions: ['s151'], name, councilId: home, ...more });

const join = (staysId: string, goesId: string): ReturnType<Service['send']> =>
  service.send('programme', 'post', '/api/doubles/join', { staysId, goesId });

const names = async (): Promise<string[]> =>
  (await service.done<{ name: string }[]>('programme', 'get', '/api/doubles')).map(({ name }) => name);

describe('perhaps one person', () => {
  it.each([
    ['Siobhán O’Brien', "Cllr Siobhan O'Brien", {}, true],
    ['Dr Ann Bell', 'Ann Bell', {}, true],
    ['The Rt Hon Dame Mary Epsilon DBE', 'Epsilon, Mary', {}, true],
    ['Søren Łukasz Strauß', 'Soren Lukasz Strauss', {}, true],
    ['Юлия Ким', 'юлия ким', {}, true],
    ['Ann Drummond', 'Drew Drummond', {}, false],
    ['Pat Smith', 'Pat Smith', { councilId: null, organisation: 'Elsewhere' }, false],
  ])('%s and %s', async (one, other, more, isPair) => {
    await officer(one);
    await officer(other, more);
    expect((await names()).some((name) => name === one || name === other)).toBe(isPair);
  });

  it('is who has a body in common that was one’s before, too', async () => {
    const { id: elsewhere } = await given.council('E08000028');
    await officer('Max Mover');
    await officer('Max Mover', {
      councilId: elsewhere,
      homes: [{ councilId: home, from: null, to: '2024-03-31' }],
    });
    expect(await names()).toContain('Max Mover');
  });

  it('is not who was said to be two, until one of them is joined to somebody else', async () => {
    const [one, other] = [await officer('Two People'), await officer('Two People')];
    const apart = { oneId: other.id, otherId: one.id };
    expect((await service.send('programme', 'post', '/api/doubles/apart', apart)).status).toBe(204);
    expect((await service.send('programme', 'post', '/api/doubles/apart', apart)).status).toBe(204);
    expect(await names()).not.toContain('Two People');
  });

  it('is nobody’s business but the office’s', async () => {
    expect((await service.send('adviser', 'get', '/api/doubles')).status).toBe(403);
    expect(
      (await service.send('adviser', 'post', '/api/doubles/join', { staysId: home, goesId: home })).status,
    ).toBe(403);
  });
});

describe('joining', () => {
  it('keeps the history of both: visits, answers, seats of before, events, the sign-in; nothing refers to the other record', async () => {
    const visit = await given.delivered('E08000028', [{ start: '2027-06-08', days: 3 }]);
    const seat = visit.team.find((one) => one.seat === 'finance-officer');
    if (!seat) throw new Error('no finance officer');
    const twin = await officer('Finn Officer', {
      reviews: 9,
      email: 'finn@example.org',
      phone: '0121 496 0000',
    });
    await service.source.query(`UPDATE peers SET name = 'Finn Officer' WHERE id = $1`, [seat.peerId]);
    await service.source.query(
      `INSERT INTO accounts (email, name, role, peer_id, state, version) VALUES ('finn@example.org', 'Finn', 'peer', $1, 'active', 1)`,
      [twin.id],
    );
    const { id } = (await join(twin.id, seat.peerId)).body as Ided;
    expect(id).toBe(twin.id);

    const peer = await service.done<{ served: number; reviews: number; email: string; phone: string }>(
      'programme',
      'get',
      `/api/peers/${twin.id}`,
    );
    expect(peer).toMatchObject({ served: 1, reviews: 9, email: 'finn@example.org', phone: '0121 496 0000' });
    const bookings = await service.done<{ challengeId: string }[]>(
      'programme',
      'get',
      `/api/bookings?peer=${twin.id}`,
    );
    expect(bookings.map(({ challengeId }) => challengeId)).toEqual([visit.id]);
    const [team] = await service.source.query<[{ seats: Record<string, string> }]>(
      `SELECT seats FROM proposals WHERE challenge_id = $1 AND state = 'agreed'`,
      [visit.id],
    );
    expect(team.seats['finance-officer']).toBe(twin.id);
    expect((await service.send('programme', 'get', `/api/peers/${seat.peerId}`)).status).toBe(404);
    // Only the trail, which is never written over, still tells of the record that is gone.
    const traces = await tracesOf(service.source.manager, [seat.peerId]);
    expect(traces.filter((one) => !one.startsWith('public.audit_'))).toEqual([]);
  });

  it('refuses two of one team, as they are asked together', async () => {
    const { id, invitations } = await given.confirmed('E08000025', [{ start: '2027-10-05', days: 3 }]);
    const [one, other] = invitations;
    const answer = await join(one?.peerId ?? '', other?.peerId ?? '');
    expect([answer.status, (answer.body as { type: string }).type]).toEqual([
      409,
      'urn:critical-friend:problem:one-team',
    ]);
    expect(answer.text).toContain('asked or proposed for a team for Birmingham City Council');
    await service.done('adviser', 'post', `/api/challenges/${id}/cancel`, { reason: 'a test' });
  });

  it('refuses two who are promised to two councils on the same days', async () => {
    const first = await given.confirmed('E08000025', [{ start: '2028-02-08', days: 3 }]);
    const second = await given.confirmed('E08000028', [{ start: '2028-02-08', days: 3 }]);
    const of = (team: typeof first): string =>
      team.invitations.find(({ seat }) => seat === 'lead-member')?.peerId ?? '';
    const answer = await join(of(first), of(second));
    expect([
      answer.status,
      answer.text.includes('on Tuesday 8 to Thursday 10 February 2028: on the same days'),
    ]).toEqual([409, true]);
  });

  it('refuses one with itself, one who is not there, and an active one into a retired one', async () => {
    const [one, other] = [await officer('Rex Retired'), await officer('Rex Retired')];
    expect((await join(one.id, one.id)).status).toBe(400);
    expect((await join(one.id, home)).status).toBe(404);
    await service.source.query(`UPDATE peers SET state = 'retired' WHERE id = $1`, [one.id]);
    const answer = await join(one.id, other.id);
    expect([answer.status, answer.text.includes('let the other one stay')]).toEqual([409, true]);
    expect((await join(other.id, one.id)).status).toBe(200);
  });

  it('refuses two of whom somebody has said that they are two', async () => {
    const [one, other] = [await officer('Apart Always'), await officer('Apart Always')];
    await service.send('programme', 'post', '/api/doubles/apart', { oneId: one.id, otherId: other.id });
    const answer = await join(one.id, other.id);
    expect([answer.status, (answer.body as { type: string }).type]).toEqual([
      409,
      'urn:critical-friend:problem:kept-apart',
    ]);
  });

  it('refuses where one said no to what the other is still asked for', async () => {
    const { challenge } = await given.approved('E08000025', [{ start: '2028-05-16', days: 3 }]);
    const path = `/api/challenges/${challenge.id}/invitations`;
    const invitations = await service.done<Ided[]>('adviser', 'post', path);
    const [one, other] = invitations as (Ided & { peerId: string })[];
    await service.done('adviser', 'post', `/api/invitations/${one?.id ?? ''}/decline`, { reason: 'away' });
    expect((await join(other?.peerId ?? '', one?.peerId ?? '')).status).toBe(409);
    expect((await join(one?.peerId ?? '', other?.peerId ?? '')).status).toBe(409);
    await service.done('adviser', 'post', `/api/challenges/${challenge.id}/cancel`, { reason: 'a test' });
  });

  it('lets who pauses pause on, and gives the address by which they sign in to nobody else', async () => {
    const stays = await officer('Pia Paused', { email: 'pia.new@example.org' });
    const goes = await officer('Pia Paused', { email: 'pia.old@example.org' });
    await service.source.query(`UPDATE peers SET state = 'paused' WHERE id = $1`, [goes.id]);
    await service.source.query(
      `INSERT INTO accounts (email, name, role, peer_id, state, version) VALUES ('pia.old@example.org', 'Pia', 'peer', $1, 'active', 1)`,
      [goes.id],
    );
    expect((await join(stays.id, goes.id)).status).toBe(200);
    const { state } = await service.done<{ state: string }>('programme', 'get', `/api/peers/${stays.id}`);
    expect(state).toBe('paused');
    const stranger = {
      class: 'officer',
      positions: ['s151'],
      name: 'Somebody Else',
      email: 'PIA.old@example.org',
    };
    const refused = await service.send('programme', 'post', '/api/peers', stranger);
    expect([refused.status, refused.text.includes('the address of Pia Paused')]).toEqual([400, true]);
  });

  it('is done from a page that shows both, or they are kept apart there', async () => {
    const one = await officer('Petra Page', { email: 'petra@example.org' });
    const other = await officer('Petra Page');
    const list = await office.get('/doubles');
    const link = /\/doubles\/pair\?one=[^"]+/.exec(list.text.replaceAll('&amp;', '&'))?.[0] ?? '';
    expect(list.text).toContain('Petra Page');
    const page = await office.get(`/doubles/pair?one=${one.id}&other=${other.id}`);
    expect(link).toMatch(/other=/);
    expect(page.text).toContain('petra@example.org');
    const nothing = await office.post('/doubles/pair', { one: one.id, other: other.id });
    expect([nothing.status, nothing.text.includes('Choose what they are')]).toEqual([400, true]);
    const joined = await office.post('/doubles/pair', { one: one.id, other: other.id, stays: 'other' });
    expect([joined.status, joined.headers.location]).toEqual([303, `/peers/${other.id}`]);
    expect((await office.get(`/peers/${other.id}`)).text).toContain('petra@example.org');
  });
});
