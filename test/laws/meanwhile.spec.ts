import type { EntityManager } from 'typeorm';
import { addDays } from '../../src/calendar/dates.js';
import type { Answer } from '../support/page-session.js';
import { Given, type Ided } from '../support/given.js';
import { actWhileHeld } from '../support/held.js';
import { Service } from '../support/service.js';

let service: Service;
let given: Given;
let peers: Ided[];

beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
  await given.financePool(6);
  peers = await service.done<Ided[]>('adviser', 'get', '/api/peers?position=s151');
}, 60_000);
afterAll(() => service.stop());

type Acting = () => Promise<Answer>;
/** Makes a challenge, and gives what somebody does about it. */
type Act = (window: object[]) => Promise<{ id: string; act: Acting }>;

const post =
  (path: string, body?: object): Acting =>
  () =>
    service.send('adviser', 'post', path, body);

const onChallenge =
  (made: (window: object[]) => Promise<Ided>, path: string, body?: object): Act =>
  async (window) => {
    const { id } = await made(window);
    return { id, act: post(`/api/challenges/${id}/${path}`, body) };
  };

async function enquiry(windows: object[]): Promise<Ided> {
  const { id: councilId } = await given.council('E08000028');
  return service.done('adviser', 'post', '/api/challenges', { councilId, kind: 'finance', windows });
}
const scoped = (windows: object[]): Promise<Ided> => given.scoped('E08000028', windows);
async function proposed(windows: object[]): Promise<Ided & { proposal: string }> {
  const challenge = await scoped(windows);
  const [best] = (await given.proposals(challenge.id)).proposals;
  return { ...challenge, proposal: best?.id ?? '' };
}
async function agreed(windows: object[]): Promise<Ided & { proposal: string }> {
  const challenge = await proposed(windows);
  await service.done('adviser', 'post', `/api/proposals/${challenge.proposal}/agree`);
  return challenge;
}
const onTeam =
  (path: string, body: object = {}): Act =>
  async (window) => {
    const { id, proposal: proposalId } = await agreed(window);
    return { id, act: post(`/api/challenges/${id}/${path}`, { proposalId, ...body }) };
  };
const approved = async (windows: object[]): Promise<Ided> =>
  (await given.approved('E08000028', windows)).challenge;

const cancelling = (id: string) => (tx: EntityManager) =>
  tx.query(`UPDATE challenges SET state = 'cancelled', version = version + 1 WHERE id = $1`, [id]);

/** Everything that hangs on a challenge, counted. */
const countsOf = (id: string): Promise<object[]> =>
  service.source.query(
    `SELECT (SELECT state FROM challenges WHERE id = $1) AS state,
       (SELECT count(*) FROM proposals WHERE challenge_id = $1) AS proposals,
       (SELECT count(*) FROM proposals WHERE challenge_id = $1 AND state = 'agreed') AS agreed,
       (SELECT count(*) FROM team_requests WHERE challenge_id = $1) AS requests,
       (SELECT count(*) FROM invitations WHERE challenge_id = $1) AS invitations,
       (SELECT count(*) FROM bookings WHERE challenge_id = $1) AS bookings,
       (SELECT count(*) FROM objections WHERE challenge_id = $1) AS objections,
       (SELECT count(*) FROM soundings WHERE challenge_id = $1) AS soundings,
       (SELECT count(*) FROM messages WHERE about = 'challenge:' || $1::text) AS messages`,
    [id],
  );

const ACTS: [string, Act][] = [
  ['agreeing its scope', onChallenge(enquiry, 'scope', { reason: 'agreed' })],
  ['asking for teams', onChallenge(scoped, 'team-requests')],
  [
    'choosing a team',
    async (window) => {
      const { id, proposal } = await proposed(window);
      return { id, act: post(`/api/proposals/${proposal}/agree`) };
    },
  ],
  [
    'editing a team',
    async (window) => {
      const { id, proposal } = await proposed(window);
      return { id, act: post(`/api/proposals/${proposal}/edit`, { seats: {} }) };
    },
  ],
  ['approving the team', onTeam('team-approval')],
  ['objecting', onTeam('objections', { seat: 'finance-officer', reason: 'a former colleague' })],
  ['inviting', onChallenge(approved, 'invitations')],
  ['postponing', onChallenge(approved, 'postpone', { reason: 'an election' })],
  ['standing it down', onChallenge(approved, 'stand-down', { reason: 'no longer wanted' })],
];

describe('whoever acts on a challenge while it is being cancelled', () => {
  let first = '2028-01-11';

  it.each(ACTS)('waits for that, and then is refused and changes nothing: %s', async (_, made) => {
    first = addDays(first, 21);
    const { id, act } = await made([{ start: first, days: 3 }]);
    const [before] = await countsOf(id);
    const answer = await actWhileHeld(service, cancelling(id), act);
    expect([answer.status, (answer.body as { detail: string }).detail]).toEqual([
      409,
      expect.stringContaining('The challenge is cancelled') as unknown,
    ]);
    expect(await countsOf(id)).toEqual([{ ...before, state: 'cancelled' }]);
  });

  it('does not change what is asked for by a form that was opened before', async () => {
    const { id } = await scoped([{ start: '2027-02-09', days: 3 }]);
    const shown = await service.send('adviser', 'get', `/api/challenges/${id}`);
    const answer = await actWhileHeld(service, cancelling(id), () =>
      service.send(
        'adviser',
        'patch',
        `/api/challenges/${id}`,
        { focus: 'treasury management' },
        { 'If-Match': String(shown.headers.etag) },
      ),
    );
    expect(answer.status).toBe(412);
  });
});

describe('an answer of a peer', () => {
  const invited = async (start: string): Promise<{ id: string; invitation: string }> => {
    const { id } = await approved([{ start, days: 3 }]);
    const [first] = await service.done<Ided[]>('adviser', 'post', `/api/challenges/${id}/invitations`);
    return { id, invitation: first?.id ?? '' };
  };
  const bookingOf = async (invitation: string): Promise<string | undefined> => {
    const rows = await service.source.query<{ state: string }[]>(
      'SELECT state FROM bookings WHERE invitation_id = $1',
      [invitation],
    );
    return rows[0]?.state;
  };
  const ending = (state: string, invitation: string) => async (tx: EntityManager) => {
    await tx.query(`UPDATE invitations SET state = $2, answered_at = now() WHERE id = $1`, [
      invitation,
      state,
    ]);
    await tx.query(
      `UPDATE bookings SET state = 'released', live = false, live_challenge_id = NULL WHERE invitation_id = $1`,
      [invitation],
    );
  };

  it('books nothing when the invitation is withdrawn meanwhile', async () => {
    const { invitation } = await invited('2027-03-02');
    const answer = await actWhileHeld(
      service,
      ending('withdrawn', invitation),
      post(`/api/invitations/${invitation}/accept`),
    );
    expect((answer.body as { detail: string }).detail).toBe(
      'The invitation is withdrawn; there is nothing left to answer; speak to the principal adviser.',
    );
    expect(await bookingOf(invitation)).toBe('released');
  });

  it('is taken once where a no and a yes come at the same moment: the second hears of the first', async () => {
    const { invitation } = await invited('2027-03-16');
    const answer = await actWhileHeld(
      service,
      ending('declined', invitation),
      post(`/api/invitations/${invitation}/accept`),
    );
    expect([answer.status, await bookingOf(invitation)]).toEqual([409, 'released']);
  });

  it('no is refused once the visit is over, whoever says it, and the days stay booked', async () => {
    const { id, invitations } = await given.confirmed('E08000028', [{ start: '2027-04-13', days: 3 }]);
    const [first] = invitations;
    const answer = await actWhileHeld(
      service,
      (tx) => tx.query(`UPDATE challenges SET state = 'reporting' WHERE id = $1`, [id]),
      post(`/api/invitations/${first?.id ?? ''}/decline`, { reason: 'ill' }),
    );
    expect([answer.status, await bookingOf(first?.id ?? '')]).toEqual([409, 'booked']);
  });
});

describe('what is decided once', () => {
  it('an objection has one answer, also where two advisers give theirs at the same moment', async () => {
    const { id, proposal: proposalId } = await agreed([{ start: '2027-05-11', days: 3 }]);
    const objection = await service.done<Ided>('adviser', 'post', `/api/challenges/${id}/objections`, {
      proposalId,
      seat: 'finance-officer',
      reason: 'a former colleague',
    });
    const answer = await actWhileHeld(
      service,
      (tx) =>
        tx.query(`UPDATE objections SET state = 'dismissed', answer = 'no' WHERE id = $1`, [objection.id]),
      post(`/api/objections/${objection.id}/answer`, { state: 'upheld', answer: 'yes' }),
    );
    expect(answer.status).toBe(409);
    const [row] = await service.source.query<object[]>('SELECT state, answer FROM objections WHERE id = $1', [
      objection.id,
    ]);
    expect(row).toEqual({ state: 'dismissed', answer: 'no' });
  });

  it('a team request that was answered is not cancelled by who was a moment too late', async () => {
    const { id } = await scoped([{ start: '2027-05-25', days: 3 }]);
    const asked = await service.done<Ided>('adviser', 'post', `/api/challenges/${id}/team-requests`);
    await given.answered(asked.id);
    await service.source.query(`UPDATE team_requests SET state = 'running' WHERE id = $1`, [asked.id]);
    const answer = await actWhileHeld(
      service,
      (tx) => tx.query(`UPDATE team_requests SET state = 'done' WHERE id = $1`, [asked.id]),
      post(`/api/team-requests/${asked.id}/cancel`),
    );
    expect([answer.status, (await given.answered(asked.id)).state]).toEqual([409, 'done']);
  });
});

describe('what is known of a peer', () => {
  it('is not written by a form that was opened before somebody else changed it', async () => {
    const [peer] = peers;
    const path = `/api/peers/${peer?.id ?? ''}`;
    const shown = await service.send('programme', 'get', path);
    const answer = await actWhileHeld(
      service,
      (tx) => tx.query(`UPDATE peers SET max_days = 1, version = version + 1 WHERE id = $1`, [peer?.id]),
      () =>
        service.send(
          'programme',
          'patch',
          path,
          { maxChallenges: 7 },
          { 'If-Match': String(shown.headers.etag) },
        ),
    );
    expect(answer.status).toBe(412);
    expect(await service.done('programme', 'get', path)).toMatchObject({ maxChallenges: 50, maxDays: 1 });
  });

  it('days are held by what the peer agreed to last, also where that changes while the team is invited', async () => {
    const { challenge, proposal } = await given.approved('E08000028', [{ start: '2027-09-14', days: 3 }]);
    const member = proposal.seats[0]?.peer?.id ?? '';
    const answer = await actWhileHeld(
      service,
      (tx) => tx.query(`UPDATE peers SET max_days = 2, version = version + 1 WHERE id = $1`, [member]),
      post(`/api/challenges/${challenge.id}/invitations`),
    );
    expect((answer.body as { detail: string }).detail).toContain('has given as much as agreed');
    expect(await service.done('adviser', 'get', `/api/bookings?challenge=${challenge.id}`)).toEqual([]);
  });

  it('nobody who retires in that moment is invited', async () => {
    const { challenge, proposal } = await given.approved('E08000028', [{ start: '2027-10-12', days: 3 }]);
    const member = proposal.seats[1]?.peer?.id ?? '';
    const answer = await actWhileHeld(
      service,
      (tx) => tx.query(`UPDATE peers SET state = 'retired', version = version + 1 WHERE id = $1`, [member]),
      post(`/api/challenges/${challenge.id}/invitations`),
    );
    expect((answer.body as { detail: string }).detail).toContain(
      'does not serve at present. Choose somebody else for the seat.',
    );
    const [{ asked }] = await service.source.query<[{ asked: string }]>(
      'SELECT count(*) AS asked FROM invitations WHERE challenge_id = $1',
      [challenge.id],
    );
    expect(asked).toBe('0');
  });
});
