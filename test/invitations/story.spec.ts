import ICAL from 'ical.js';
import request from 'supertest';
import { addDays, londonDate } from '../../src/calendar/dates.js';
import { RemindersService } from '../../src/invitations/reminders.service.js';
import { Account } from '../../src/people/account.entity.js';
import { ApprovalReminders } from '../../src/proposals/approval-reminders.service.js';
import { Given, type Ided } from '../support/given.js';
import { PageSession } from '../support/page-session.js';
import { eventually, Service } from '../support/service.js';

interface Sent {
  recipient: string;
  template: string;
  calendar: string | null;
}

let service: Service;
let given: Given;
let staff: { adviser: string; council: string };
let adviser: PageSession;

beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
  staff = await given.staff();
  await given.financePool(5);
  await service.source.query(`UPDATE peers SET email = 'p' || left(id::text, 8) || '@peers.example'`);
  adviser = await new PageSession(service.app).be(staff.adviser);
});
afterAll(() => service.stop());

const sent = (challenge: string): Promise<Sent[]> =>
  service.source.query(
    'SELECT recipient, template, calendar FROM messages WHERE about = $1 ORDER BY created_at, recipient',
    [`challenge:${challenge}`],
  );

async function invited(
  windows: object[],
): Promise<{ id: string; invitations: (Ided & { seat: string; peerId: string })[] }> {
  const { challenge } = await given.approved('E08000028', windows);
  return {
    id: challenge.id,
    invitations: await service.done('adviser', 'post', `/api/challenges/${challenge.id}/invitations`),
  };
}

const eventsOf = (file: string | null): ICAL.Event[] =>
  new ICAL.Component(ICAL.parse(file ?? '') as never)
    .getAllSubcomponents('vevent')
    .map((event) => new ICAL.Event(event));

describe('what people are told', () => {
  it('is every step, once, to those whom it concerns', async () => {
    const { id, invitations } = await invited([{ start: '2027-05-11', days: 3 }]);
    for (const invitation of invitations)
      await service.done('adviser', 'post', `/api/invitations/${invitation.id}/accept`);
    const told = (await sent(id)).map(
      ({ template, recipient }) =>
        `${template} ${recipient.startsWith('p') ? 'peer' : recipient.replace(/[-@].*/, '')}`,
    );
    expect([...new Set(told)].sort()).toEqual([
      'answer-received peer',
      'approval-recorded council',
      'challenge-booked adviser',
      'challenge-booked council',
      'challenge-scoped council',
      'confirmed adviser',
      'confirmed council',
      'confirmed-peer peer',
      'evening peer',
      'invitation peer',
      'team-approved adviser',
      'team-for-approval council',
    ]);
    expect(told.filter((line) => line === 'invitation peer')).toHaveLength(4);
  });

  it('tells the council and the adviser anew of a team that is whole on other days', async () => {
    const { id, invitations } = await given.confirmed('E08000028', [{ start: '2027-08-31', days: 3 }]);
    expect(invitations).toHaveLength(4);
    await service.done('adviser', 'post', `/api/challenges/${id}/postpone`, {
      reason: 'an election',
      windows: [{ start: '2027-10-19', days: 3 }],
    });
    const proposal = await eventually(async () => {
      const [row] = await service.source.query<{ id: string }[]>(
        `SELECT id FROM proposals WHERE challenge_id = $1 AND state = 'proposed' AND rank = 1`,
        [id],
      );
      return row?.id;
    }, 'the team for the other days');
    await service.done('adviser', 'post', `/api/proposals/${proposal}/agree`);
    await given.approve(id);
    const again = await service.done<Ided[]>('adviser', 'post', `/api/challenges/${id}/invitations`);
    for (const one of again.filter(({ state }) => state === 'pending'))
      await service.done('adviser', 'post', `/api/invitations/${one.id}/accept`);
    const bodies = await service.source.query<{ recipient: string; body: string }[]>(
      `SELECT recipient, body FROM messages WHERE about = $1 AND template = 'confirmed' ORDER BY recipient, created_at`,
      [`challenge:${id}`],
    );
    const days = [...bodies].map(({ recipient, body }) => [
      recipient.replace(/[-@].*/, ''),
      /Tuesday (\d+ (?:\w+ )?to \w+ \d+ \w+) 2027/.exec(body)?.[1],
    ]);
    expect(days).toEqual([
      ['adviser', '31 August to Thursday 2 September'],
      ['adviser', '19 to Thursday 21 October'],
      ['council', '31 August to Thursday 2 September'],
      ['council', '19 to Thursday 21 October'],
    ]);
  });

  it('puts dates into diaries when the team is whole, takes them out of one who leaves, and counts up', async () => {
    const { id, invitations } = await invited([{ start: '2027-06-08', days: 3 }]);
    for (const invitation of invitations)
      await service.done('adviser', 'post', `/api/invitations/${invitation.id}/accept`);
    const first = (await sent(id)).filter(({ template }) => template === 'confirmed-peer');
    const [one] = first;
    expect(first).toHaveLength(4);
    expect(
      eventsOf(one?.calendar ?? null).map((event) => [
        event.sequence,
        event.startDate.toString().slice(0, 10),
        event.endDate.toString().slice(0, 10),
      ]),
    ).toEqual([[1, '2027-06-08', '2027-06-11']]);
    const evenings = (await sent(id)).filter(({ template }) => template === 'evening');
    expect(
      evenings.map(({ calendar }) => eventsOf(calendar).map(({ startDate }) => startDate.toString())),
    ).toEqual(Array(4).fill(['2027-06-07T18:00:00']));
    const [leaver] = invitations;
    await service.done('adviser', 'post', `/api/invitations/${leaver?.id ?? ''}/decline`, { reason: 'ill' });
    const [cancelled] = (await sent(id)).filter(
      ({ template, calendar }) => template === 'answer-received' && calendar !== null,
    );
    expect(cancelled?.calendar).toMatch(/METHOD:CANCEL/);
    const [gone] = eventsOf(cancelled?.calendar ?? null);
    expect([gone?.sequence, first.some(({ calendar }) => eventsOf(calendar)[0]?.uid === gone?.uid)]).toEqual([
      2,
      true,
    ]);
  });

  it('reminds those who have not answered, each time once, over every day until the end, run twice or missed', async () => {
    const { id, invitations } = await invited([{ start: '2027-07-06', days: 3 }]);
    const [answered] = invitations;
    await service.done('adviser', 'post', `/api/invitations/${answered?.id ?? ''}/accept`);
    const reminders = service.app.get(RemindersService);
    // On days that no holiday shifts, whatever today is: asked on a Monday, until the end of the second Thursday after.
    await service.source.query(
      `UPDATE invitations SET created_at = '2027-06-14T10:00:00Z', expires_at = '2027-06-24T23:00:00Z' WHERE challenge_id = $1`,
      [id],
    );
    for (let n = 0; n <= 12; n++) {
      if (n === 4) continue; // a day on which nothing ran
      const noon = new Date(`${addDays('2027-06-14', n)}T12:00:00Z`);
      await reminders.remindAll(noon);
      await reminders.remindAll(noon);
    }
    const told = (await sent(id)).filter(({ template }) => template === 'invitation-reminder');
    const each = [...new Set(told.map(({ recipient }) => recipient))].map(
      (to) => told.filter(({ recipient }) => recipient === to).length,
    );
    expect(each).toEqual([2, 2, 2]);
  });

  it('reminds the council before its silence counts', async () => {
    const challenge = await given.scoped('E08000028', [{ start: '2027-10-05', days: 3 }]);
    const [best] = (await given.proposals(challenge.id)).proposals;
    await service.done('adviser', 'post', `/api/proposals/${best?.id ?? ''}/agree`);
    const reminders = service.app.get(ApprovalReminders);
    for (let n = 0; n < 9; n++) await reminders.remindAll(new Date(Date.now() + n * 86_400_000));
    expect(
      (await sent(challenge.id)).filter(({ template }) => template === 'approval-reminder'),
    ).toHaveLength(1);
  });
});

describe('an adviser', () => {
  it('waives a penalty, names a reserve and sounds somebody out; the reserve is proposed when the seat comes free', async () => {
    const challenge = await given.scoped('E08000028', [{ start: '2027-11-09', days: 3 }]);
    const [best] = (await given.proposals(challenge.id)).proposals;
    const seat = `/proposals/${best?.id ?? ''}/seats/senior-officer`;
    const page = (await adviser.get(seat)).text;
    const others = [...page.matchAll(/name="peer" type="radio" value="([^"]+)"(?![^>]* disabled)/g)].map(
      ([, id]) => id ?? '',
    );
    const reserve = others.at(-1) ?? '';
    expect(others.length).toBeGreaterThan(1);
    expect((await adviser.post(seat, { peer: reserve, step: 'reserve' })).status).toBe(303);
    expect((await adviser.post(seat, { peer: others[0] ?? '', step: 'sound' })).status).toBe(303);
    const link = await eventually(async () => {
      const [row] = await service.source.query<{ body: string }[]>(
        `SELECT body FROM messages WHERE template = 'sounding' AND state = 'sent'`,
      );
      return /\/s\/\S+/.exec(row?.body ?? '')?.[0];
    }, 'the question');
    const peer = new PageSession(service.app);
    expect((await peer.post(link, {})).status).toBe(400);
    expect((await peer.post(link, { answer: 'perhaps' })).status).toBe(303);
    expect((await adviser.get(seat)).text).toContain('perhaps');

    const waived = await adviser.post(`${seat}/waive`, { term: 'distanceMax', reason: 'comes by train' });
    const changed = String(waived.headers.location).split('/').at(-1) ?? '';
    const before = await service.done<{ score: number }>(
      'adviser',
      'get',
      `/api/proposals/${best?.id ?? ''}`,
    );
    const after = await service.done<{ score: number }>('adviser', 'get', `/api/proposals/${changed}`);
    expect(after.score).toBeGreaterThanOrEqual(before.score);

    await adviser.post(`/proposals/${changed}/agree`, {});
    await given.approve(challenge.id);
    const invitations = await service.done<(Ided & { seat: string })[]>(
      'adviser',
      'post',
      `/api/challenges/${challenge.id}/invitations`,
    );
    await service.done(
      'adviser',
      'post',
      `/api/invitations/${invitations.find((one) => one.seat === 'senior-officer')?.id ?? ''}/decline`,
      { reason: 'away' },
    );
    const repaired = await eventually(async () => {
      const [row] = await service.source.query<{ seats: Record<string, string> }[]>(
        `SELECT p.seats FROM proposals p JOIN team_requests t ON t.id = p.request_id WHERE t.challenge_id = $1 AND t.cause = 'repair' AND p.rank = 1`,
        [challenge.id],
      );
      return row;
    }, 'the repair');
    expect(repaired.seats['senior-officer']).toBe(reserve);
  });

  it('who is away has a deputy, who sees the region and hears of it, until the adviser is back', async () => {
    const region = (await given.council('E07000041')).region;
    const accounts = service.source.getRepository(Account);
    const away = await accounts.save({
      email: 'away@staff.example',
      name: 'Away',
      role: 'adviser' as const,
      region,
      example: true,
    });
    const deputy = await accounts.save({
      email: 'deputy@staff.example',
      name: 'Deputy',
      role: 'adviser' as const,
      region: 'London',
      example: true,
    });
    const [first, second] = [
      await new PageSession(service.app).be(away.id),
      await new PageSession(service.app).be(deputy.id),
    ];
    const challenge = await given.scoped('E07000041', [{ start: '2027-05-11', days: 3 }]);
    expect((await second.get(`/challenges/${challenge.id}`)).status).toBe(404);
    await first.post('/account/deputy', {
      deputyEmail: deputy.email,
      from: londonDate(new Date()),
      step: 'away',
    });
    expect((await second.get(`/challenges/${challenge.id}`)).status).toBe(200);
    const other = await given.scoped('E07000041', [{ start: '2027-06-08', days: 3 }]);
    expect(
      (await sent(other.id))
        .filter(({ template }) => template === 'challenge-booked')
        .map(({ recipient }) => recipient),
    ).toEqual(expect.arrayContaining(['away@staff.example', 'deputy@staff.example']));
    await first.post('/account/deputy', { step: 'back' });
    expect((await second.get(`/challenges/${challenge.id}`)).status).toBe(404);
  });
});

describe('a peer, signed in', () => {
  it('says when they are free, keeps a profile and needs, and has visits in a feed that can be ended', async () => {
    const { id, invitations } = await invited([{ start: '2027-09-07', days: 3 }]);
    for (const invitation of invitations)
      await service.done('adviser', 'post', `/api/invitations/${invitation.id}/accept`);
    const peerId = invitations[0]?.peerId ?? '';
    const { id: account } = await service.source.manager.save(Account, {
      email: 'self@staff.example',
      name: 'Self',
      role: 'peer' as const,
      peerId,
      example: true,
    });
    const peer = await new PageSession(service.app).be(account);
    expect((await peer.get('/')).text).toContain('Papers, timetable and contacts');
    expect((await peer.get(`/visits/${id}`)).status).toBe(200);

    await peer.post(`/peers/${peerId}/availability`, { 'month[2027-08]': 'busy' });
    await peer.post(`/peers/${peerId}/availability/patterns`, {
      weekday: '2',
      everyWeeks: '2',
      from: '2027-01-05',
    });
    await peer.post(`/peers/${peerId}/availability`, { 'week[2027-09-27]': 'ask' });
    const said = await service.done<{ ranges: object[]; patterns: object[]; confirmedOn: string }>(
      'adviser',
      'get',
      `/api/peers/${peerId}/availability`,
    );
    expect(said.ranges).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ from: '2027-08-01', to: '2027-08-31', state: 'busy' }),
        expect.objectContaining({ from: '2027-09-27', to: '2027-10-01', state: 'ask' }),
      ]),
    );
    expect([said.patterns.length, said.confirmedOn]).toEqual([1, londonDate(new Date())]);
    expect(
      (
        await peer.post(`/peers/${peerId}/availability/subscription`, {
          url: 'https://127.0.0.1/private.ics',
        })
      ).status,
    ).toBe(400);

    await peer.post(`/peers/${peerId}/needs`, { diet: 'vegan' });
    expect((await adviser.get(`/peers/${peerId}`)).text).toContain('vegan');
    expect((await peer.get(`/peers/${peerId}/record.json`)).text).toContain('vegan');

    const [, path = ''] =
      /http:\/\/[^/]+(\/feeds\/[^<]+\.ics)/.exec((await peer.post('/account/feed', { step: 'make' })).text) ??
      [];
    const feed = await request(service.app.getHttpServer()).get(path);
    expect(eventsOf(feed.text).map(({ summary }) => summary)).toEqual(
      expect.arrayContaining(['Finance peer review: Sandwell Metropolitan Borough Council']),
    );
    await peer.post('/account/feed', { step: 'end' });
    expect((await request(service.app.getHttpServer()).get(path)).status).toBe(404);
  });

  it('is barred by a link with the council that they declare', async () => {
    const { invitations } = await invited([{ start: '2027-12-07', days: 3 }]);
    const [invitation] = invitations;
    const { id: account } = await service.source.manager.save(Account, {
      email: 'linked@staff.example',
      name: 'Linked',
      role: 'peer' as const,
      peerId: invitation?.peerId ?? '',
      example: true,
    });
    const peer = await new PageSession(service.app).be(account);
    const answer = { link: 'yes', linkType: 'contract', days: 'yes' };
    expect(
      (await peer.post(`/invitations/${invitation?.id ?? ''}`, { ...answer, step: 'check' })).text,
    ).toContain('you are not in the team');
    await peer.post(`/invitations/${invitation?.id ?? ''}`, { ...answer, step: 'send' });
    expect(await service.done('adviser', 'get', `/api/invitations/${invitation?.id ?? ''}`)).toMatchObject({
      state: 'declined',
      reason: expect.stringContaining('contract') as unknown,
    });
    expect(await service.done('adviser', 'get', `/api/peers/${invitation?.peerId ?? ''}`)).toMatchObject({
      conflicts: [{ type: 'contract' }],
    });
  });
});
