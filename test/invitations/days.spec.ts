import ICAL from 'ical.js';
import { addDays } from '../../src/calendar/dates.js';
import { Given, type Ided } from '../support/given.js';
import { PageSession } from '../support/page-session.js';
import { eventually, Service } from '../support/service.js';

const [EARLY, LATE] = ['2027-06-15', '2027-06-22'] as const;

type Invited = Ided & { seat: string; peerId: string; peer: string };

let service: Service;
let given: Given;
let adviser: PageSession;

beforeAll(async () => {
  service = await Service.start({ environment: { REPLY_TO: 'office@cf.example' } });
  given = new Given(service);
  await given.financePool(3);
  await service.source.query(`UPDATE peers SET email = 'p' || left(id::text, 8) || '@peers.example'`);
  adviser = await new PageSession(service.app).be((await given.staff()).adviser);
});
afterAll(() => service.stop());

/** The same team as it was proposed for other days, beside it. */
async function onOtherDays(
  proposal: string,
  windowId: string,
  firstDay: string,
  rank: number,
): Promise<string> {
  const [row] = await service.source.query<[{ id: string }]>(
    `INSERT INTO proposals (request_id, challenge_id, rank, score, window_id, first_day, days, seats, terms, reasons, state)
     SELECT request_id, challenge_id, $4, score, $2, $3, days, seats, terms, reasons, 'proposed' FROM proposals WHERE id = $1 RETURNING id`,
    [proposal, windowId, firstDay, rank],
  );
  return row.id;
}

/** A team of the later of two windows, so many weeks after June, is invited; the first of it has said yes. */
async function invitedLate(
  weeks = 0,
): Promise<{ id: string; early: string; invitations: Invited[]; yes: Invited }> {
  const [first, second] = [addDays(EARLY, 7 * weeks), addDays(LATE, 7 * weeks)];
  const challenge = await given.scoped('E08000028', [
    { start: first, days: 3 },
    { start: second, days: 3 },
  ]);
  const [any] = (await given.proposals(challenge.id)).proposals;
  const late = await onOtherDays(any?.id ?? '', `${second}x3`, second, 90);
  const early = await onOtherDays(late, `${first}x3`, first, 91);
  await service.done('adviser', 'post', `/api/proposals/${late}/agree`);
  await given.approve(challenge.id);
  const path = `/api/challenges/${challenge.id}/invitations`;
  const invitations = await service.done<Invited[]>('adviser', 'post', path);
  const [yes] = invitations;
  if (!yes) throw new Error('nobody is invited');
  await service.done('adviser', 'post', `/api/invitations/${yes.id}/accept`);
  return { id: challenge.id, early, invitations, yes };
}

const messagesTo = (
  peerId: string,
  challenge: string,
): Promise<{ template: string; subject: string; body: string; calendar: string | null }[]> =>
  service.source.query(
    `SELECT template, subject, body, calendar FROM messages WHERE recipient = (SELECT email FROM peers WHERE id = $1) AND about = $2 ORDER BY created_at, id`,
    [peerId, `challenge:${challenge}`],
  );

const live = (challenge: string): Promise<{ peer: string; day: string }[]> =>
  service.source.query(
    `SELECT peer_id AS peer, first_day::text AS day FROM bookings WHERE challenge_id = $1 AND live ORDER BY peer_id`,
    [challenge],
  );

describe('a yes', () => {
  it('is to its days: a team on other days ends it only where its adviser was shown that, and asks anew', async () => {
    const { id, early, invitations, yes } = await invitedLate();
    const refused = await service.send('adviser', 'post', `/api/proposals/${early}/agree`);
    expect([refused.status, (refused.body as { detail: string }).detail]).toEqual([
      409,
      `${yes.peer} said yes to Tuesday 22 to Thursday 24 June 2027: by this team that would end. Look at what it means for them, and agree it then; or choose a team that keeps them.`,
    ]);
    expect(await live(id)).toHaveLength(4);

    const page = await adviser.get(`/proposals/${early}/agree`);
    expect(page.text).toContain('said yes to');
    expect(page.text).toContain(`name="ends" value="${yes.id}"`);
    const agreed = await adviser.post(`/proposals/${early}/agree`, { ends: yes.id });
    expect(agreed.status).toBe(303);
    expect(await live(id)).toEqual([]);
    const [, moved] = (await messagesTo(yes.peerId, id)).filter(({ template }) =>
      ['answer-received', 'invitation-withdrawn'].includes(template),
    );
    expect(moved?.subject).toBe(
      'Sandwell Metropolitan Borough Council – A finance peer review moves to other days',
    );
    expect(moved?.body).toContain('Tuesday 22 to Thursday 24 June 2027');
    expect(moved?.body).toContain('It has been moved to Tuesday 15 to Thursday 17 June 2027.');
    expect(moved?.body).toContain('you will get another invitation, for the new dates only');

    await given.approve(id);
    const again = await service.done<Invited[]>('adviser', 'post', `/api/challenges/${id}/invitations`);
    const pending = again.filter(({ state }) => state === 'pending');
    expect(pending.map(({ peerId }) => peerId).sort()).toEqual(
      invitations.map(({ peerId }) => peerId).sort(),
    );
    expect(new Set((await live(id)).map(({ day }) => day))).toEqual(new Set([EARLY]));
    for (const one of pending) await service.done('adviser', 'post', `/api/invitations/${one.id}/accept`);
    expect(await service.done('adviser', 'get', `/api/challenges/${id}`)).toMatchObject({
      state: 'confirmed',
      firstDay: EARLY,
    });
  });

  it('stands under one name in the calendar, counted up: taken out with the old days, put in with the new ones', async () => {
    const { id, early, yes } = await invitedLate(13);
    await service.done('adviser', 'post', `/api/proposals/${early}/agree`, { ends: [yes.id] });
    await given.approve(id);
    const again = await service.done<Invited[]>('adviser', 'post', `/api/challenges/${id}/invitations`);
    for (const one of again.filter(({ state }) => state === 'pending'))
      await service.done('adviser', 'post', `/api/invitations/${one.id}/accept`);
    const files = (await messagesTo(yes.peerId, id)).flatMap(({ calendar }) => (calendar ? [calendar] : []));
    const entries = files.map((file) => {
      const events = new ICAL.Component(ICAL.parse(file) as never).getAllSubcomponents('vevent');
      expect(events).toHaveLength(1);
      const event = new ICAL.Event(events[0]);
      // Whoever answers reaches somebody.
      expect(event.organizer).toBe('mailto:office@cf.example');
      return {
        method: /METHOD:(\w+)/.exec(file)?.[1],
        uid: event.uid,
        sequence: event.sequence,
        day: event.startDate.toString().slice(0, 10),
      };
    });
    for (const name of ['invitation-', 'evening-']) {
      const mine = entries.filter(({ uid }) => uid.startsWith(name));
      expect(new Set(mine.map(({ uid }) => uid)).size).toBe(1);
      // The page's own file was the first: it is taken by nobody's asking.
      expect(mine.map(({ method, sequence }) => [method, sequence])).toEqual([
        ['CANCEL', 1],
        ['REQUEST', 3],
      ]);
      expect(mine.map(({ day }) => day)).toEqual(
        [LATE, EARLY].map((day) => addDays(day, 13 * 7 - (name === 'evening-' ? 1 : 0))),
      );
    }
  });

  it('is not ended by agreeing the scope anew: postponing keeps who can come', async () => {
    const { id, invitations, yes } = await invitedLate(20);
    const other = invitations.find((one) => one.id !== yes.id);
    await service.done('adviser', 'post', `/api/invitations/${other?.id ?? ''}/decline`, { reason: 'ill' });
    const repaired = await eventually(async () => {
      const [row] = await service.source.query<{ id: string }[]>(
        `SELECT p.id FROM proposals p JOIN team_requests t ON t.id = p.request_id WHERE p.challenge_id = $1 AND t.cause = 'repair' AND p.rank = 1`,
        [id],
      );
      return row?.id;
    }, 'the repair');
    await service.done('adviser', 'post', `/api/proposals/${repaired}/agree`);
    const refused = await service.send('adviser', 'post', `/api/challenges/${id}/scope`, { reason: 'anew' });
    expect([refused.status, (refused.body as { type: string }).type.split(':').at(-1)]).toEqual([
      409,
      'yes-would-end',
    ]);
    expect(await live(id)).not.toEqual([]);
  });

  it('lies on the days of its challenge: the database refuses anything else', async () => {
    const { id } = await invitedLate(39);
    const move = (tx: { query: (sql: string, values: string[]) => Promise<unknown> }): Promise<unknown> =>
      tx.query(`UPDATE challenges SET first_day = '2027-07-06', last_day = '2027-07-08' WHERE id = $1`, [id]);
    await expect(service.source.transaction(move)).rejects.toThrow('bookings_in_days');
    await expect(
      service.source.query(`UPDATE challenges SET first_day = NULL, last_day = NULL WHERE id = $1`, [id]),
    ).rejects.toThrow('bookings_in_days');
  });
});

describe('a calendar', () => {
  it('is cleared of a challenge that was cancelled before it was confirmed, where the file could be taken by the page', async () => {
    const { id, yes } = await invitedLate(52);
    await service.done('adviser', 'post', `/api/challenges/${id}/cancel`, { reason: 'an inspection comes' });
    const last = (await messagesTo(yes.peerId, id)).slice(-2);
    expect(last.map(({ template }) => template).sort()).toEqual(['evening', 'invitation-withdrawn']);
    for (const { calendar } of last) expect(calendar).toMatch(/METHOD:CANCEL[^]*SEQUENCE:1/);
    const told = last.find(({ template }) => template === 'invitation-withdrawn');
    expect(told?.body).toContain('It does not take place: an inspection comes');
    expect(await live(id)).toEqual([]);
  });
});
