import { makeOut, type AnswerForm, LINK_TYPES } from '../../src/invitations/answering.js';
import { Given, type Ided } from '../support/given.js';
import type { PageSession } from '../support/page-session.js';
import { saidOn, signedIn } from '../support/people.js';
import { eventually, Service } from '../support/service.js';

const VISIT = { firstDay: '2027-06-08', lastDay: '2027-06-10' };
const TODAY = '2026-11-26';
const said = (form: Partial<AnswerForm>): ReturnType<typeof makeOut> =>
  makeOut({ link: 'no', days: 'yes', step: 'send', ...form }, VISIT, TODAY);

describe('what a peer makes out', () => {
  it('is a yes with no link and all the days, and nothing more', () => {
    expect(said({})).toEqual({
      yes: true,
      reason: null,
      otherDates: null,
      conflict: null,
      declared: null,
    });
  });

  it.each([
    ['employment', { type: 'employment', until: '2031-11-26' }],
    ['contract', { type: 'contract', until: null }],
    ['candidacy', { type: 'candidacy', until: null }],
    ['family', { type: 'family or friendship', until: null }],
  ] as const)('is a no by %s, whatever the days, and is kept as a bar', (linkType, conflict) => {
    const answer = said({ link: 'yes', linkType });
    expect([answer.yes, answer.conflict]).toEqual([false, conflict]);
    // In the words that they chose.
    expect(answer.reason).toBe(LINK_TYPES[linkType]);
  });

  it('is a yes after an earlier review, of which the adviser hears', () => {
    expect(said({ link: 'yes', linkType: 'review' })).toMatchObject({
      yes: true,
      conflict: null,
      reason: 'has reviewed the council before',
      declared: { type: 'review', words: '', decision: null },
    });
  });

  it('is a yes with something else that they tell, in their words', () => {
    expect(() => said({ link: 'yes', linkType: 'other' })).toThrow('What was sent cannot be used.');
    expect(said({ link: 'yes', linkType: 'other', reason: 'my brother plays there' })).toMatchObject({
      yes: true,
      conflict: null,
      declared: { type: 'other', words: 'my brother plays there' },
    });
  });

  it('is a no for some of the days, which are named in words', () => {
    expect(said({ days: 'some', some: ['2027-06-08', '2027-06-10'] })).toMatchObject({
      yes: false,
      reason: 'can do only Tuesday 8 June 2027, Thursday 10 June 2027',
    });
  });

  it('counts no days that are not of the visit', () => {
    expect(() => said({ days: 'some', some: ['2027-06-11'] })).toThrow('What was sent cannot be used.');
    expect(said({ days: 'some', some: ['2027-06-09', '2027-07-01'] }).reason).toBe(
      'can do only Wednesday 9 June 2027',
    );
  });

  it('names the link where there is one, and leaves out one that is not', () => {
    expect(() => said({ link: 'yes' })).toThrow('What was sent cannot be used.');
    expect(said({ link: 'no', linkType: 'contract' })).toMatchObject({ yes: true, conflict: null });
  });

  it('puts everything that was said into one reason', () => {
    expect(
      said({ link: 'yes', linkType: 'review', days: 'no', reason: 'on leave', otherDates: 'in July' }),
    ).toMatchObject({
      yes: false,
      reason: 'has reviewed the council before; on leave',
      otherDates: 'in July',
    });
  });
});

describe('an adviser', () => {
  let service: Service;
  let given: Given;
  let adviser: PageSession;
  let first = 0;

  beforeAll(async () => {
    service = await Service.start();
    given = new Given(service);
    await given.financePool(5);
    adviser = await signedIn(service, 'adviser');
  }, 60_000);
  afterAll(() => service.stop());

  async function invited(): Promise<{ id: string; invitations: Ided[] }> {
    const start =
      ['2027-05-11', '2027-06-08', '2027-07-06', '2027-09-07', '2027-10-05', '2027-10-19', '2027-11-09'][
        first++
      ] ?? '';
    const { challenge } = await given.approved('E08000028', [{ start, days: 3 }]);
    const invitations = await service.done<Ided[]>(
      'adviser',
      'post',
      `/api/challenges/${challenge.id}/invitations`,
    );
    return { id: challenge.id, invitations };
  }

  it('writes down what a peer said on the telephone, a yes and a no', async () => {
    const { id, invitations } = await invited();
    const [yes, no] = invitations.map((one) => `/invitations/${one.id}`);
    const page = saidOn((await adviser.get(yes ?? '')).text);
    expect(page).toContain('What did the peer say?');
    const untouched = await adviser.post(yes ?? '', {});
    expect([untouched.status, saidOn(untouched.text).includes('Choose what the peer said')]).toEqual([
      400,
      true,
    ]);
    expect(saidOn((await adviser.post(yes ?? '', { answer: 'yes' })).text)).toContain(
      'Choose whether they have any link with this council',
    );
    const accepted = await adviser.post(yes ?? '', { answer: 'yes', link: 'no' });
    expect([accepted.status, accepted.headers.location]).toEqual([303, `/challenges/${id}/invitations`]);
    const why = { answer: 'no', link: 'no', reason: 'on leave', otherDates: 'any week in July' };
    expect((await adviser.post(no ?? '', why)).status).toBe(303);
    const answers = saidOn((await adviser.get(`/challenges/${id}/invitations`)).text);
    expect(answers).toContain('said yes by telephone');
    expect(answers).toContain('on leave');
    expect(answers).toContain('any week in July');
    const stored = await service.done<Ided[]>('adviser', 'get', `/api/challenges/${id}/invitations`);
    expect(stored.map(({ state }) => state).sort()).toEqual(['accepted', 'declined', 'pending', 'pending']);
  });

  it('sees a link that was told with a yes, beside it and in a mail, and lets them stay or releases them, with a reason', async () => {
    const { id, invitations } = await invited();
    const [stays, goes] = invitations.map((one) => `/invitations/${one.id}`);
    const yes = { answer: 'yes', link: 'yes', linkType: 'review', reason: 'planning review 2019' };
    for (const one of [stays, goes]) expect((await adviser.post(one ?? '', yes)).status).toBe(303);
    expect(saidOn((await adviser.get(`/challenges/${id}/invitations`)).text)).toContain('declared a link');
    expect(saidOn((await adviser.get(`/challenges/${id}`)).text)).toContain('Look at a declared link');
    const [mail] = await service.source.query<{ body: string }[]>(
      `SELECT body FROM messages WHERE template = 'link-declared' AND about = $1 LIMIT 1`,
      [`challenge:${id}`],
    );
    expect(mail?.body).toContain('has reviewed the council before');
    expect(mail?.body).toContain('planning review 2019');
    expect(saidOn((await adviser.get(stays ?? '')).text)).toContain('planning review 2019');
    expect((await adviser.post(`${stays ?? ''}/link`, { decision: 'accepted' })).status).toBe(400);
    const kept = await adviser.post(`${stays ?? ''}/link`, { decision: 'accepted', why: 'long ago' });
    expect(kept.status).toBe(303);
    expect((await adviser.post(`${stays ?? ''}/link`, { decision: 'released', why: 'no' })).status).toBe(409);
    await adviser.post(`${goes ?? ''}/link`, { decision: 'released', why: 'too close' });
    const withIt = await service.source.query<{ words: string; decision: string; through: string }[]>(
      `SELECT declared->>'words' AS words, declared->>'decision' AS decision, answered_through AS through FROM invitations WHERE challenge_id = $1 AND state = 'withdrawn'`,
      [id],
    );
    expect(withIt).toEqual([{ words: 'planning review 2019', decision: 'released', through: 'telephone' }]);
    const stored = await service.done<Ided[]>('adviser', 'get', `/api/challenges/${id}/invitations`);
    expect(stored.map(({ state }) => state).sort()).toEqual(['accepted', 'pending', 'pending', 'withdrawn']);
    expect(saidOn((await adviser.get(`/challenges/${id}/invitations`)).text)).toContain(
      'was released from this challenge: too close',
    );
  });

  it('is told that there is nothing left to answer where the time is over', async () => {
    const { invitations } = await invited();
    service.clock.forward(60);
    const late = await adviser.post(`/invitations/${invitations[0]?.id ?? ''}`, {
      answer: 'yes',
      link: 'no',
    });
    service.clock.set(null);
    expect(late.status).toBe(409);
    expect(saidOn(late.text)).toContain(
      'The invitation is expired; ask the principal adviser whether the seat is still open.',
    );
  });

  it('who puts somebody else in a seat ends the link of the one who was asked, and of nobody else', async () => {
    await service.source.query(`UPDATE peers SET email = left(id::text, 8) || '@peers.example'`);
    const { id } = await invited();
    const links = await eventually(async () => {
      const rows = await service.source.query<{ recipient: string; body: string }[]>(
        `SELECT recipient, body FROM messages WHERE template = 'invitation' AND state = 'sent' AND about = $1`,
        [`challenge:${id}`],
      );
      return (
        rows.length === 4 &&
        new Map(rows.map(({ recipient, body }) => [recipient, /\/i\/\S+/.exec(body)?.[0] ?? '']))
      );
    }, 'four invitations');
    const [agreed] = await service.source.query<{ id: string; seats: Record<string, string> }[]>(
      `SELECT id, seats FROM proposals WHERE challenge_id = $1 AND state = 'agreed'`,
      [id],
    );
    const gone = agreed?.seats['finance-officer'] ?? '';
    const officers = await service.done<Ided[]>('adviser', 'get', '/api/peers?position=s151');
    const instead = officers.find((one) => !Object.values(agreed?.seats ?? {}).includes(one.id))?.id;
    const edited = await service.done<Ided>('adviser', 'post', `/api/proposals/${agreed?.id ?? ''}/edit`, {
      seats: { 'finance-officer': instead },
    });
    await service.done('adviser', 'post', `/api/proposals/${edited.id}/agree`);
    await given.approve(id);
    await service.done('adviser', 'post', `/api/challenges/${id}/invitations`);
    const { PageSession: Browser } = await import('../support/page-session.js');
    const statuses = new Map<string, number>();
    for (const [recipient, link] of links)
      statuses.set(recipient, (await new Browser(service.app).get(link)).status);
    expect([...statuses].filter(([, status]) => status === 404)).toEqual([
      [`${gone.slice(0, 8)}@peers.example`, 404],
    ]);
  });

  it('postpones to new days, and sees before it who is freed and who could come then', async () => {
    const { id } = await invited();
    const untouched = await adviser.post(`/challenges/${id}/leave`, {});
    expect(saidOn(untouched.text)).toContain('Choose what becomes of the challenge');
    expect(saidOn(untouched.text)).toContain('Enter the reason');
    const moved = { how: 'postpone', reason: 'an election', start: '2027-11-09' };
    const check = saidOn((await adviser.post(`/challenges/${id}/leave`, { ...moved, step: 'check' })).text);
    expect(check).toContain('Check before you postpone it');
    expect(check).toContain('Tuesday 9 to Thursday 11 November 2027');
    expect(check.split('can come on the new days by what we know').length).toBe(5);
    expect(await service.done<object[]>('adviser', 'get', `/api/bookings?challenge=${id}`)).toHaveLength(4);
    const done = await adviser.post(`/challenges/${id}/leave`, { ...moved, step: 'send' });
    expect(done.status).toBe(303);
    const challenge = await service.done<{ state: string; windows: object[]; firstDay: null }>(
      'adviser',
      'get',
      `/api/challenges/${id}`,
    );
    // The kind's own number of days, since none was said.
    expect(challenge).toMatchObject({
      state: 'postponed',
      firstDay: null,
      windows: [{ start: '2027-11-09', days: 3 }],
    });
  });

  it('does not postpone to days that cannot be, and gives no date back then', async () => {
    const { id } = await invited();
    const refused = await adviser.post(`/challenges/${id}/leave`, {
      how: 'postpone',
      reason: 'an election',
      start: '2027-12-27',
      days: '3',
      step: 'send',
    });
    expect(refused.status).toBe(400);
    expect(saidOn(refused.text)).toContain('an election');
    expect(await service.done('adviser', 'get', `/api/challenges/${id}`)).toMatchObject({
      state: 'inviting',
    });
    expect(await service.done<object[]>('adviser', 'get', `/api/bookings?challenge=${id}`)).toHaveLength(4);
  });

  it('stands a challenge down, once, with the reason in its history', async () => {
    const { id } = await invited();
    const end = { how: 'stand-down', reason: 'an inspection has arrived', step: 'send' };
    expect((await adviser.post(`/challenges/${id}/leave`, end)).status).toBe(303);
    expect(await service.done<object[]>('adviser', 'get', `/api/bookings?challenge=${id}`)).toEqual([]);
    expect(saidOn((await adviser.get(`/challenges/${id}/history`)).text)).toContain(
      'an inspection has arrived',
    );
    expect((await adviser.post(`/challenges/${id}/leave`, end)).status).toBe(409);
  });
});
