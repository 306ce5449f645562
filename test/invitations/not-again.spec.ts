import { addDays } from '../../src/calendar/dates.js';
import { LeavingService } from '../../src/invitations/leaving.service.js';
import { Given, type Ided } from '../support/given.js';
import { PageSession } from '../support/page-session.js';
import { eventually, Service } from '../support/service.js';

type Invited = Ided & { seat: string; peerId: string; peer: string };

let service: Service;
let given: Given;
let adviser: PageSession;
let weeks = 0;

beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
  await given.financePool(2);
  adviser = await new PageSession(service.app).be((await given.staff()).adviser);
});
afterAll(() => service.stop());

const MONDAYS = [
  '2027-06-07',
  '2027-06-21',
  '2027-07-05',
  '2027-07-19',
  '2027-09-06',
  '2027-09-20',
  '2027-10-04',
  '2027-10-18',
];
const nextWindow = (): object[] => [{ start: MONDAYS[weeks++], days: 3 }];

async function invited(): Promise<{ id: string; proposal: string; invitations: Invited[] }> {
  const { challenge, proposal } = await given.approved('E08000028', nextWindow());
  const path = `/api/challenges/${challenge.id}/invitations`;
  const invitations = await service.done<Invited[]>('adviser', 'post', path);
  return { id: challenge.id, proposal: proposal.id, invitations };
}

const say = (id: string, word: 'accept' | 'decline'): Promise<unknown> =>
  service.done(
    'adviser',
    'post',
    `/api/invitations/${id}/${word}`,
    word === 'accept' ? undefined : { reason: 'ill' },
  );
const stateOf = async (id: string): Promise<string> =>
  (await service.done<Ided>('adviser', 'get', `/api/challenges/${id}`)).state;
const repairOf = (id: string): Promise<string> =>
  eventually(async () => {
    const [row] = await service.source.query<{ id: string }[]>(
      `SELECT p.id FROM proposals p JOIN team_requests t ON t.id = p.request_id
       WHERE p.challenge_id = $1 AND t.cause = 'repair' AND p.state = 'proposed' ORDER BY t.created_at DESC, p.rank LIMIT 1`,
      [id],
    );
    return row?.id;
  }, 'the repair');

describe('who said no', () => {
  it('is shown so on the page of the invitations, and is not asked again by it or by the API', async () => {
    const { id, proposal, invitations } = await invited();
    const [first, ...others] = invitations;
    for (const one of others) await say(one.id, 'accept');
    await say(first?.id ?? '', 'decline');
    const page = (await adviser.get(`/challenges/${id}/invitations`)).text;
    expect(page).toContain('said no to this challenge: ill');
    expect(page).not.toContain('not asked yet');
    expect(page).not.toContain('Send the invitation');
    expect(page).toContain(`/proposals/${proposal}/seats/${first?.seat ?? ''}`);
    const refused = await service.send('adviser', 'post', `/api/challenges/${id}/invitations`);
    expect([refused.status, (refused.body as { type: string; detail: string }).type]).toEqual([
      409,
      'urn:critical-friend:problem:replace-first',
    ]);
    expect((refused.body as { detail: string }).detail).toContain(
      `${first?.peer ?? ''} said no to this challenge: ill`,
    );
  });

  it('is in no team that is proposed after, and stands barred among those who could come', async () => {
    const { id, proposal, invitations } = await invited();
    const [first] = invitations;
    await say(first?.id ?? '', 'decline');
    await repairOf(id);
    const proposed = await service.source.query<{ seats: Record<string, string> }[]>(
      `SELECT seats FROM proposals WHERE challenge_id = $1 AND state = 'proposed'`,
      [id],
    );
    expect(proposed.flatMap(({ seats }) => Object.values(seats))).not.toContain(first?.peerId);
    const back = { seats: { [first?.seat ?? '']: first?.peerId } };
    expect((await service.send('adviser', 'post', `/api/proposals/${proposal}/edit`, back)).status).toBe(409);
    const choice = (await adviser.get(`/proposals/${proposal}/seats/${first?.seat ?? ''}`)).text;
    expect(choice).toContain(`Who instead of ${first?.peer ?? ''}?`);
    expect(choice).toContain('Who stays:');
    const home = (await adviser.get(`/challenges/${id}`)).text;
    expect(home).toContain(`/proposals/${proposal}/seats/${first?.seat ?? ''}`);
  });

  it('is asked again only where the adviser takes it back, by name and with a reason', async () => {
    const { id, invitations } = await invited();
    const [first, ...others] = invitations;
    for (const one of others) await say(one.id, 'accept');
    await say(first?.id ?? '', 'decline');
    const path = `/challenges/${id}/ask-again`;
    const peer = first?.peerId ?? '';
    expect((await adviser.get(path)).text).toContain('said no to this challenge: ill');
    expect((await adviser.post(path, { peer })).text).toContain('Enter why they may be asked again');
    expect((await adviser.post(path, { peer, reason: 'is well again' })).status).toBe(303);
    const sent = await service.done<Invited[]>('adviser', 'post', `/api/challenges/${id}/invitations`);
    const again = sent.find(({ state }) => state === 'pending');
    expect(again?.peerId).toBe(first?.peerId);
    await say(again?.id ?? '', 'accept');
    expect(await stateOf(id)).toBe('confirmed');
    expect((await adviser.post(path, { peer, reason: 'twice' })).status).toBe(404);
  });
});

describe('two who cannot come', () => {
  it('are replaced one after the other, and whoever the adviser keeps is in the way of neither', async () => {
    const { id, proposal, invitations } = await invited();
    const [one, other, kept] = invitations;
    for (const peer of [one, other]) await say(peer?.id ?? '', 'decline');
    await say(kept?.id ?? '', 'accept');
    await service.source.query(
      `INSERT INTO circumstances (challenge_id, peer_id, seat, visit, state, bars, reason) VALUES ($1, $2, $3, 'on_site', 'kept', '{position}', 'knows it')`,
      [id, kept?.peerId, kept?.seat],
    );
    const [{ positions }] = await service.source.query<[{ positions: string[] }]>(
      'SELECT positions FROM peers WHERE id = $1',
      [kept?.peerId],
    );
    await service.source.query(`UPDATE peers SET positions = '{scrutiny-chair}' WHERE id = $1`, [
      kept?.peerId,
    ]);
    const emptied = await service.done<Ided>('adviser', 'post', `/api/proposals/${proposal}/edit`, {
      seats: { [one?.seat ?? '']: null },
    });
    const page = (await adviser.get(`/proposals/${emptied.id}/seats/${other?.seat ?? ''}`)).text;
    expect(page).toContain(`Who instead of ${other?.peer ?? ''}?`);
    expect(page).toContain(kept?.peer ?? '');
    expect(page.split('Who stays:')[1]).not.toContain(one?.peer);
    expect((await service.send('adviser', 'post', `/api/proposals/${emptied.id}/agree`)).status).toBe(409);
    const both = await service.done<Ided>('adviser', 'post', `/api/proposals/${emptied.id}/edit`, {
      seats: { [other?.seat ?? '']: null },
    });
    await service.done('adviser', 'post', `/api/proposals/${both.id}/agree`);
    expect(await repairOf(id).catch(() => '')).toEqual(expect.any(String));
    await service.source.query('UPDATE peers SET positions = $2 WHERE id = $1', [kept?.peerId, positions]);
  });
});

describe('a council whose objection was upheld', () => {
  it('is not shown the same member again, and its adviser comes to the choice of another with one click', async () => {
    const challenge = await given.scoped('E08000028', nextWindow());
    const [proposal] = (await given.proposals(challenge.id)).proposals;
    const path = `/api/challenges/${challenge.id}/objections`;
    await service.done('adviser', 'post', `/api/proposals/${proposal?.id ?? ''}/agree`);
    const seat = 'lead-member';
    const { id } = await service.done<Ided>('adviser', 'post', path, {
      proposalId: proposal?.id,
      seat,
      reason: 'worked with our opposition',
    });
    await service.done('adviser', 'post', `/api/objections/${id}/answer`, {
      state: 'upheld',
      answer: 'we see',
    });
    const page = (await adviser.get(`/challenges/${challenge.id}`)).text;
    expect(page).toContain('Choose somebody else');
    expect(page).toContain(`/proposals/${proposal?.id ?? ''}/seats/${seat}`);
    const gone = proposal?.seats.find((one) => one.seat === seat)?.peer;
    const choice = (await adviser.get(`/proposals/${proposal?.id ?? ''}/seats/${seat}`)).text;
    expect(choice).toContain(`Who instead of ${gone?.name ?? ''}?`);
    const same = { seats: { [seat]: gone?.id } };
    const again = await service.send('adviser', 'post', `/api/proposals/${proposal?.id ?? ''}/agree`);
    expect(again.status).toBe(200); // it is the agreed one, and no way on: it is not approved
    const approved = await service.send('adviser', 'post', `/api/challenges/${challenge.id}/team-approval`, {
      proposalId: proposal?.id,
    });
    expect(approved.status).toBe(409);
    expect(
      (await service.send('adviser', 'post', `/api/proposals/${proposal?.id ?? ''}/edit`, same)).status,
    ).toBe(409);
  });
});

describe('a team that loses somebody whom nobody can replace', () => {
  it('is confirmed with the seat empty once the others have said yes', async () => {
    const { id, proposal, invitations } = await invited();
    const [first, ...others] = invitations;
    for (const one of others) await say(one.id, 'accept');
    await say(first?.id ?? '', 'decline');
    await repairOf(id);
    const edited = await service.done<Ided>('adviser', 'post', `/api/proposals/${proposal}/edit`, {
      seats: { [first?.seat ?? '']: null },
    });
    await service.done('adviser', 'post', `/api/proposals/${edited.id}/agree`);
    await given.approve(id);
    expect((await adviser.get(`/challenges/${id}/invitations`)).text).toContain('Go on with this team');
    await service.done('adviser', 'post', `/api/challenges/${id}/invitations`);
    expect(await stateOf(id)).toBe('confirmed');
    const history = await service.source.query<{ reason: string }[]>(
      `SELECT reason FROM challenge_changes WHERE challenge_id = $1 ORDER BY id DESC LIMIT 1`,
      [id],
    );
    expect(history).toEqual([{ reason: 'everybody has said yes; 1 seat stays empty' }]);
  });
});

describe('whoever said yes and has the visit in their own calendar', () => {
  it('stays in a repair, which reads that calendar as busy; what else is in it still stands against other days', async () => {
    const { id, proposal, invitations } = await invited();
    const [first, ...others] = invitations;
    for (const one of others) await say(one.id, 'accept');
    const { firstDay } = await service.done<{ firstDay: string }>(
      'adviser',
      'get',
      `/api/proposals/${proposal}`,
    );
    const busy = [{ from: addDays(firstDay, -1), to: addDays(firstDay, 5), state: 'busy' }];
    await service.source.query(
      `UPDATE peers SET availability = availability || jsonb_build_object('calendar', $1::jsonb) WHERE id = ANY($2)`,
      [JSON.stringify(busy), others.map(({ peerId }) => peerId)],
    );
    await say(first?.id ?? '', 'decline');
    const { seats } = await service.done<{ seats: { seat: string; peer: { id: string } | null }[] }>(
      'adviser',
      'get',
      `/api/proposals/${await repairOf(id)}`,
    );
    const peerIn = (seat: string): string | undefined => seats.find((one) => one.seat === seat)?.peer?.id;
    expect(others.map(({ seat }) => peerIn(seat))).toEqual(others.map(({ peerId }) => peerId));
    const moved = { windows: [{ start: addDays(firstDay, 1), days: 3 }] };
    const could = await service.app.get(LeavingService).preview(id, moved.windows);
    expect(could.asked.map(({ couldCome }) => couldCome)).toEqual(others.map(() => false));
  });
});

describe('an objection that waits for its answer', () => {
  it('is not gone by agreeing another team with the same member', async () => {
    const challenge = await given.scoped('E08000028', nextWindow());
    const [proposal] = (await given.proposals(challenge.id)).proposals;
    const id = proposal?.id ?? '';
    await service.done('adviser', 'post', `/api/proposals/${id}/agree`);
    await service.done('adviser', 'post', `/api/challenges/${challenge.id}/objections`, {
      proposalId: id,
      seat: 'lead-member',
      reason: 'too close to us',
    });
    const same = await service.done<Ided>('adviser', 'post', `/api/proposals/${id}/edit`, { seats: {} });
    const refused = await service.send('adviser', 'post', `/api/proposals/${same.id}/agree`);
    const name = proposal?.seats.find(({ seat }) => seat === 'lead-member')?.peer?.name ?? '';
    expect([refused.status, (refused.body as { detail: string }).detail]).toEqual([
      409,
      `The objection of the council to ${name} is open; answer it first, or choose somebody else.`,
    ]);
    const without = await service.done<Ided>('adviser', 'post', `/api/proposals/${id}/edit`, {
      seats: { 'lead-member': null },
    });
    await service.done('adviser', 'post', `/api/proposals/${without.id}/agree`);
  });
});
