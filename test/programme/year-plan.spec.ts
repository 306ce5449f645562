import { SYSTEM } from '../../src/people/access.js';
import { PlannedTeamsService } from '../../src/proposals/planned-teams.service.js';
import { Proposal } from '../../src/proposals/proposal.entity.js';
import { Given, type Ided } from '../support/given.js';
import { saidOn, signedIn } from '../support/people.js';
import { eventually, Service } from '../support/service.js';

interface Plan {
  id: string;
  state: string;
  phase: string;
  score: number | null;
  plan: {
    status: string;
    score: number;
    bound: number;
    assignments: { challengeId: string; windowId: string | null; seats: { peerId: string | null }[] }[];
  } | null;
}

let service: Service;
let given: Given;
let challenges: string[];

beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
  await given.financePool(6);
  const made = [
    await given.scoped('E08000028'),
    await given.scoped('E08000001'),
    await given.scoped('E08000002'),
  ];
  challenges = made.map(({ id }) => id);
});
afterAll(() => service.stop());

const ask = (body: object = {}): Promise<Plan> =>
  service.done<Plan>('programme', 'post', '/api/programmes/2027/plan-requests', body);

function finished(id: string): Promise<Plan> {
  return eventually(async () => {
    const request = await service.done<Plan>('programme', 'get', `/api/plan-requests/${id}`);
    return request.plan ? request : null;
  }, 'the plan');
}

describe('the plan of a year', () => {
  it('places every challenge that waits for a team, and books nobody', async () => {
    const plan = await finished((await ask({ gap: 0 })).id);
    expect(plan.state).toBe('done');
    expect(plan.plan).toMatchObject({ status: 'optimal', score: plan.plan?.bound });
    expect(plan.plan?.assignments.map(({ challengeId }) => challengeId).sort()).toEqual(
      [...challenges].sort(),
    );
    expect(await service.done('adviser', 'get', '/api/bookings')).toEqual([]);
  });

  it('places nobody again who said no to the challenge', async () => {
    const [first = ''] = challenges;
    const placed = await finished((await ask({ challenges: [first] })).id);
    const gone = placed.plan?.assignments[0]?.seats.find(({ peerId }) => peerId !== null)?.peerId ?? '';
    await service.source.query(
      `INSERT INTO team_requests (id, challenge_id, cause, pins, state, phase, actor) VALUES ('5f3ad6a0-0000-4000-8000-000000000001', $1, 'request', '{"seats": {}}', 'done', 'done', 'x')`,
      [first],
    );
    await service.source.query(
      `INSERT INTO proposals (id, request_id, challenge_id, rank, score, window_id, first_day, days, seats, terms, reasons, state)
       VALUES ('5f3ad6a0-0000-4000-8000-000000000002', '5f3ad6a0-0000-4000-8000-000000000001', $1, 1, 0, 'x', '2027-06-08', 3, jsonb_build_object('lead-member', $2::text), '[]', '{"seats": [], "team": []}', 'superseded')`,
      [first, gone],
    );
    await service.source.query(
      `INSERT INTO objections (challenge_id, proposal_id, seat, reason, actor, state) VALUES ($1, '5f3ad6a0-0000-4000-8000-000000000002', 'lead-member', 'too close', 'x', 'upheld')`,
      [first],
    );
    const plan = await finished((await ask({ challenges: [first] })).id);
    expect(plan.plan?.assignments[0]?.seats.map(({ peerId }) => peerId)).not.toContain(gone);
    await service.source.query(`DELETE FROM objections`);
  });

  it('says how many challenges wait for it, and how many for the plan of another year', async () => {
    const office = await signedIn(service, 'programme');
    const said = async (year: number): Promise<string> =>
      saidOn((await office.get(`/programme/${String(year)}/plan`)).text);
    expect(await said(2027)).toContain('3 challenges wait for the plan of 2027/28');
    expect(await said(2026)).toMatch(
      /0 challenges wait for the plan of 2026\/27.* 3 challenges for the plan of 2027\/28/,
    );
  });

  it('plans only what is asked', async () => {
    const plan = await finished((await ask({ challenges: challenges.slice(0, 1) })).id);
    expect(plan.plan?.assignments.map(({ challengeId }) => challengeId)).toEqual(challenges.slice(0, 1));
    const stranger = await service.send('programme', 'post', '/api/programmes/2027/plan-requests', {
      challenges: [plan.id],
    });
    expect(stranger.status).toBe(400);
    const nothing = await service.send('programme', 'post', '/api/programmes/2150/plan-requests', {});
    expect(nothing.status).toBe(409);
  });

  it('says who moves and what is gained between two plans', async () => {
    const [one, other] = [
      await finished((await ask()).id),
      await finished((await ask({ challenges: challenges.slice(1) })).id),
    ];
    const comparison = await service.done<{ gained: number; moves: unknown[] }>(
      'programme',
      'get',
      `/api/plan-requests/${one.id}/comparison?with=${other.id}`,
    );
    expect(comparison.gained).toBe((other.plan?.score ?? 0) - (one.plan?.score ?? 0));
    const same = await service.done(
      'programme',
      'get',
      `/api/plan-requests/${one.id}/comparison?with=${one.id}`,
    );
    expect(same).toEqual({ gained: 0, moves: [], windows: [] });
  });

  it('is accepted challenge by challenge or whole, and each goes its usual way from there', async () => {
    const plan = await finished((await ask()).id);
    const [first = ''] = challenges;
    const one = await service.done<{ challengeId: string; proposalId: string }[]>(
      'programme',
      'post',
      `/api/plan-requests/${plan.id}/accept`,
      { challenges: [first] },
    );
    expect(one).toHaveLength(1);
    const challenge = await service.done<{ state: string }>('adviser', 'get', `/api/challenges/${first}`);
    expect(challenge.state).toBe('team_proposed');
    const agreed = await service.done<{ state: string }>(
      'adviser',
      'post',
      `/api/proposals/${one[0]?.proposalId ?? ''}/agree`,
    );
    expect(agreed.state).toBe('agreed');
    // The whole plan leaves out what has gone on, and says the same proposal again for what has not.
    const rest = await service.done<{ challengeId: string; proposalId: string | null }[]>(
      'programme',
      'post',
      `/api/plan-requests/${plan.id}/accept`,
      {},
    );
    expect(rest.filter(({ proposalId }) => proposalId !== null).length).toBeGreaterThanOrEqual(2);
    const again = await service.done<{ proposalId: string | null }[]>(
      'programme',
      'post',
      `/api/plan-requests/${plan.id}/accept`,
      {
        challenges: challenges.slice(1),
      },
    );
    const before = rest
      .filter(({ challengeId }) => challengeId !== first)
      .map(({ proposalId }) => proposalId);
    expect(again.map(({ proposalId }) => proposalId).sort()).toEqual(before.sort());
  });

  it('leaves an agreed team and its approval standing until its adviser chooses the planned one', async () => {
    const challenge = await given.scoped('E08000003');
    const { proposals } = await given.proposals(challenge.id);
    await service.done('adviser', 'post', `/api/proposals/${proposals[0]?.id ?? ''}/agree`);
    const teams = service.app.get(PlannedTeamsService);
    const seatsOf = (id: string): Promise<Proposal> =>
      service.source.manager.findOneByOrFail(Proposal, { id });
    const own = await seatsOf(proposals[0]?.id ?? '');
    expect((await teams.propose(SYSTEM, challenge.id, own.windowId, own.seats)).id).toBe(own.id);
    const other = await seatsOf(proposals[1]?.id ?? '');
    const planned = await teams.propose(SYSTEM, challenge.id, other.windowId, other.seats);
    expect([planned.state, (await seatsOf(own.id)).state]).toEqual(['proposed', 'agreed']);
    expect((await service.done<Ided>('adviser', 'get', `/api/challenges/${challenge.id}`)).state).toBe(
      'team_agreed',
    );
    await given.approve(challenge.id);
    await service.done('adviser', 'post', `/api/proposals/${planned.id}/agree`);
    expect((await seatsOf(own.id)).state).toBe('superseded');
  });

  it('can be cancelled while it waits', async () => {
    const waiting = await Service.start({ worker: false });
    const other = new Given(waiting);
    await other.financePool(4);
    await other.scoped('E08000028');
    const path = '/api/programmes/2027/plan-requests';
    const { id } = await waiting.done<Plan>('programme', 'post', path, {});
    const second = await waiting.done<Plan>('programme', 'post', path, {});
    expect(second.id).toBe(id);
    const cancelled = await waiting.done<Plan>('programme', 'post', `/api/plan-requests/${id}/cancel`);
    expect(cancelled.state).toBe('cancelled');
    expect(
      (await waiting.send('programme', 'get', `/api/plan-requests/${id}/comparison?with=${id}`)).status,
    ).toBe(409);
    await waiting.stop();
  });

  it('says of each placed visit what the calendar of its council has against its days', async () => {
    const early = await given.scoped('E08000003', [{ start: '2027-04-13', days: 3 }]);
    const { id } = await finished((await ask({ challenges: [early.id] })).id);
    const office = await signedIn(service, 'programme');
    const page = saidOn((await office.get(`/plans/${id}`)).text);
    expect(page).toMatch(
      /Manchester City Council , Tuesday 13 to Thursday 15 April 2027[^]{0,80}planned Look at the days: the pre-election period runs from \w+day \d+ \w+ 2027/,
    );
    // The others have open days.
    expect(page.match(/Look at the days/g)).toHaveLength(1);
  });
});
