import { addDays, londonDate } from '../../src/calendar/dates.js';
import { mondayOf } from '../../src/calendar/phrases.js';
import { poolUses } from '../../src/programme/pool/pool-use.js';
import { Given, type Ided } from '../support/given.js';
import { PageSession } from '../support/page-session.js';
import { Service } from '../support/service.js';

type Stay = Ided & { firstDay: string | null };

let service: Service;
let given: Given;
let adviser: PageSession;
let first: Awaited<ReturnType<Given['confirmed']>>;

beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
  await given.financePool(2);
  // As real people are: rest between two visits, and two challenges a year.
  await service.source.query(
    `UPDATE peers SET rest_days = 21, max_challenges = 2, email = 'p' || left(id::text, 8) || '@peers.example'`,
  );
  adviser = await new PageSession(service.app).be((await given.staff()).adviser);
  first = await given.confirmed('E08000028', [{ start: '2027-06-08', days: 3 }]);
});
afterAll(() => service.stop());

const arrange = (id: string, more: object = {}): ReturnType<Service['send']> =>
  service.send('adviser', 'post', `/api/challenges/${id}/follow-ups`, {
    kind: 'further-stay',
    days: 2,
    seats: ['lead-member', 'finance-officer'],
    windows: [{ start: '2027-06-15', days: 2 }],
    ...more,
  });

const teamOf = async (id: string): Promise<Record<string, string>> => {
  const rows = await service.source.query<{ seat: string; peer: string }[]>(
    `SELECT s.key AS seat, s.value AS peer FROM proposals p CROSS JOIN jsonb_each_text(p.seats) s WHERE p.challenge_id = $1 AND p.rank = 1`,
    [id],
  );
  return Object.fromEntries(rows.map(({ seat, peer }) => [seat, peer]));
};

describe('a further stay', () => {
  let stay: Stay;

  it('is arranged before the first is over, for some of its people, within the rest that they need between two challenges', async () => {
    const answer = await arrange(first.id);
    expect(answer.status).toBe(201);
    stay = answer.body as Stay;
    const [request] = await service.source.query<[{ id: string }]>(
      'SELECT id FROM team_requests WHERE challenge_id = $1',
      [stay.id],
    );
    await given.answered(request.id);
    const people = Object.fromEntries(first.invitations.map(({ seat, peerId }) => [seat, peerId]));
    expect(await teamOf(stay.id)).toEqual({
      'lead-member': people['lead-member'],
      'finance-officer': people['finance-officer'],
    });
  });

  it('is agreed, asked and booked like any visit: a week after the first, though they rest three between challenges', async () => {
    const [proposal] = await service.source.query<[{ id: string }]>(
      'SELECT id FROM proposals WHERE challenge_id = $1 AND rank = 1',
      [stay.id],
    );
    await service.done('adviser', 'post', `/api/proposals/${proposal.id}/agree`);
    await given.approve(stay.id);
    const invitations = await service.done<Ided[]>(
      'adviser',
      'post',
      `/api/challenges/${stay.id}/invitations`,
    );
    for (const { id } of invitations) await service.done('adviser', 'post', `/api/invitations/${id}/accept`);
    const booked = await service.source.query<{ stays: string }[]>(
      `SELECT count(*) AS stays FROM bookings WHERE live AND family_id = $1 GROUP BY peer_id ORDER BY 1 DESC`,
      [first.id],
    );
    expect(booked.map(({ stays }) => Number(stays))).toEqual([2, 2, 1, 1]);
    // Nobody has given the two challenges of their year by this.
    expect(await poolUses(service.source.manager, 2027)).toMatchObject({ used: 4, full: 0 });
  });

  it('is one challenge with the first to what peers give in a year, and none to another challenge within their rest', async () => {
    const [lead] = first.invitations.filter(({ seat }) => seat === 'lead-member');
    await service.source.query(
      `UPDATE peers SET state = 'paused' WHERE 'leader' = ANY(positions) AND id <> $1`,
      [lead?.peerId],
    );
    const seatOfLead = async (start: string): Promise<string | undefined> => {
      const { id } = await given.scoped('E08000026', [{ start, days: 3 }]);
      const [best] = (await given.proposals(id)).proposals;
      return best?.seats.find(({ seat }) => seat === 'lead-member')?.peer?.id;
    };
    expect(await seatOfLead('2027-06-29')).toBeUndefined();
    // A second challenge of two, not a third.
    expect(await seatOfLead('2027-09-14')).toBe(lead?.peerId);
    await service.source.query(`UPDATE peers SET state = 'active'`);
  });

  it.each([
    ['2027-06-10', 'Thursday 10 to Friday 11 June 2027, when the first visit is'],
    ['2028-02-08', 'within half a year of the first visit'],
  ])('is beside the first: not on %s', async (start, words) => {
    const answer = await arrange(first.id, { windows: [{ start, days: 2 }] });
    expect([answer.status, answer.text.includes(words)]).toEqual([400, true]);
  });

  it('is named as what it is, by its mails and pages', async () => {
    const mails = await service.source.query<{ template: string; subject: string; body: string }[]>(
      `SELECT template, subject, body FROM messages WHERE about = $1`,
      [`challenge:${stay.id}`],
    );
    const bodyOf = (template: string): string => mails.find((one) => one.template === template)?.body ?? '';
    expect(bodyOf('invitation')).toContain('is having a further stay of the finance peer review');
    expect(bodyOf('invitation')).toContain('This is a further stay of a challenge that has begun');
    expect((await adviser.get(`/challenges/${stay.id}`)).text).toContain('of which this is a further stay');
    expect((await adviser.get(`/challenges/${first.id}`)).text).toMatch(
      /Further stay<\/a>:\s+confirmed, Tuesday 15 to Wednesday 16 June 2027/,
    );
    const leave = await adviser.post(`/challenges/${first.id}/leave`, {
      how: 'cancel',
      reason: 'a test',
      step: 'check',
    });
    expect(leave.text).toContain('is still open: end that first');
  });

  it('moves what follows the visit behind its own last day', async () => {
    const clock = await service.done<{ id: string; due: string | null }[]>(
      'adviser',
      'get',
      `/api/challenges/${first.id}/clock`,
    );
    const due = Object.fromEntries(clock.map((step) => [step.id, step.due]));
    expect([due.on_site, due.verbal]).toEqual(['2027-06-08', '2027-06-16']);
    const own = await service.done<{ id: string }[]>('adviser', 'get', `/api/challenges/${stay.id}/clock`);
    expect(own.map(({ id }) => id)).not.toContain('report');
  });

  it('keeps its challenge from being cancelled over it', async () => {
    const cancel = (id: string): ReturnType<Service['send']> =>
      service.send('adviser', 'post', `/api/challenges/${id}/cancel`, { reason: 'the council asks' });
    const refused = await cancel(first.id);
    expect([refused.status, (refused.body as { detail: string }).detail]).toEqual([
      409,
      'A further stay of this challenge, on Tuesday 15 to Wednesday 16 June 2027, is still open; end that first.',
    ]);
    expect((await cancel(stay.id)).status).toBe(200);
    expect((await cancel(first.id)).status).toBe(200);
  });

  it.each([
    [{ windows: [] }, 400, 'say on which day the further stay begins'],
    [{ days: 6, windows: [{ start: '2027-06-14', days: 5 }] }, 400, ''],
    [{ seats: [] }, 400, ''],
  ])('has days and people: %j is refused', async (more, status, detail) => {
    const { id } = await given.confirmed('E08000025', [{ start: '2027-10-05', days: 3 }]);
    const answer = await arrange(id, more);
    expect([answer.status, answer.text.includes(detail)]).toEqual([status, true]);
    await service.done('adviser', 'post', `/api/challenges/${id}/cancel`, { reason: 'a test' });
  });

  it('waits until the team is complete', async () => {
    const { id } = await given.scoped('E08000025');
    const answer = await arrange(id);
    expect([answer.status, answer.text.includes('once its team is complete')]).toEqual([409, true]);
  });

  it('is offered on the page of a confirmed challenge, as the only thing that may follow before the visit', async () => {
    const { id } = await given.confirmed('E08000028', [{ start: '2027-11-09', days: 3 }]);
    expect((await adviser.get(`/challenges/${id}`)).text).toContain('Arrange a further stay');
    const page = await adviser.get(`/challenges/${id}/follow-ups/new`);
    expect(page.text).toContain('name="kind" value="further-stay"');
    expect(page.text).not.toContain('Progress review</label>');
    const none = await adviser.post(`/challenges/${id}/follow-ups/new`, {
      kind: 'further-stay',
      days: '2',
      seats: ['lead-member'],
      start: '',
    });
    expect([none.status, none.text.includes('say on which day the further stay begins')]).toEqual([
      400,
      true,
    ]);
  });
});

describe('one who came to both stays', () => {
  it('has served once', async () => {
    const { id } = await given.delivered('E08000028', [{ start: '2028-02-08', days: 3 }]);
    // Some weeks from now, in the first week that the calendar lets be.
    const today = londonDate(new Date());
    const tuesdays = [6, 8, 10, 12].map((weeks) => addDays(mondayOf(today), 7 * weeks + 1));
    let answer = await arrange(id, { windows: [{ start: tuesdays[0], days: 2 }] });
    for (const start of tuesdays.slice(1))
      if (answer.status !== 201) answer = await arrange(id, { windows: [{ start, days: 2 }] });
    expect(answer.status).toBe(201);
    const { id: stay } = answer.body as Ided;
    const [request] = await service.source.query<[{ id: string }]>(
      'SELECT id FROM team_requests WHERE challenge_id = $1',
      [stay],
    );
    const { proposals } = await given.answered(request.id);
    const served = (): Promise<{ served: number }[]> =>
      service.source.query(
        `SELECT s.served FROM peer_served s JOIN bookings b ON b.peer_id = s.peer_id WHERE b.challenge_id = $1 AND b.seat = 'lead-member'`,
        [id],
      );
    expect(await served()).toEqual([{ served: 1 }]);
    await service.done('adviser', 'post', `/api/proposals/${proposals[0]?.id ?? ''}/agree`);
    await given.approve(stay);
    const invitations = await service.done<Ided[]>('adviser', 'post', `/api/challenges/${stay}/invitations`);
    for (const one of invitations) await service.done('adviser', 'post', `/api/invitations/${one.id}/accept`);
    await service.source.query(`UPDATE challenges SET state = 'reporting' WHERE id = $1`, [stay]);
    expect(await served()).toEqual([{ served: 1 }]);
  });
});

describe('a further stay by itself', () => {
  it('is nothing to book', async () => {
    const { id: councilId } = await given.council('E08000026');
    const booked = { councilId, kind: 'further-stay', windows: [{ start: '2027-06-15', days: 2 }] };
    const answer = await service.send('adviser', 'post', '/api/challenges', booked);
    expect([answer.status, answer.text.includes('arranged at the challenge that it continues')]).toEqual([
      400,
      true,
    ]);
    expect((await adviser.get('/challenges/new')).text).not.toContain('Further stay');
  });
});
