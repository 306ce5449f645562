import ICAL from 'ical.js';
import { addDays } from '../../src/calendar/dates.js';
import { SYSTEM } from '../../src/people/access.js';
import { SoundingsService } from '../../src/proposals/soundings.service.js';
import type { Seat } from '../../src/matching/problem/programme.js';
import { endedDaysAgo } from '../support/follow-up.js';
import { Given, type Ided } from '../support/given.js';
import { PageSession } from '../support/page-session.js';
import { Service } from '../support/service.js';

type Invited = Ided & { seat: string; peerId: string };
type Stored = Ided & { seats: Seat[]; version: number };

let service: Service;
let given: Given;
let adviser: PageSession;

beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
  await given.financePool(2);
  await service.source.query(
    `UPDATE policies SET content = content || '{"daysMax": 4}' WHERE id = 'kind:finance'`,
  );
  await service.source.query(`UPDATE peers SET email = 'p' || left(id::text, 8) || '@peers.example'`);
  adviser = await new PageSession(service.app).be((await given.staff()).adviser);
});
afterAll(() => service.stop());

const stored = (id: string): Promise<Stored> => service.done('adviser', 'get', `/api/challenges/${id}`);

/** A scoped challenge of four days, the first seat for two days of it, the second off site. */
async function scopedInPart(start: string): Promise<{ id: string; part: string; off: string }> {
  const { id } = await given.scoped('E08000028', [{ start, days: 4 }]);
  const { seats, version } = await stored(id);
  const [part, off, ...rest] = seats;
  if (!part || !off) throw new Error('too few seats');
  const asked = [
    { ...part, presence: { from: 2, to: 3, fromMidday: true } },
    { ...off, offSite: true },
    ...rest,
  ];
  const answer = await service.send(
    'adviser',
    'patch',
    `/api/challenges/${id}`,
    { seats: asked },
    {
      'If-Match': `"${String(version)}"`,
    },
  );
  expect(answer.status).toBe(200);
  return { id, part: part.id, off: off.id };
}

async function invited(id: string): Promise<Invited[]> {
  const [best] = (await given.proposals(id)).proposals;
  await service.done('adviser', 'post', `/api/proposals/${best?.id ?? ''}/agree`);
  await given.approve(id);
  return service.done('adviser', 'post', `/api/challenges/${id}/invitations`);
}

interface Kept {
  seat: string;
  first: string;
  last: string;
  days: string;
}

const bookings = (id: string): Promise<Kept[]> =>
  service.source.query(
    `SELECT seat, first_day::text AS first, last_day::text AS last, days::text FROM bookings WHERE challenge_id = $1 AND live ORDER BY seat`,
    [id],
  );

const mails = (
  peerId: string,
  id: string,
): Promise<{ template: string; body: string; calendar: string | null }[]> =>
  service.source.query(
    `SELECT template, body, calendar FROM messages WHERE recipient = (SELECT email FROM peers WHERE id = $1) AND about = $2 ORDER BY created_at, id`,
    [peerId, `challenge:${id}`],
  );

describe('a seat for some of the days', () => {
  it('is filled by who is free on those, and asks for no other day: in the mail, the page, the calendar, the database', async () => {
    // Nobody who could take it is free on the first day, nor on the last.
    await service.source.query(
      `UPDATE peers SET availability = jsonb_set(availability, '{ranges}', '[{"state": "busy", "from": "2027-09-14", "to": "2027-09-14"},
        {"state": "busy", "from": "2027-09-17", "to": "2027-09-17"}]') WHERE 'leader' = ANY(positions)`,
    );
    const { id, part } = await scopedInPart('2027-09-14');
    const invitations = await invited(id);
    const mine = invitations.find(({ seat }) => seat === part);
    if (!mine) throw new Error(`nobody for ${part}`);
    expect((await bookings(id)).find(({ seat }) => seat === part)).toMatchObject({
      first: '2027-09-15',
      last: '2027-09-16',
      days: '[2027-09-15,2027-09-17)',
    });
    const [asked] = await mails(mine.peerId, id);
    expect(asked?.body).toContain('Wednesday 15 to Thursday 16 September 2027');
    expect(asked?.body).toContain(
      'These days only: the team is there on Tuesday 14 to Friday 17 September 2027. You come at midday on your first day.',
    );
    const page = await adviser.get(`/challenges/${id}/invitations`);
    expect(page.text).toContain('(days 2 to 3, from midday of day 2)');

    for (const one of invitations) await service.done('adviser', 'post', `/api/invitations/${one.id}/accept`);
    const files = (await mails(mine.peerId, id)).flatMap(({ calendar }) => calendar ?? []);
    expect(files).toHaveLength(1);
    const [event] = new ICAL.Component(ICAL.parse(files[0] ?? '') as never).getAllSubcomponents('vevent');
    const { startDate, endDate } = new ICAL.Event(event);
    expect([startDate.toString(), endDate.toString()]).toEqual(['2027-09-15', '2027-09-17']);
    expect((await stored(id)).state).toBe('confirmed');
  });

  it('leaves the other days of the visit to others: whoever goes round the service is stopped on the promised ones only', async () => {
    await service.asOwner('ALTER TABLE bookings DROP CONSTRAINT bookings_invitation_id_fkey');
    // The same visit, as another family, on some of its days.
    const copied = (from: string, to: string): Promise<unknown> =>
      service.source.query(
        `INSERT INTO bookings (peer_id, challenge_id, live_challenge_id, family_id, invitation_id, seat, first_day, last_day,
           visit_first_day, visit_last_day, days, state, live)
         SELECT peer_id, challenge_id, challenge_id, gen_random_uuid(), gen_random_uuid(), seat, $1, $2, visit_first_day, visit_last_day,
           daterange($1, $2, '[]'), state, live FROM bookings WHERE first_day = '2027-09-15'`,
        [from, to],
      );
    await expect(copied('2027-09-14', '2027-09-15')).rejects.toThrow('bookings_');
    await expect(copied('2027-09-16', '2027-09-17')).rejects.toThrow('bookings_');
    await expect(copied('2027-09-13', '2027-09-14')).rejects.toThrow('bookings_days');
    await copied('2027-09-17', '2027-09-17');
  });

  it.each([
    [{ presence: { from: 3, to: 2 } }, '.presence.to'],
    [{ presence: { from: 2, to: 2, fromMidday: true, untilMidday: true } }, '.presence'],
    [{ presence: { from: 6, to: null } }, '.presence.from'],
    [{ presence: { from: 1, to: 2 }, offSite: true }, '.presence'],
  ])('has days that there are: %j is refused', async (asked, where) => {
    const { id } = await given.scoped('E08000028');
    const { seats, version } = await stored(id);
    const answer = await service.send(
      'adviser',
      'patch',
      `/api/challenges/${id}`,
      { seats: [{ ...seats[0], ...asked }, ...seats.slice(1)] },
      { 'If-Match': `"${String(version)}"` },
    );
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body)).toContain(where.split('.').at(-1));
  });
});

describe('a seat off site', () => {
  it('holds no day: whoever has it may be elsewhere, counts no day, gets no calendar file and is not asked whether they came', async () => {
    const { id, off } = await scopedInPart('2027-10-05');
    const invitations = await invited(id);
    const mine = invitations.find(({ seat }) => seat === off);
    if (!mine) throw new Error(`nobody for ${off}`);
    expect((await bookings(id)).find(({ seat }) => seat === off)?.days).toBe('empty');
    for (const one of invitations) await service.done('adviser', 'post', `/api/invitations/${one.id}/accept`);
    const sent = await mails(mine.peerId, id);
    expect(sent.flatMap(({ calendar }) => calendar ?? [])).toEqual([]);
    expect(sent[0]?.body).toContain('You work off site, when it suits you: no day is kept for it.');
    expect(sent.map(({ body }) => body).join()).not.toMatch(/dates are (kept|booked)/);
    const days = await service.source.query<{ days: number }[]>(
      'SELECT days FROM peer_days WHERE challenge_id = $1 AND peer_id = $2',
      [id, mine.peerId],
    );
    expect(days).toEqual([{ days: 0 }]);

    // Meanwhile on site somewhere else, on the same days.
    await service.source.query(
      `UPDATE peers SET state = 'paused' WHERE positions && (SELECT positions FROM peers WHERE id = $1) AND id <> $1`,
      [mine.peerId],
    );
    const { id: other } = await given.scoped('E08000026', [{ start: '2027-10-06', days: 3 }]);
    const [best] = (await given.proposals(other)).proposals;
    expect(best?.seats.some(({ peer }) => peer?.id === mine.peerId)).toBe(true);
  });
});

describe('who was there', () => {
  it('is written down of those who came, for their own days; of who worked off site there is nothing to write', async () => {
    await service.source.query(`UPDATE peers SET state = 'active'`);
    const { id, part, off } = await scopedInPart('2027-11-09');
    const invitations = await invited(id);
    for (const one of invitations) await service.done('adviser', 'post', `/api/invitations/${one.id}/accept`);
    await endedDaysAgo(service.source, id, 3);
    const path = `/api/challenges/${id}/attendance`;
    const written = await service.done<{ seat: string }[]>('adviser', 'get', path);
    expect(written.map(({ seat }) => seat)).not.toContain(off);
    const [visit] = await service.source.query<[{ peer: string; own: string; first: string }]>(
      `SELECT peer_id AS peer, first_day::text AS own, visit_first_day::text AS first FROM bookings WHERE challenge_id = $1 AND seat = $2`,
      [id, part],
    );
    const put = (peerId: string, days: string[]): ReturnType<Service['send']> =>
      service.send('adviser', 'put', path, { attendance: [{ peerId, days }] });
    const other = await put(visit.peer, [visit.first]);
    expect([other.status, other.text]).toEqual([
      400,
      expect.stringContaining(`found ${visit.first}; allowed: ${visit.own}`),
    ]);
    expect((await put(visit.peer, [visit.own, addDays(visit.own, 1)])).status).toBeLessThan(300);
    const away = invitations.find(({ seat }) => seat === off);
    expect((await put(away?.peerId ?? '', [visit.first])).status).toBe(400);
  });
});

describe('around a part-day seat', () => {
  it('the timetable takes it only when it is there, and moves with the days of a postponed visit', async () => {
    const { id, part, off } = await scopedInPart('2027-12-07');
    for (const one of await invited(id))
      await service.done('adviser', 'post', `/api/invitations/${one.id}/accept`);
    const path = `/api/challenges/${id}/timetable`;
    const session = { title: 'Interviews', starts: '09:30', ends: '10:30' };
    const add = (day: string, seats: string[], more: object = {}): ReturnType<Service['send']> =>
      service.send('adviser', 'post', path, { ...session, day, seats, ...more });
    for (const [day, seat, words] of [
      ['2027-12-07', part, 'who is there on Wednesday 8 to Thursday 9 December 2027, from midday'],
      ['2027-12-08', part, 'from midday'],
      ['2027-12-08', off, 'who works off site'],
    ] as const) {
      const refused = await add(day, [seat]);
      expect([refused.status, refused.text.includes(words)]).toEqual([400, true]);
    }
    expect((await add('2027-12-08', [part], { starts: '13:30', ends: '14:30' })).status).toBe(201);
    expect((await add('2027-12-07', [])).status).toBe(201);

    await service.done('adviser', 'post', `/api/challenges/${id}/postpone`, {
      reason: 'a by-election',
      windows: [{ start: '2028-01-18', days: 4 }],
    });
    const told = await service.source.query<{ body: string }[]>(
      `SELECT body FROM messages WHERE about = $1 AND template = 'invitation-withdrawn'`,
      [`challenge:${id}`],
    );
    expect(told.map(({ body }) => body).join()).toContain('Wednesday 19 to Thursday 20 January 2028');
    const [{ request }] = await service.source.query<[{ request: string }]>(
      `SELECT id AS request FROM team_requests WHERE challenge_id = $1 ORDER BY created_at DESC LIMIT 1`,
      [id],
    );
    const [best] = (await given.answered(request)).proposals;
    await service.done('adviser', 'post', `/api/proposals/${best?.id ?? ''}/agree`);
    const moved = await service.done<{ day: string }[]>('adviser', 'get', path);
    expect(moved.map(({ day }) => day)).toEqual(['2028-01-18', '2028-01-19']);
  });

  it('a question whether somebody might be free names their own days, or that none is kept', async () => {
    const { id, part, off } = await scopedInPart('2028-02-15');
    const [best] = (await given.proposals(id)).proposals;
    const peerOf = (seat: string): string => best?.seats.find((one) => one.seat === seat)?.peer?.id ?? '';
    for (const [seat, words] of [
      [part, 'Wednesday 16 to Thursday 17 February 2028'],
      [off, 'The work is done off site'],
    ] as const) {
      await service.app.get(SoundingsService).ask(SYSTEM, id, seat, peerOf(seat));
      const [mail] = (await mails(peerOf(seat), id)).filter(({ template }) => template === 'sounding');
      expect(mail?.body).toContain(words);
    }
  });

  it('is not wanted for a day that the visit does not have', async () => {
    const { id } = await given.scoped('E08000028');
    const { seats, version } = await stored(id);
    const answer = await service.send(
      'adviser',
      'patch',
      `/api/challenges/${id}`,
      { seats: [{ ...seats[0], presence: { from: 4, to: null } }, ...seats.slice(1)] },
      { 'If-Match': `"${String(version)}"` },
    );
    expect([answer.status, answer.text.includes('allowed: days 1 to 3')]).toEqual([400, true]);
  });

  it('a page that postpones keeps the number of days that was typed', async () => {
    const { id } = await given.scoped('E08000028', [{ start: '2028-03-07', days: 4 }]);
    const typed = { how: 'postpone', reason: 'a test', start: '2028-04-11', days: '3' };
    const check = await adviser.post(`/challenges/${id}/leave`, { ...typed, step: 'check' });
    expect(check.text).toContain('name="days" value="3"');
  });
});

describe('the page of a seat', () => {
  const FORM = { seat: 'finance-officer', positions: ['s151'], party: 'any', step: 'save' };

  it('takes days and half days, and says them in the scope', async () => {
    const { id } = await given.scoped('E08000028');
    const { version } = await stored(id);
    const form = { ...FORM, seat: 'visitor', version, when: 'part', from: '2', to: '', halves: 'from' };
    const saved = await adviser.post(`/challenges/${id}/scope/seats/new`, form);
    expect(saved.status).toBe(303);
    expect((await stored(id)).seats.at(-1)).toMatchObject({
      presence: { from: 2, to: null, fromMidday: true },
    });
    expect((await adviser.get(`/challenges/${id}/scope`)).text).toContain(
      'from day 2 on, from midday of day 2',
    );
    const filled = await adviser.get(`/challenges/${id}/scope/seats/visitor`);
    expect(filled.text).toMatch(/value="part" checked/);
  });

  it('says at the field what is missing', async () => {
    const { id } = await given.scoped('E08000028');
    const { version } = await stored(id);
    const form = { ...FORM, seat: 'visitor', version };
    const none = await adviser.post(`/challenges/${id}/scope/seats/new`, { ...form, when: 'part' });
    expect([none.status, none.text.includes('Say from which day, or until which')]).toEqual([400, true]);
    const back = await adviser.post(`/challenges/${id}/scope/seats/new`, {
      ...form,
      when: 'part',
      from: '3',
      to: '2',
    });
    expect(back.text).toMatch(/found day 2; allowed: day 3 or a later one/i);
  });
});
