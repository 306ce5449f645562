import { addDays, daysBetween, londonDate } from '../../src/calendar/dates.js';
import { Account } from '../../src/people/account.entity.js';
import { ClockService } from '../../src/visits/clock.service.js';
import { endedDaysAgo } from '../support/follow-up.js';
import { Given, type Ided } from '../support/given.js';
import { PageSession } from '../support/page-session.js';
import { eventually, Service } from '../support/service.js';
import { PeerChange } from '../../src/peers/peer-change.entity.js';

const SANDWELL = 'E08000028';

let service: Service;
let given: Given;
let week = 0;
let staff: { adviser: string; council: string };

beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
  await given.financePool(6);
  staff = await given.staff();
});
afterAll(() => service.stop());

const window = (): object[] => [{ start: addDays('2027-06-08', 7 * week++), days: 3 }];
const stateOf = async (id: string): Promise<string> =>
  (await service.done<Ided>('adviser', 'get', `/api/challenges/${id}`)).state;

interface Flag extends Ided {
  challengeId: string;
  peerId: string;
  visit: string;
  fields: string[];
}

async function edit(peerId: string, body: object): Promise<void> {
  const { version } = await service.done<{ version: number }>('programme', 'get', `/api/peers/${peerId}`);
  await service.done('programme', 'patch', `/api/peers/${peerId}`, body, {
    'If-Match': `"${String(version)}"`,
  });
}

const flags = async (challengeId: string): Promise<Flag[]> =>
  (await service.done<Flag[]>('adviser', 'get', '/api/circumstances')).filter(
    (one) => one.challengeId === challengeId,
  );

const flagged = (challengeId: string): Promise<Flag[]> =>
  eventually(async () => {
    const found = await flags(challengeId);
    return found.length > 0 && found;
  }, 'a change of circumstances');

describe('a progress review', () => {
  it('keeps the first team, fills the seat of one who has moved on, and takes the challenge on once it was held', async () => {
    const { id, team } = await given.delivered(SANDWELL, window(), 150);
    for (const type of ['report', 'action_plan'])
      await service.done('adviser', 'post', `/api/challenges/${id}/documents`, {
        type,
        link: 'https://council.example',
        dated: londonDate(new Date()),
      });
    const gone = team.find(({ seat }) => seat === 'finance-officer');
    await edit(gone?.peerId ?? '', { positions: ['head'] });

    const review = await service.done<Ided>('adviser', 'post', `/api/challenges/${id}/follow-ups`, {
      kind: 'progress-review',
      days: 1,
      seats: ['lead-member', 'finance-officer', 'senior-officer'],
    });
    expect(await stateOf(id)).toBe('review_due');
    const request = await eventually(
      async () =>
        (
          await service.source.query<{ id: string }[]>(
            `SELECT id FROM team_requests WHERE challenge_id = $1`,
            [review.id],
          )
        )[0],
      'a request',
    );
    const [best] = (await given.answered(request.id)).proposals;
    const seats = new Map(best?.seats.map(({ seat, peer }) => [seat, peer?.id]));
    expect([...seats.keys()].sort()).toEqual(['finance-officer', 'lead-member', 'senior-officer']);
    for (const seat of ['lead-member', 'senior-officer'])
      expect(seats.get(seat)).toBe(team.find((one) => one.seat === seat)?.peerId);
    expect(seats.get('finance-officer')).not.toBe(gone?.peerId);
    expect(seats.get('finance-officer')).toBeTruthy();

    await service.done('adviser', 'post', `/api/proposals/${best?.id ?? ''}/agree`);
    await given.approve(review.id);
    for (const one of await service.done<Ided[]>(
      'adviser',
      'post',
      `/api/challenges/${review.id}/invitations`,
    ))
      await service.done('adviser', 'post', `/api/invitations/${one.id}/accept`);
    expect(await service.done('adviser', 'get', `/api/visits?challenge=${review.id}`)).toMatchObject([
      { type: 'progress_review', state: 'dated' },
    ]);
    // What was pencilled is dated now, and shown once.
    expect(await service.done('adviser', 'get', `/api/visits?challenge=${id}`)).toMatchObject([
      { type: 'on_site' },
    ]);

    await endedDaysAgo(service.source, review.id, 1);
    const clock = service.app.get(ClockService);
    await clock.advance(new Date());
    await clock.advance(new Date());
    expect([await stateOf(review.id), await stateOf(id)]).toEqual(['reporting', 'reviewed']);
    await service.done('adviser', 'post', `/api/challenges/${review.id}/documents`, {
      type: 'report',
      link: 'https://council.example/r',
      dated: londonDate(new Date()),
    });
    const steps = await service.done<{ id: string; state: string }[]>(
      'adviser',
      'get',
      `/api/challenges/${id}/clock`,
    );
    expect(steps.filter(({ id: step }) => step.startsWith('review')).map(({ state }) => state)).toEqual([
      'done',
      'done',
    ]);
    expect(
      await service.done('adviser', 'post', `/api/challenges/${review.id}/close`, {
        reason: 'attendance is in the report',
      }),
    ).toMatchObject({ state: 'closed' });
  }, 60_000);

  it('is one of several follow-ups that a challenge may have, and follows nothing before the visit, or itself', async () => {
    const { id } = await given.delivered(SANDWELL, window(), 20);
    const open = async (challenge: string, body: object) =>
      (
        await service.send('adviser', 'post', `/api/challenges/${challenge}/follow-ups`, {
          kind: 'follow-up',
          days: 1,
          seats: ['lead-member'],
          ...body,
        })
      ).status;
    expect(await open(id, {})).toBe(201);
    expect(
      await open(id, { kind: 'progress-review', windows: [{ start: '2027-09-07', days: 2 }], days: 2 }),
    ).toBe(201);
    const [first, second] = await service.done<Ided[]>('adviser', 'get', `/api/challenges/${id}/follow-ups`);
    // The worker may have proposed a team for the first by now.
    for (const one of [first, second]) expect(['scoped', 'team_proposed']).toContain(one?.state);
    expect(await open(id, { kind: 'finance' })).toBe(400);
    expect(await open(id, { seats: ['nobody'] })).toBe(400);
    expect(await open(id, { days: 4 })).toBe(400);
    expect(await open(first?.id ?? '', {})).toBe(409);
    // Not even once it was held.
    await service.source.query(`UPDATE challenges SET state = 'reporting' WHERE id = $1`, [second?.id]);
    const nested = await service.send('adviser', 'post', `/api/challenges/${second?.id ?? ''}/follow-ups`, {
      kind: 'follow-up',
      days: 1,
      seats: ['lead-member'],
    });
    expect([nested.status, (nested.body as { type: string }).type]).toEqual([
      409,
      'urn:critical-friend:problem:is-follow-up',
    ]);
    const { id: coming } = await given.confirmed(SANDWELL, window());
    expect(await open(coming, {})).toBe(409);
  });
});

describe('a change of circumstances', () => {
  it('is shown to the adviser with who could come instead; kept with a reason, it is settled', async () => {
    const { id, invitations } = await given.confirmed(SANDWELL, window());
    const lead = invitations.find(({ seat }) => seat === 'lead-member');
    await edit(lead?.peerId ?? '', { positions: ['scrutiny-chair'] });
    const [flag] = await flagged(id);
    expect(flag).toMatchObject({
      peerId: lead?.peerId,
      fields: ['positions'],
      visit: 'on_site',
      state: 'open',
    });
    const adviser = await new PageSession(service.app).be(staff.adviser);
    const page = await adviser.get(`/circumstances/${flag?.id ?? ''}`);
    expect(page.text).toContain('they may not serve in this seat');
    expect(page.text).toContain('The proposed repair');
    expect((await adviser.get('/')).text).toContain('circumstances have changed');
    expect(
      await service.done('adviser', 'post', `/api/circumstances/${flag?.id ?? ''}`, {
        decision: 'keep',
        reason: 'the council agrees',
      }),
    ).toMatchObject({
      state: 'kept',
    });
    expect(await flags(id)).toEqual([]);
    expect(await stateOf(id)).toBe('confirmed');
    await edit(lead?.peerId ?? '', { positions: ['leader'] });
  });

  it('frees the seat where somebody else is to come, and a repair keeps everybody else', async () => {
    const { id, invitations } = await given.confirmed(SANDWELL, window());
    const officer = invitations.find(({ seat }) => seat === 'senior-officer');
    await edit(officer?.peerId ?? '', { positions: ['practitioner'] });
    const [flag] = await flagged(id);
    await service.done('adviser', 'post', `/api/circumstances/${flag?.id ?? ''}`, {
      decision: 'replace',
      reason: 'has left the post',
    });
    expect(await stateOf(id)).toBe('inviting');
    const repair = await eventually(
      async () =>
        (
          await service.source.query<{ id: string }[]>(
            `SELECT id FROM team_requests WHERE challenge_id = $1 AND cause = 'repair'`,
            [id],
          )
        )[0],
      'a repair',
    );
    const [best] = (await given.answered(repair.id)).proposals;
    for (const { seat, peer } of best?.seats ?? []) {
      const before = invitations.find((one) => one.seat === seat)?.peerId;
      if (seat === 'senior-officer') expect(peer?.id).not.toBe(before);
      else expect(peer?.id).toBe(before);
    }
  });

  it('flags the review to come of those who served, once for each change, and nothing where nothing that places a peer changed', async () => {
    const { id, team } = await given.delivered(SANDWELL, window(), 27);
    const peerId = team.find(({ seat }) => seat === 'second-finance-officer')?.peerId ?? '';
    const changes = (): Promise<number> => service.source.manager.countBy(PeerChange, { peerId });
    const before = await changes();
    await edit(peerId, { phone: '01234 567890' });
    await edit(peerId, { positions: ['director'] });
    const found = await flagged(id);
    expect(found).toMatchObject([{ visit: 'progress_review', fields: ['positions'] }]);
    expect(await changes()).toBe(before + 1);
    const [message] = await service.source.query<{ body: string }[]>(
      `SELECT body FROM messages WHERE template = 'peer-changed' AND about = $1`,
      [`challenge:${id}`],
    );
    expect(message?.body ?? 'the positions').toContain('the positions');
  });
});

describe('the visit', () => {
  it('has a timetable that fits its days and seats, sent to the team and the council', async () => {
    const { id, invitations } = await given.confirmed(SANDWELL, window());
    const { firstDay } = await service.done<{ firstDay: string }>('adviser', 'get', `/api/challenges/${id}`);
    const add = async (body: object) =>
      (
        await service.send('adviser', 'post', `/api/challenges/${id}/timetable`, {
          day: firstDay,
          starts: '09:00',
          ends: '10:00',
          title: 'Leader',
          ...body,
        })
      ).status;
    expect(await add({ seats: ['lead-member'] })).toBe(201);
    expect(await add({ ends: '08:00' })).toBe(400);
    expect(await add({ day: addDays(firstDay, -2) })).toBe(400);
    expect(await add({ day: addDays(firstDay, -1) })).toBe(201);
    expect(await add({ seats: ['mayor'] })).toBe(400);
    expect(await add({ starts: '25:00' })).toBe(400);
    await service.source.query(`UPDATE peers SET email = 'a@peers.example' WHERE id = $1`, [
      invitations[0]?.peerId,
    ]);
    const adviser = await new PageSession(service.app).be(staff.adviser);
    expect((await adviser.post(`/challenges/${id}/timetable/send`, { send: 'yes' })).status).toBe(303);
    await adviser.post(`/challenges/${id}/timetable/send`, { send: 'yes' });
    const sent = await service.source.query<{ subject: string }[]>(
      `SELECT subject FROM messages WHERE about = $1 AND template = 'timetable' AND recipient = 'a@peers.example' ORDER BY created_at`,
      [`challenge:${id}`],
    );
    expect(sent.map(({ subject }) => subject)).toEqual([
      'Sandwell Metropolitan Borough Council – The timetable of your visit',
      'Sandwell Metropolitan Borough Council – The timetable of your visit has changed',
    ]);
  });

  it('credits each peer with the days on which they were there, and wants a cause for the others', async () => {
    const { id, team } = await given.delivered(SANDWELL, window(), 2);
    const { firstDay, lastDay } = await service.done<{ firstDay: string; lastDay: string }>(
      'adviser',
      'get',
      `/api/challenges/${id}`,
    );
    const put = (attendance: object[]) =>
      service.send('adviser', 'put', `/api/challenges/${id}/attendance`, { attendance });
    const peerId = team[0]?.peerId ?? '';
    expect((await put([{ peerId, days: [firstDay] }])).status).toBe(400);
    expect((await put([{ peerId, days: [addDays(lastDay, 1)], cause: 'x' }])).status).toBe(400);
    expect((await put([{ peerId: id, days: [firstDay], cause: 'x' }])).status).toBe(400);
    const written = (await put([{ peerId, days: [firstDay], cause: 'ill from the second day' }])).body as {
      peerId: string;
    }[];
    expect(written.find((one) => one.peerId === peerId)).toMatchObject({ written: true, days: [firstDay] });
    const staffPage = await new PageSession(service.app).be(staff.adviser);
    expect((await staffPage.get(`/challenges/${id}/attendance`)).text).toContain(
      `name="days[${peerId}]" type="checkbox" value="${firstDay}" checked`,
    );
    const account = await service.source.manager.save(Account, {
      email: 'peer@visit.example',
      name: 'P',
      role: 'peer' as const,
      peerId,
      example: true,
    });
    const peer = await new PageSession(service.app).be(account.id);
    const before = await service.source.query<{ n: number }[]>(
      `SELECT coalesce(sum(last_day - first_day + 1), 0)::int AS n FROM bookings WHERE peer_id = $1 AND state = 'booked' AND last_day < current_date AND challenge_id <> $2`,
      [peerId, id],
    );
    expect((await peer.get(`/peers/${peerId}/record`)).text).toContain(
      `Days given: <strong>${String((before[0]?.n ?? 0) + 1)}</strong>`,
    );
    const late = await service.done<{ what: string; cause: string }[]>(
      'adviser',
      'get',
      `/api/challenges/${id}/late-changes`,
    );
    expect(late).toMatchObject([{ what: 'missed 2 of the days', cause: 'ill from the second day' }]);
  });

  it('has one manager, who is never on site twice in one week: the database itself forbids it', async () => {
    const { id: managerId } = await service.source.manager.save(Account, {
      email: 'm@visit.example',
      name: 'M',
      role: 'manager' as const,
    });
    const windows = window();
    const [a, b] = [await given.confirmed('E08000029', windows), await given.confirmed('E08000030', windows)];
    const assign = async (id: string, body: object) =>
      service.send('adviser', 'put', `/api/challenges/${id}/manager`, body);
    expect((await assign(a.id, { managerId })).status).toBe(200);
    const refused = await assign(b.id, { managerId });
    expect([refused.status, (refused.body as { type: string }).type]).toEqual([
      409,
      'urn:critical-friend:problem:manager-busy',
    ]);
    expect((await assign(b.id, { managerId: staff.council })).status).toBe(400);
    expect((await assign(a.id, { managerId: null })).status).toBe(200);
    expect((await assign(b.id, { managerId })).status).toBe(200);
  });

  it('stays in everybody’s record when the challenge is stood down after it', async () => {
    const { id } = await given.delivered('E08000031', window(), 5);
    await service.done('adviser', 'post', `/api/challenges/${id}/stand-down`, {
      reason: 'an inspection has arrived',
    });
    const [row] = await service.source.query<{ n: string }[]>(
      `SELECT count(*) AS n FROM bookings WHERE challenge_id = $1 AND state = 'booked'`,
      [id],
    );
    expect(row?.n).toBe('4');
    expect(
      (await service.send('adviser', 'post', `/api/challenges/${id}/postpone`, { reason: 'x' })).status,
    ).toBe(409);
  });
});

describe('a step that is late', () => {
  it('is chased by its adviser: whoever owes it is reminded, once a day, and the history says so', async () => {
    const { id } = await given.delivered(SANDWELL, window(), 60);
    const adviser = await new PageSession(service.app).be(staff.adviser);
    const page = `/challenges/${id}/steps/draft`;
    const told = (await adviser.get(page)).text;
    expect(told).toContain('Remind them now');
    for (let press = 0; press < 3; press++)
      expect((await adviser.post(page, { step: 'chase' })).status).toBe(303);
    const sent = await service.source.query<{ recipient: string; subject: string }[]>(
      `SELECT recipient, subject FROM messages WHERE about = $1 AND cause LIKE 'chase-%'`,
      [`challenge:${id}`],
    );
    expect(sent.length).toBeGreaterThan(0);
    for (const { recipient, subject } of sent)
      expect([told.includes(recipient), subject]).toEqual([
        true,
        expect.stringMatching(/ – Overdue: draft report to the council$/),
      ]);
    expect(new Set(sent.map(({ recipient }) => recipient)).size).toBe(sent.length);
    expect((await adviser.get(page)).text.match(/: reminded/g)).toHaveLength(1);
    const council = await new PageSession(service.app).be(staff.council);
    expect((await council.post(page, { step: 'chase' })).status).toBe(403);
    const early = await adviser.post(`/challenges/${id}/steps/review`, { step: 'chase' });
    expect([early.status, early.text]).toEqual([409, expect.stringContaining('This step is not late')]);
  });
});

describe('the five-year cycle', () => {
  it('counts from what was really delivered, also at the councils that a council was made of', async () => {
    const council = await given.council('E08000032');
    const cycle = () => service.done('adviser', 'get', `/api/councils/${council.id}/cycle`);
    expect(await cycle()).toEqual({ last: null, due: null });
    const { id } = await given.delivered('E08000032', window(), 10);
    expect(await cycle()).toEqual({ last: null, due: null });
    await service.source.query(`UPDATE challenges SET kind = 'corporate' WHERE id = $1`, [id]);
    await endedDaysAgo(service.source, id, daysBetween('2024-02-29', londonDate(new Date())));
    expect(await cycle()).toEqual({ last: '2024-02-29', due: '2029-02-28' });
    const [old] = await service.source.query<{ id: string }[]>(
      `SELECT id FROM councils WHERE code = 'E08000033'`,
    );
    await service.source.query(
      'INSERT INTO successions (predecessor_id, successor_id, starts_on, applied_at) VALUES ($1, $2, current_date, now())',
      [old?.id, council.id],
    );
    await service.source.query(`UPDATE challenges SET council_id = $1 WHERE id = $2`, [old?.id, id]);
    expect(await cycle()).toEqual({ last: '2024-02-29', due: '2029-02-28' });
  });
});

describe('somebody whom the adviser has replaced for the review', () => {
  it('is not asked to stay in its team, and the others are', async () => {
    const { id, team } = await given.delivered(SANDWELL, window(), 75);
    const gone = team.find(({ seat }) => seat === 'second-finance-officer');
    const [change] = await service.source.query<{ id: string }[]>(
      `INSERT INTO peer_changes (peer_id, fields, actor) VALUES ($1, '{positions}', 'x') RETURNING id`,
      [gone?.peerId],
    );
    await service.source.query(
      `INSERT INTO circumstances (challenge_id, peer_id, change_id, seat, visit, state) VALUES ($1, $2, $3, $4, 'progress_review', 'replaced')`,
      [id, gone?.peerId, change?.id, gone?.seat],
    );
    const review = await service.done<Ided>('adviser', 'post', `/api/challenges/${id}/follow-ups`, {
      kind: 'progress-review',
      days: 2,
      seats: team.map(({ seat }) => seat),
      windows: [{ start: '2027-10-05', days: 2 }],
    });
    const [asked] = await service.source.query<{ pins: { seats: Record<string, string> } }[]>(
      'SELECT pins FROM team_requests WHERE challenge_id = $1',
      [review.id],
    );
    const kept = team.filter(({ seat }) => seat !== gone?.seat);
    expect(asked?.pins.seats).toEqual(Object.fromEntries(kept.map(({ seat, peerId }) => [seat, peerId])));
  });
});
