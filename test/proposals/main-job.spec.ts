import { Invitation } from '../../src/invitations/invitation.entity.js';
import { AnswersService } from '../../src/invitations/answers.service.js';
import { AgreementService } from '../../src/proposals/agreement.service.js';
import { Given, type Ided } from '../support/given.js';
import { eventually, Service } from '../support/service.js';

const SANDWELL = 'E08000028';

let service: Service;
let given: Given;

beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
  await given.financePool(5);
});
afterAll(() => service.stop());

describe('the main job', () => {
  it('runs from a booking by the council to a confirmed challenge with its progress review pencilled in', async () => {
    const council = await given.council(SANDWELL);
    const councilToken = { token: await service.token('council', { councilId: council.id }) };
    const booked = await service.done<Ided>(councilToken, 'post', '/api/challenges', {
      councilId: council.id,
      kind: 'finance',
      windows: [{ start: '2027-06-08', days: 3 }],
    });
    expect(booked.state).toBe('enquiry');
    await service.done('adviser', 'post', `/api/challenges/${booked.id}/scope`, {
      reason: 'scoped with the leader',
    });

    const { proposals } = await given.proposals(booked.id);
    expect(proposals).toHaveLength(3);
    const [best] = proposals;
    await service.done('adviser', 'post', `/api/proposals/${best?.id ?? ''}/agree`);
    await given.approve(booked.id, councilToken);

    const invitations = await service.done<Ided[]>(
      'adviser',
      'post',
      `/api/challenges/${booked.id}/invitations`,
    );
    expect(invitations).toHaveLength(4);
    for (const { id } of invitations) await service.done('adviser', 'post', `/api/invitations/${id}/accept`);

    const confirmed = await service.done(councilToken, 'get', `/api/challenges/${booked.id}`);
    expect(confirmed).toMatchObject({ state: 'confirmed', firstDay: '2027-06-08', lastDay: '2027-06-10' });
    const visits = await service.done(councilToken, 'get', `/api/visits?challenge=${booked.id}`);
    expect(visits).toMatchObject([
      { type: 'on_site', state: 'dated', firstDay: '2027-06-08' },
      { type: 'progress_review', state: 'pencilled', firstDay: '2028-04-10' },
    ]);
    const history = await service.done<{ to: string }[]>(
      'adviser',
      'get',
      `/api/challenges/${booked.id}/history`,
    );
    expect(history.map(({ to }) => to)).toEqual([
      'enquiry',
      'scoped',
      'team_proposed',
      'team_agreed',
      'inviting',
      'confirmed',
    ]);
  });

  it('gives the same answer to the same question', async () => {
    const { id } = await given.scoped('E08000029', [{ start: '2027-07-06', days: 3 }]);
    const [first, second] = [await given.proposals(id), await given.proposals(id)];
    const plain = ({ proposals }: typeof first): unknown => proposals.map(({ seats }) => seats);
    expect(plain(second)).toEqual(plain(first));
  });

  it('answers two requests at once with one job', async () => {
    const { id } = await given.scoped('E08000030', [{ start: '2027-07-13', days: 3 }]);
    const [a, b] = await Promise.all(
      [0, 1].map(() => service.done<Ided>('adviser', 'post', `/api/challenges/${id}/team-requests`)),
    );
    await given.answered(a?.id ?? '');
    await given.answered(b?.id ?? '');
    // Two at a time there never are: the second is the first, or came when that was answered.
    const requests = await service.source.query<{ id: string; after: boolean | null; proposals: number }[]>(
      `SELECT t.id, t.created_at >= lag(t.finished_at) OVER (ORDER BY t.created_at) AS after,
         (SELECT count(*)::int FROM proposals p WHERE p.request_id = t.id) AS proposals
       FROM team_requests t WHERE t.challenge_id = $1 ORDER BY t.created_at`,
      [id],
    );
    expect(new Set([a?.id, b?.id])).toEqual(new Set(requests.map((one) => one.id)));
    expect(requests.map(({ after }) => after)).toEqual(requests.length === 1 ? [null] : [null, true]);
    for (const { proposals } of requests) expect(proposals).toBe(3);
  });

  it('waits for the council: no invitation before approval or silence', async () => {
    const { id } = await given.scoped('E08000031', [{ start: '2027-09-07', days: 3 }]);
    const [best] = (await given.proposals(id)).proposals;
    await service.done('adviser', 'post', `/api/proposals/${best?.id ?? ''}/agree`);
    const early = await service.send('adviser', 'post', `/api/challenges/${id}/invitations`);
    expect(early.status).toBe(409);
    expect((early.body as { detail: string }).detail).toMatch(/silence is consent/);

    service.clock.forward(30);
    const invitations = await service.done<Ided[]>('adviser', 'post', `/api/challenges/${id}/invitations`);
    service.clock.set(null);
    expect(invitations).toHaveLength(4);
    expect(await service.done('adviser', 'get', `/api/challenges/${id}/team-approval`)).toMatchObject({
      approved: true,
      approvals: [{ by: 'silence' }],
    });
  });

  it('holds invitations back while an objection stands, until the team is edited and approved', async () => {
    const council = await given.council('E08000032');
    const councilToken = { token: await service.token('council', { councilId: council.id }) };
    const { id } = await given.scoped('E08000032', [{ start: '2027-09-21', days: 3 }]);
    const [best, other] = (await given.proposals(id)).proposals;
    await service.done('adviser', 'post', `/api/proposals/${best?.id ?? ''}/agree`);
    const objection = await service.done<Ided>(councilToken, 'post', `/api/challenges/${id}/objections`, {
      proposalId: best?.id,
      seat: 'finance-officer',
      reason: 'applied for our post last year',
    });
    const proposalId = best?.id;
    const early = await service.send(councilToken, 'post', `/api/challenges/${id}/team-approval`, {
      proposalId,
    });
    expect(early.status).toBe(409);
    await service.done('adviser', 'post', `/api/objections/${objection.id}/answer`, {
      state: 'upheld',
      answer: 'we ask somebody else',
    });

    const taken = new Set(best?.seats.map(({ peer }) => peer?.id));
    const substitute =
      other?.seats.find(({ seat, peer }) => seat === 'finance-officer' && !taken.has(peer?.id ?? ''))?.peer
        ?.id ?? (await spareFinanceOfficer(taken));
    const edited = await service.done<Ided>('adviser', 'post', `/api/proposals/${best?.id ?? ''}/edit`, {
      seats: { 'finance-officer': substitute },
    });
    await service.done('adviser', 'post', `/api/proposals/${edited.id}/agree`);
    await given.approve(id, councilToken);
    expect(await service.done<Ided[]>('adviser', 'post', `/api/challenges/${id}/invitations`)).toHaveLength(
      4,
    );
  });

  it('replaces one who declines and keeps everybody else', async () => {
    const { challenge, proposal } = await given.approved('E08000033', [{ start: '2027-10-05', days: 3 }]);
    const invitations = await service.done<(Ided & { peerId: string; seat: string })[]>(
      'adviser',
      'post',
      `/api/challenges/${challenge.id}/invitations`,
    );
    const [gone, ...staying] = invitations;
    for (const { id } of staying) await service.done('adviser', 'post', `/api/invitations/${id}/accept`);
    await service.done('adviser', 'post', `/api/invitations/${gone?.id ?? ''}/decline`, {
      reason: 'a clash',
      otherDates: 'any week in November',
    });

    const repair = await eventually(async () => {
      const rows = await service.source.query<{ id: string }[]>(
        `SELECT id FROM team_requests WHERE challenge_id = $1 AND cause = 'repair' AND state = 'done'`,
        [challenge.id],
      );
      return rows[0];
    }, 'a repair');
    const [repaired] = (await given.answered(repair.id)).proposals;
    const after = Object.fromEntries((repaired?.seats ?? []).map(({ seat, peer }) => [seat, peer?.id]));
    for (const { seat, peer } of proposal.seats) {
      if (seat === gone?.seat) expect(after[seat]).not.toBe(peer?.id);
      else expect(after[seat]).toBe(peer?.id);
    }
    await service.done('adviser', 'post', `/api/proposals/${repaired?.id ?? ''}/agree`);
    await given.approve(challenge.id);
    const again = await service.done<Ided[]>(
      'adviser',
      'post',
      `/api/challenges/${challenge.id}/invitations`,
    );
    const open = again.filter(({ state }) => state === 'pending');
    expect(open).toHaveLength(1);
    await service.done('adviser', 'post', `/api/invitations/${open[0]?.id ?? ''}/accept`);
    expect(await service.done('adviser', 'get', `/api/challenges/${challenge.id}`)).toMatchObject({
      state: 'confirmed',
    });
  });

  it('ends what nobody answered in time, gives the days back and looks for a replacement', async () => {
    const { challenge } = await given.approved('E08000035', [{ start: '2027-11-23', days: 3 }]);
    const [invitation, ...others] = await service.done<Ided[]>(
      'adviser',
      'post',
      `/api/challenges/${challenge.id}/invitations`,
    );
    await service.done('adviser', 'post', `/api/invitations/${others[0]?.id ?? ''}/accept`);
    const answers = service.app.get(AnswersService);
    const { expiresAt } = await service.source.manager.findOneByOrFail(Invitation, {
      id: invitation?.id ?? '',
    });
    const before = new Date(expiresAt.getTime() - 1000);
    await answers.expire(invitation?.id ?? '', before);
    expect(await answers.expireAll(before)).toBe(0);
    expect(await service.done('adviser', 'get', `/api/invitations/${invitation?.id ?? ''}`)).toMatchObject({
      state: 'pending',
    });
    service.clock.set(expiresAt);
    await answers.expire(others[0]?.id ?? '', expiresAt);
    expect(await answers.expireAll(expiresAt)).toBeGreaterThanOrEqual(3);
    expect(await answers.expireAll(expiresAt)).toBe(0);
    service.clock.set(null);
    const states = await service.done<Ided[]>(
      'adviser',
      'get',
      `/api/challenges/${challenge.id}/invitations`,
    );
    expect(states.map(({ state }) => state).sort()).toEqual(['accepted', 'expired', 'expired', 'expired']);
    expect(await service.done('adviser', 'get', `/api/invitations/${invitation?.id ?? ''}`)).toMatchObject({
      state: 'expired',
    });
    expect(
      await service.done<object[]>('adviser', 'get', `/api/bookings?challenge=${challenge.id}`),
    ).toHaveLength(1);
    const [{ repairs }] = await service.source.query<[{ repairs: string }]>(
      `SELECT count(*) AS repairs FROM team_requests WHERE challenge_id = $1 AND cause = 'repair'`,
      [challenge.id],
    );
    expect(repairs).toBe('3');
  });

  it('takes silence for consent once a day, and not while an objection is open', async () => {
    const [quiet, contested] = [
      await given.scoped('E08000036', [{ start: '2028-01-11', days: 3 }]),
      await given.scoped('E08000037', [{ start: '2028-01-18', days: 3 }]),
    ];
    for (const { id } of [quiet, contested]) {
      const [best] = (await given.proposals(id)).proposals;
      await service.done('adviser', 'post', `/api/proposals/${best?.id ?? ''}/agree`);
    }
    await service.done('adviser', 'post', `/api/challenges/${contested.id}/objections`, {
      proposalId: await given.agreed(contested.id),
      seat: 'finance-officer',
      reason: 'a former colleague',
    });
    const agreement = service.app.get(AgreementService);
    const later = new Date(Date.now() + 30 * 86_400_000);
    expect(await agreement.acceptSilence(new Date())).toBe(0);
    await agreement.acceptSilence(later);
    expect(await agreement.acceptSilence(later)).toBe(0);
    expect(await service.done('adviser', 'get', `/api/challenges/${quiet.id}/team-approval`)).toMatchObject({
      approved: true,
      approvals: [{ by: 'silence' }],
    });
    expect(
      await service.done('adviser', 'get', `/api/challenges/${contested.id}/team-approval`),
    ).toMatchObject({
      approved: false,
      approvals: [],
    });
  });

  it('gives the dates back when a challenge is cancelled, and when it is postponed keeps whom it can', async () => {
    const { challenge, proposal } = await given.approved('E08000034', [{ start: '2027-11-02', days: 3 }]);
    await service.done('adviser', 'post', `/api/challenges/${challenge.id}/invitations`);
    await service.done('adviser', 'post', `/api/challenges/${challenge.id}/postpone`, {
      reason: 'an election',
      windows: [{ start: '2027-11-16', days: 3 }],
    });
    expect(await service.done('adviser', 'get', `/api/bookings?challenge=${challenge.id}`)).toEqual([]);
    const renewed = await eventually(async () => {
      const rows = await service.source.query<{ id: string }[]>(
        `SELECT id FROM team_requests WHERE challenge_id = $1 AND cause = 'repair' AND state = 'done'`,
        [challenge.id],
      );
      return rows[0];
    }, 'the team for the new dates');
    const [team] = (await given.answered(renewed.id)).proposals;
    expect(team?.seats).toEqual(
      proposal.seats.map((seat) => ({ ...seat, reason: expect.any(String) as string })),
    );

    await service.done('adviser', 'post', `/api/challenges/${challenge.id}/cancel`, {
      reason: 'withdrawn by the council',
    });
    const late = await service.send('adviser', 'post', `/api/challenges/${challenge.id}/team-requests`);
    expect(late.status).toBe(409);
  });
});

async function spareFinanceOfficer(taken: Set<string | undefined>): Promise<string> {
  const peers = await service.done<Ided[]>('adviser', 'get', '/api/peers?position=s151');
  return peers.find(({ id }) => !taken.has(id))?.id ?? '';
}
