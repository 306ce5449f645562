import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { Challenge } from '../../src/challenges/challenge.entity.js';
import { AnswersService } from '../../src/invitations/answers.service.js';
import { Invitation } from '../../src/invitations/invitation.entity.js';
import { Peer } from '../../src/peers/peer.entity.js';
import { SYSTEM } from '../../src/people/access.js';
import { NotAgainService } from '../../src/proposals/not-again.service.js';
import { Proposal } from '../../src/proposals/proposal.entity.js';
import { ChallengeLaws } from '../support/challenge-laws.js';
import { figure, times } from '../support/figure.js';
import { Given } from '../support/given.js';
import { PageSession } from '../support/page-session.js';
import { eventually, Service } from '../support/service.js';

const RUNS = times(60, 5000);
const WINDOWS = [
  { start: '2027-06-08', days: 3 },
  { start: '2027-06-22', days: 3 },
];
/** What people do, and how often: enough of each step to come as far as confirmed teams. */
const ACTS = {
  next: 40,
  agree: 4,
  agreeMeant: 1,
  edit: 2,
  approve: 5,
  invite: 6,
  accept: 11,
  decline: 1,
  askAgain: 1,
  expire: 1,
  object: 1,
  decide: 1,
  conflict: 1,
  position: 1,
  pause: 1,
  settle: 2,
  move: 2,
  scope: 1,
  postpone: 1,
  cancel: 1,
};
type Act = keyof typeof ACTS;

/** Challenges with three teams on the table, of which each run has a copy; they want the same people. */
const models: string[] = [];
const councils: string[] = [];
let service: Service;
let laws: ChallengeLaws;
const done = { acts: 0, taken: 0, confirmed: 0 };

beforeAll(async () => {
  service = await Service.start({ worker: true });
  const given = new Given(service);
  laws = new ChallengeLaws(service, await new PageSession(service.app).be((await given.staff()).adviser));
  await given.financePool(4);
  for (const code of ['E07000041', 'E07000040']) {
    const { id } = await given.scoped(code, WINDOWS);
    await given.proposals(id);
    // The second team comes in the other week.
    await service.source.query(
      `UPDATE proposals p SET window_id = w->>'id', first_day = (w->>'start')::date FROM challenges c, jsonb_array_elements(c.windows) w
        WHERE c.id = p.challenge_id AND c.id = $1 AND p.rank = 2 AND w->>'id' <> p.window_id`,
      [id],
    );
    models.push(id);
    councils.push((await given.council(code)).id);
  }
  await service.asOwner(
    'CREATE TABLE pool_before AS SELECT id, positions FROM peers',
    'GRANT SELECT ON pool_before TO PUBLIC',
    `UPDATE peers SET email = left(id::text, 8) || '@peers.example'`,
  );
}, 60_000);
afterAll(() => service.stop());

/** A challenge as another is, with its teams. */
async function copyOf(model: string): Promise<string> {
  const [challenge, request] = [randomUUID(), randomUUID()];
  const copy = (table: string, where: string, changed: string): Promise<unknown> =>
    service.source.query(
      `INSERT INTO ${table} SELECT (jsonb_populate_record(t, ${changed})).* FROM ${table} t WHERE ${where} = $1`,
      [model],
    );
  await copy('challenges', 'id', `'{"id": "${challenge}"}'`);
  await copy('team_requests', 'challenge_id', `'{"id": "${request}", "challenge_id": "${challenge}"}'`);
  await copy(
    'proposals',
    'challenge_id',
    `jsonb_build_object('id', gen_random_uuid(), 'challenge_id', '${challenge}', 'request_id', '${request}')`,
  );
  return challenge;
}

const post = (path: string, body?: object): Promise<Awaited<ReturnType<Service['send']>>> =>
  service.send('adviser', 'post', `/api/${path}`, body);

/** Others of the same position. */
const likeThem = async (peerId: string): Promise<string[]> =>
  (
    await service.source.query<{ id: string }[]>(
      'SELECT o.id FROM peers p JOIN peers o ON o.positions && p.positions AND o.id <> p.id WHERE p.id = $1 ORDER BY o.id',
      [peerId],
    )
  ).map(({ id }) => id);

/** The office changes a peer. */
async function change(peerId: string | null, by: object): Promise<{ status: number } | null> {
  if (!peerId) return null;
  const { version } = await service.source.manager.findOneByOrFail(Peer, { id: peerId });
  return service.send('programme', 'patch', `/api/peers/${peerId}`, by, {
    'If-Match': `"${String(version)}"`,
  });
}

/** The pool as it was, after a history. */
const asBefore = (): Promise<unknown> =>
  service.source.query(
    `UPDATE peers p SET conflicts = '[]', state = 'active', positions = b.positions FROM pool_before b WHERE b.id = p.id
       AND (p.conflicts <> '[]' OR p.state <> 'active' OR p.positions <> b.positions)`,
  );

/** What leads on from where a challenge stands: else few lives would come as far as a confirmed team. */
async function nextStep(id: string, pick: number): Promise<{ status: number } | null> {
  const { manager } = service.source;
  const { state } = await manager.findOneByOrFail(Challenge, { id });
  const proposals = await manager.find(Proposal, {
    where: { challengeId: id },
    order: { createdAt: 'DESC', rank: 'ASC' },
  });
  const agreed = proposals.find((one) => one.state === 'agreed');
  const refused = await service.app.get(NotAgainService).of([id]);
  const isGone = (peer: string | null): boolean => refused.some(({ peerId }) => peerId === peer);
  const whole = proposals.find((one) => one.state === 'proposed' && !Object.values(one.seats).some(isGone));
  const gone = Object.entries(agreed?.seats ?? {}).find(([, peer]) => isGone(peer));
  const [pending] = await manager.findBy(Invitation, { challengeId: id, state: 'pending' });
  if (gone && agreed) {
    if (whole) return post(`proposals/${whole.id}/agree`);
    const others = await likeThem(gone[1] ?? '');
    return post(`proposals/${agreed.id}/edit`, {
      seats: { [gone[0]]: pick > 8 ? null : (others[pick % others.length] ?? null) },
    });
  }
  if (pending) return post(`invitations/${pending.id}/accept`);
  if (!agreed) return whole ? post(`proposals/${whole.id}/agree`) : null;
  if (state === 'team_agreed' && agreed.approvals.length === 0)
    return post(`challenges/${id}/team-approval`, { proposalId: agreed.id });
  return state === 'confirmed' ? null : post(`challenges/${id}/invitations`);
}

/** Somebody does something, with what they see at that moment; gives the answer, or null where there is nothing to do it to. */
async function act(what: Act, challenge: string, pick: number): Promise<number | null> {
  const teams = await service.source.manager.find(Proposal, {
    where: { challengeId: challenge },
    order: { rank: 'ASC' },
  });
  const team = teams[pick % teams.length];
  const agreed = teams.find(({ state }) => state === 'agreed');
  const proposalId = (pick % 4 === 0 ? team : (agreed ?? team))?.id;
  const invitations = await service.source.manager.find(Invitation, {
    where: { challengeId: challenge },
    order: { seat: 'ASC', id: 'ASC' },
  });
  const open = invitations.filter(({ state }) => state === 'pending');
  const invitation = open[pick % open.length] ?? invitations[pick % invitations.length];
  const seats = Object.keys(team?.seats ?? {});
  const seat = seats[pick % Math.max(1, seats.length)] ?? '';
  const held = invitation?.peerId ?? team?.seats[seat] ?? null;
  const others = held ? await likeThem(held) : [];
  const notAgain = service.app.get(NotAgainService);
  const answer = async (): Promise<{ status: number } | null> => {
    switch (what) {
      case 'next':
        return nextStep(challenge, pick);
      case 'agree':
        return post(`proposals/${team?.id ?? ''}/agree`);
      case 'approve':
        return post(`challenges/${challenge}/team-approval`, { proposalId });
      case 'agreeMeant': {
        const ends = invitations.filter(({ state }) => state === 'accepted').map(({ id }) => id);
        return post(`proposals/${team?.id ?? ''}/agree`, { ends });
      }
      case 'edit':
        return post(`proposals/${(agreed ?? team)?.id ?? ''}/edit`, {
          seats: { [seat]: pick === 11 ? null : (others[pick % others.length] ?? null) },
        });
      case 'askAgain': {
        const [no] = await notAgain.of([challenge]);
        if (!no) return null;
        await notAgain.takeBack(SYSTEM, challenge, no.peerId, 'can come after all').catch(() => undefined);
        return null;
      }
      case 'expire':
        if (!invitation) return null;
        await service.source.query(
          `UPDATE invitations SET expires_at = now() WHERE id = $1 AND state = 'pending'`,
          [invitation.id],
        );
        await service.app.get(AnswersService).expireAll(new Date());
        return null;
      case 'object':
        return post(`challenges/${challenge}/objections`, { proposalId, seat, reason: 'too close to us' });
      case 'decide': {
        const [open] = await service.source.query<{ id: string }[]>(
          `SELECT id FROM objections WHERE challenge_id = $1 AND state = 'open'`,
          [challenge],
        );
        const state = pick % 2 === 0 ? 'upheld' : 'dismissed';
        return open ? post(`objections/${open.id}/answer`, { state, answer: 'we looked' }) : null;
      }
      case 'conflict':
        return change(held, {
          conflicts: [{ councilId: councils[pick % 2], type: 'contract', until: null }],
        });
      case 'position':
        return change(held, { positions: ['scrutiny-chair'] });
      case 'pause':
        return held ? service.send('programme', 'post', `/api/peers/${held}/pause`) : null;
      case 'settle': {
        const [open] = await service.source.query<{ id: string }[]>(
          `SELECT id FROM circumstances WHERE challenge_id = $1 AND state = 'open' ORDER BY created_at`,
          [challenge],
        );
        const decision = pick % 3 === 0 ? 'keep' : 'replace';
        return open ? post(`circumstances/${open.id}`, { decision, reason: 'looked at' }) : null;
      }
      case 'scope':
        return post(`challenges/${challenge}/scope`, { reason: 'agreed anew' });
      case 'invite':
        return post(`challenges/${challenge}/invitations`, { proposalId });
      case 'accept':
        return invitation ? post(`invitations/${invitation.id}/accept`) : null;
      case 'decline':
        return invitation ? post(`invitations/${invitation.id}/decline`, { reason: 'on leave' }) : null;
      case 'move': {
        const { version } = await service.source.manager.findOneByOrFail(Challenge, { id: challenge });
        return service.send(
          'adviser',
          'patch',
          `/api/challenges/${challenge}`,
          { windows: [WINDOWS[pick % 2] ?? {}] },
          { 'If-Match': `"${String(version)}"` },
        );
      }
      case 'postpone':
        return post(`challenges/${challenge}/postpone`, { reason: 'an election', windows: WINDOWS });
      case 'cancel':
        return post(`challenges/${challenge}/cancel`, { reason: 'no longer wanted' });
    }
  };
  return (await answer())?.status ?? null;
}

/** Does some things at once, and says what was wrong after. */
async function together(
  challenges: string[],
  acts: { what: Act; which: number; pick: number }[],
): Promise<string[]> {
  const before = await laws.promised(challenges);
  const statuses = await Promise.all(
    acts.map(({ what, which, pick }) => act(what, challenges[which] ?? '', pick)),
  );
  // What stood against whom when something was promised is known only where nothing else happened at that moment.
  const wrong = acts.length === 1 ? await laws.promisedInSpite(challenges, before) : [];
  done.acts += statuses.filter((status) => status !== null).length;
  done.taken += statuses.filter((status) => status !== null && status < 300).length;
  const failed = statuses.filter((status) => status !== null && status >= 500);
  return [
    ...failed.map((status) => `an answer was ${String(status)}`),
    ...wrong,
    ...(await laws.broken(challenges)),
  ];
}

/** Jobs run meanwhile: waits until nothing is wrong any more, and says what is wrong where that does not come. */
async function settled(challenges: string[]): Promise<void> {
  let faults: string[] = [];
  await eventually(async () => {
    faults = await laws.unsettled(challenges);
    return faults.length === 0;
  }).catch(() => undefined);
  expect(faults).toEqual([]);
}

describe('two challenges that want the same people', () => {
  it(`stay whole, whoever does what at the same moment, in ${String(RUNS)} histories`, async () => {
    const oneAct = fc.record({
      what: fc.oneof(
        ...Object.entries(ACTS).map(([name, weight]) => ({ arbitrary: fc.constant(name as Act), weight })),
      ),
      which: fc.nat(1),
      pick: fc.nat(11),
    });
    const history = fc.array(fc.array(oneAct, { minLength: 1, maxLength: 4 }), {
      minLength: 6,
      maxLength: 24,
    });
    await fc.assert(
      fc.asyncProperty(history, async (moments) => {
        const challenges = await Promise.all(models.map(copyOf));
        for (const moment of moments) expect(await together(challenges, moment)).toEqual([]);
        for (const id of challenges) {
          const { state } = await service.source.manager.findOneByOrFail(Challenge, { id });
          if (state === 'confirmed') done.confirmed++;
        }
        await settled(challenges);
        for (const id of challenges)
          await post(`challenges/${id}/cancel`, { reason: 'the end of this history' });
        expect(await laws.unsettled(challenges)).toEqual([]);
        await asBefore();
      }),
      { numRuns: RUNS, seed: 7, endOnFailure: true, includeErrorInReport: true },
    );
    figure(
      7,
      `${String(RUNS)} histories, ${String(done.acts)} acts at the same moments, ${String(done.taken)} taken, ${String(done.confirmed)} teams confirmed, 0 broken rules`,
    );
    expect(done.taken).toBeGreaterThan(RUNS);
  }, 7_200_000);
});
