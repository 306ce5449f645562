import { Message } from '../../src/messages/message.entity.js';
import { cycleCouncils } from '../../src/programme/cycle/coverage.js';
import { QuestionsService } from '../../src/proposals/questions.service.js';
import { Given, type Ided } from '../support/given.js';
import { saidOn, signedIn, versionOn } from '../support/people.js';
import { Service } from '../support/service.js';

/** Two metropolitan boroughs far from each other, and bodies joined to the second. */
const SANDWELL = 'E08000028';
const BOLTON = 'E08000001';
const BURY = 'E08000002';
const GREATER_MANCHESTER = 'E47000001';
const SEAT = 'senior-officer';

let service: Service;
let given: Given;

beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
  await given.financePool(6);
  await given.staff();
  await service.source.query(`UPDATE peers SET email = 'p-' || id || '@peers.example'`);
});
afterAll(() => service.stop());

const idOf = async (code: string): Promise<string> => (await given.council(code)).id;

/** Changes a challenge as its adviser. */
async function edit(id: string, body: object): ReturnType<Service['send']> {
  const { version } = await service.done<{ version: number }>('adviser', 'get', `/api/challenges/${id}`);
  const headers = { 'If-Match': `"${String(version)}"` };
  return service.send('adviser', 'patch', `/api/challenges/${id}`, body, headers);
}

/** A finance review of both boroughs together. */
async function joint(start = '2027-06-08'): Promise<Ided> {
  const challenge = await given.scoped(SANDWELL, [{ start, days: 3 }]);
  expect((await edit(challenge.id, { partnerIds: [await idOf(BOLTON)] })).status).toBe(200);
  return challenge;
}

describe('a challenge of two bodies together', () => {
  it.each([
    ['an officer of the partner', BOLTON, 'ownCouncil'],
    ['an officer of the authority that the partner belongs to', GREATER_MANCHESTER, 'ownCouncil'],
    ['an officer next door to the partner', BURY, 'neighbour'],
    ['an officer of the body that booked it', SANDWELL, 'ownCouncil'],
  ])('%s may not look at it', async (_, from, bar) => {
    const { id } = await joint();
    const person = await given.peer({
      class: 'officer',
      positions: ['chief-executive'],
      councilId: await idOf(from),
    });
    const team = { challengeId: id, seats: { [SEAT]: person.id }, firstDay: '2027-06-08', days: 3 };
    const [barred] = await service.app.get(QuestionsService).barred(service.source.manager, team);
    expect(barred?.bars).toEqual([bar]);
    await service.done('programme', 'post', `/api/peers/${person.id}/retire`);
  });

  it('bars whoever is linked to the partner', async () => {
    const { id } = await joint();
    const person = await given.peer({
      class: 'officer',
      positions: ['chief-executive'],
      conflicts: [{ councilId: await idOf(BOLTON), type: 'contract', until: null }],
    });
    const team = { challengeId: id, seats: { [SEAT]: person.id }, firstDay: '2027-06-08', days: 3 };
    const [barred] = await service.app.get(QuestionsService).barred(service.source.manager, team);
    expect(barred?.bars).toEqual(['conflict']);
  });

  it('is seen, and its team approved, by each of them', async () => {
    const { id } = await joint();
    const { proposals } = await given.proposals(id);
    await service.done('adviser', 'post', `/api/proposals/${proposals[0]?.id ?? ''}/agree`);
    const [sandwell, bolton, bury] = await Promise.all(
      [SANDWELL, BOLTON, BURY].map(async (code) =>
        signedIn(service, 'council', { councilId: await idOf(code) }),
      ),
    );
    expect((await bury?.get(`/challenges/${id}`))?.status).toBe(404);
    for (const one of [sandwell, bolton]) {
      expect(saidOn((await one?.get('/challenges'))?.text ?? '')).toContain('Finance peer review');
      const home = saidOn((await one?.get('/'))?.text ?? '');
      expect(home).toContain('A team is proposed.');
      const page = saidOn((await one?.get(`/challenges/${id}`))?.text ?? '');
      expect(page).toContain('Sandwell Metropolitan Borough Council and Bolton Metropolitan Borough Council');
      expect(page).toContain('Your turn: a team is proposed');
    }
    const form = { proposalId: await given.agreed(id), answer: 'approve' };
    expect((await sandwell?.post(`/challenges/${id}/approval`, form))?.status).toBe(303);
    expect(saidOn((await sandwell?.get(`/challenges/${id}/approval`))?.text ?? '')).toContain(
      'the team is not approved by everybody yet',
    );
    const invite = await service.send('adviser', 'post', `/api/challenges/${id}/invitations`);
    expect(invite.status).toBe(409);
    expect(invite.body).toMatchObject({ type: 'urn:critical-friend:problem:not-approved' });
    expect(invite.text).toContain('Not yet heard from: Bolton Metropolitan Borough Council.');
    expect(await approved(id)).toBe(false);

    expect(saidOn((await bolton?.get(`/challenges/${id}`))?.text ?? '')).toContain('Your turn');
    expect((await bolton?.post(`/challenges/${id}/approval`, form))?.status).toBe(303);
    expect(await approved(id)).toBe(true);
    await service.done('adviser', 'post', `/api/challenges/${id}/invitations`);
    const [mail] = await service.source.manager.findBy(Message, {
      template: 'invitation',
      about: `challenge:${id}`,
    });
    expect(mail?.body).toContain(
      'Sandwell Metropolitan Borough Council and Bolton Metropolitan Borough Council',
    );
  });

  it('says whose an objection is, and names three bodies as people do', async () => {
    const { id } = await given.scoped(SANDWELL, [{ start: '2028-02-08', days: 3 }]);
    const partnerIds = [await idOf(BOLTON), await idOf(GREATER_MANCHESTER)];
    expect((await edit(id, { partnerIds })).status).toBe(200);
    const { proposals } = await given.proposals(id);
    await service.done('adviser', 'post', `/api/proposals/${proposals[0]?.id ?? ''}/agree`);
    const bolton = await signedIn(service, 'council', { councilId: partnerIds[0] ?? '' });
    const objection = { proposalId: await given.agreed(id), seat: SEAT, reason: 'they left us in a quarrel' };
    expect((await bolton.post(`/challenges/${id}/objection`, objection)).status).toBe(303);
    expect(await service.done('adviser', 'get', `/api/challenges/${id}/objections`)).toMatchObject([
      { councilId: partnerIds[0] },
    ]);
    const [mail] = await service.source.manager.findBy(Message, {
      template: 'objection-made',
      about: `challenge:${id}`,
    });
    expect(mail?.body).toContain('Bolton Metropolitan Borough Council objects to the senior officer');
    const adviser = await signedIn(service, 'adviser');
    expect(saidOn((await adviser.get(`/challenges/${id}/history`)).text)).toContain(
      'Bolton Metropolitan Borough Council objects to',
    );
    const page = saidOn((await bolton.get(`/challenges/${id}/approval`)).text);
    expect(page).toContain('Bolton Metropolitan Borough Council objected (open)');
    expect(page).toMatch(/Sandwell Metropolitan Borough Council, Bolton [\w ]+ and Greater Manchester/);
    const [open] = await service.done<Ided[]>('adviser', 'get', `/api/challenges/${id}/objections`);
    await adviser.post(`/objections/${open?.id ?? ''}`, { state: 'dismissed', answer: 'that was long ago' });
    const answered = await service.source.query<{ council: string }[]>(
      `SELECT DISTINCT a.council_id AS council FROM messages m JOIN accounts a ON a.email = m.recipient WHERE m.about = $1 AND m.template = 'objection-answered'`,
      [`challenge:${id}`],
    );
    expect(answered.map(({ council }) => council)).toEqual([partnerIds[0]]);
  });

  it('shows a partner no other challenge of the first body', async () => {
    const { id } = await joint('2027-11-09');
    const other = await given.scoped(SANDWELL);
    await service.source.query(
      `UPDATE challenges SET first_day = '2027-10-05', last_day = '2027-10-07' WHERE id = $1`,
      [other.id],
    );
    const near = async (who: Parameters<Service['send']>[0]): Promise<string[]> =>
      (await service.done<Ided[]>(who, 'get', `/api/challenges/${id}/nearby`)).map((one) => one.id);
    expect(await near('adviser')).toContain(other.id);
    const bolton = await service.token('council', { councilId: await idOf(BOLTON) });
    expect(await near({ token: bolton })).not.toContain(other.id);
  });

  it('keeps nobody in the lead whose seat is gone', async () => {
    const { id } = await given.scoped(SANDWELL);
    await service.done('adviser', 'put', `/api/challenges/${id}/lead`, { seat: SEAT });
    const { seats } = await service.done<{ seats: { id: string }[] }>(
      'adviser',
      'get',
      `/api/challenges/${id}`,
    );
    expect((await edit(id, { seats: seats.filter((one) => one.id !== SEAT) })).status).toBe(200);
    const [row] = await service.source.query<{ lead: string | null }[]>(
      'SELECT lead_seat AS lead FROM challenges WHERE id = $1',
      [id],
    );
    expect(row?.lead).toBeNull();
  });

  it('is told to those who speak for the partner', async () => {
    await signedIn(service, 'council', { councilId: await idOf(BOLTON) });
    const { id } = await joint();
    const { proposals } = await given.proposals(id);
    await service.done('adviser', 'post', `/api/proposals/${proposals[0]?.id ?? ''}/agree`);
    const told = await service.source.query<{ to: string }[]>(
      `SELECT DISTINCT a.council_id AS "to" FROM messages m JOIN accounts a ON a.email = m.recipient WHERE m.about = $1 AND m.template = 'team-for-approval'`,
      [`challenge:${id}`],
    );
    expect(told.map(({ to }) => to)).toContain(await idOf(BOLTON));
  });

  it('is told to a partner when it joins; where nobody speaks for it, the scope says so', async () => {
    const account = await signedIn(service, 'council', { councilId: await idOf(BURY) });
    expect((await account.get('/')).status).toBe(200);
    const { id } = await given.scoped(SANDWELL, [{ start: '2028-03-07', days: 3 }]);
    const partnerIds = [await idOf(BURY), await idOf('E08000021')];
    expect((await edit(id, { partnerIds })).status).toBe(200);
    expect((await edit(id, { partnerIds })).status).toBe(200);
    const told = await service.source.query<{ body: string; council: string; recipient: string }[]>(
      `SELECT m.body, a.council_id AS council, m.recipient FROM messages m JOIN accounts a ON a.email = m.recipient WHERE m.about = $1 AND m.template = 'partner-joined'`,
      [`challenge:${id}`],
    );
    expect(new Set(told.map(({ council }) => council))).toEqual(new Set([partnerIds[0]]));
    // Saying it again tells nobody twice.
    expect(new Set(told.map(({ recipient }) => recipient)).size).toBe(told.length);
    expect(told[0]?.body).toContain('are having one finance peer review together, and yours is one of them.');
    const adviser = await signedIn(service, 'adviser');
    const page = saidOn((await adviser.get(`/challenges/${id}/scope`)).text);
    expect(page).toContain('Nobody speaks here yet for Newcastle City Council');
    expect(page).not.toContain('Nobody speaks here yet for Bury');
  });

  it('is within the days of the calendar of each', async () => {
    await service.source.query(
      `UPDATE councils SET election_pattern = 'whole', election_base_year = 2027, election_next_year = 2027 WHERE code = $1`,
      [BOLTON],
    );
    await service.source.query(
      `UPDATE councils SET election_pattern = 'whole', election_base_year = 2026, election_next_year = 2030 WHERE code = $1`,
      [SANDWELL],
    );
    const { id } = await service.done<Ided>('adviser', 'post', '/api/challenges', {
      councilId: await idOf(SANDWELL),
      kind: 'corporate',
      windows: [{ start: '2027-04-13', days: 4 }],
    });
    const refused = await edit(id, { partnerIds: [await idOf(BOLTON)] });
    expect(refused.status).toBe(400);
    expect(refused.text).toMatch(/Bolton Metropolitan Borough Council: .*pre-election/);
    expect(
      (await edit(id, { partnerIds: [await idOf(BOLTON)], windows: [{ start: '2027-06-08', days: 4 }] }))
        .status,
    ).toBe(200);
    const later = await edit(id, { windows: [{ start: '2027-04-13', days: 4 }] });
    expect(later.text).toMatch(/Bolton Metropolitan Borough Council: .*pre-election/);
  });

  it.each([
    ['itself', async () => [await idOf(SANDWELL)], 'names the body that booked it'],
    ['a body twice', async () => [await idOf(BOLTON), await idOf(BOLTON)], 'names a body twice'],
    [
      'what is no body',
      () => Promise.resolve(['00000000-0000-4000-8000-000000000000']),
      'allowed: the ids of host bodies',
    ],
    [
      'half the country',
      async () =>
        Promise.all(['E08000001', 'E08000002', 'E08000003', 'E08000004', 'E08000005', 'E08000006'].map(idOf)),
      'found 6; allowed: up to 5',
    ],
  ])('is not with %s', async (_, partners, fault) => {
    const { id } = await given.scoped(SANDWELL);
    const refused = await edit(id, { partnerIds: await partners() });
    expect(refused.status).toBe(400);
    expect(refused.text).toContain(fault);
  });

  it('is booked for the cycle of each', async () => {
    const { id } = await service.done<Ided>('adviser', 'post', '/api/challenges', {
      councilId: await idOf(SANDWELL),
      kind: 'corporate',
      windows: [{ start: '2027-10-05', days: 4 }],
    });
    await edit(id, { partnerIds: [await idOf('E06000022')] });
    const councils = await cycleCouncils(service.source.manager, service.db.today(), null);
    expect(councils.find(({ code }) => code === 'E06000022')?.bookedFor).toBe('2027-10-05');
  });

  it('is said on the page of its scope, by code or name', async () => {
    const adviser = await signedIn(service, 'adviser');
    const { id } = await given.scoped(SANDWELL);
    const page = await adviser.get(`/challenges/${id}/scope/hosts`);
    const saved = await adviser.post(`/challenges/${id}/scope/hosts`, {
      version: versionOn(page.text),
      mode: 'hybrid',
      partners: 'bolton metropolitan borough council\nE06000022',
    });
    expect(saved.status).toBe(303);
    const said = saidOn((await adviser.get(`/challenges/${id}`)).text);
    expect(said).toContain('Hybrid: partly on site');
    expect(said).toContain('and Bath and North East Somerset Council');
    // A body whose end is recorded is there until that day.
    await service.source.query(`UPDATE councils SET valid_to = '2030-03-31' WHERE code = $1`, [BOLTON]);
    const kept = await adviser.get(`/challenges/${id}/scope/hosts`);
    const same = { version: versionOn(kept.text), mode: 'hybrid', partners: BOLTON };
    expect((await adviser.post(`/challenges/${id}/scope/hosts`, same)).status).toBe(303);
    const again = await adviser.get(`/challenges/${id}/scope/hosts`);
    const refused = await adviser.post(`/challenges/${id}/scope/hosts`, {
      version: versionOn(again.text),
      mode: 'hybrid',
      partners: 'Boltn',
    });
    expect(refused.status).toBe(400);
    expect(saidOn(refused.text)).toContain('Found &quot;Boltn&quot;');
    expect(refused.text).toContain('>Boltn<');
  });
});

describe('a remote challenge', () => {
  it('weighs no distance, and is told as remote in mails and calendars', async () => {
    const { id } = await given.scoped(SANDWELL, [{ start: '2027-09-07', days: 3 }]);
    await edit(id, { mode: 'remote' });
    const question = await service.app.get(QuestionsService).of(id);
    expect(question.policy.distanceMax).toBe(0);
    const { proposals } = await given.proposals(id);
    await service.done('adviser', 'post', `/api/proposals/${proposals[0]?.id ?? ''}/agree`);
    await given.approve(id);
    const invitations = await service.done<{ id: string; peerId: string }[]>(
      'adviser',
      'post',
      `/api/challenges/${id}/invitations`,
    );
    const [mail] = await service.source.manager.findBy(Message, {
      template: 'invitation',
      about: `challenge:${id}`,
    });
    expect(mail?.body).toContain('Remote: without a visit on site.');
    for (const one of invitations) await service.done('adviser', 'post', `/api/invitations/${one.id}/accept`);
    const [confirmed] = await service.source.manager.findBy(Message, {
      template: 'confirmed-peer',
      about: `challenge:${id}`,
    });
    expect(confirmed?.calendar).toMatch(/^LOCATION:Remote\r?$/m);
    expect(confirmed?.body).toContain('Remote: without a visit on site.');
    expect(confirmed?.body).not.toContain('evening before');
    expect(
      await service.source.manager.countBy(Message, { template: 'evening', about: `challenge:${id}` }),
    ).toBe(0);
    const peer = await signedIn(service, 'peer', { peerId: invitations[0]?.peerId ?? '' });
    expect(saidOn((await peer.get(`/visits/${id}`)).text)).toContain('Remote: without a visit on site.');
  });
});

/** Whether the rule in the database says that the team is approved. */
async function approved(challengeId: string): Promise<boolean> {
  const rows = await service.source.query<unknown[]>('SELECT FROM approved_teams WHERE challenge_id = $1', [
    challengeId,
  ]);
  return rows.length > 0;
}
