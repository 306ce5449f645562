import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { Challenge } from '../../src/challenges/challenge.entity.js';
import { nextStates } from '../../src/challenges/states.js';
import { Invitation } from '../../src/invitations/invitation.entity.js';
import { Proposal } from '../../src/proposals/proposal.entity.js';
import { overlapping } from '../support/bookings.js';
import { figure, times } from '../support/figure.js';
import { Given } from '../support/given.js';
import { Service } from '../support/service.js';

const RUNS = times(20, 500);
const WINDOWS = [
  { start: '2027-06-08', days: 3 },
  { start: '2027-06-22', days: 3 },
];
/** What people do, and how often: enough of each step to come as far as confirmed teams. */
const ACTS = {
  agree: 4,
  approve: 5,
  invite: 5,
  accept: 9,
  decline: 1,
  object: 1,
  move: 2,
  postpone: 1,
  cancel: 1,
};
type Act = keyof typeof ACTS;

/** Challenges with three teams on the table, of which each run has a copy; they want the same people. */
const models: string[] = [];
let service: Service;
const done = { acts: 0, taken: 0, confirmed: 0 };

beforeAll(async () => {
  service = await Service.start({ worker: true });
  const given = new Given(service);
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
  }
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
  const answer = async (): Promise<{ status: number } | null> => {
    switch (what) {
      case 'agree':
        return post(`proposals/${team?.id ?? ''}/agree`);
      case 'approve':
        return post(`challenges/${challenge}/team-approval`, { proposalId });
      case 'object':
        return post(`challenges/${challenge}/objections`, {
          proposalId,
          seat: null,
          reason: 'too close to us',
        });
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

/** What must hold whatever happened, as sentences about what does not. */
async function broken(challenges: string[]): Promise<string[]> {
  const faults: string[] = [];
  const ask = <T>(sql: string): Promise<T[]> => service.source.query<T[]>(sql, [challenges]);
  if ((await overlapping(service.source)) > 0) faults.push('a peer is booked twice');
  // A team that was agreed in place of another holds the one before until it is invited itself.
  const strangers = await ask(
    `SELECT FROM bookings b JOIN challenges c ON c.id = b.challenge_id AND c.state IN ('inviting', 'confirmed')
      WHERE b.live AND c.id = ANY($1) AND NOT EXISTS (SELECT FROM proposals p
        WHERE p.challenge_id = c.id AND p.state = 'agreed' AND p.seats->>b.seat = b.peer_id::text)`,
  );
  if (strangers.length > 0) faults.push('somebody is booked who is not in the agreed team');
  const loose = await ask(
    `SELECT FROM bookings b JOIN invitations i ON i.id = b.invitation_id WHERE b.challenge_id = ANY($1)
      AND (b.state, i.state) NOT IN (('held', 'pending'), ('booked', 'accepted'))
      AND NOT (b.state = 'released' AND i.state IN ('declined', 'withdrawn', 'expired'))`,
  );
  if (loose.length > 0) faults.push('a booking does not say what its invitation says');
  const unsure = await ask<{ state: string }>(
    `SELECT c.state FROM challenges c WHERE id = ANY($1) AND state IN ('inviting', 'confirmed') AND (state = 'confirmed') <>
      ((SELECT count(*) FROM proposals p, jsonb_each_text(p.seats) s WHERE p.challenge_id = c.id AND p.state = 'agreed' AND s.value IS NOT NULL)
        = (SELECT count(*) FROM bookings WHERE challenge_id = c.id AND state = 'booked'))`,
  );
  if (unsure.length > 0) faults.push(`confirmed is not what everybody’s yes says: ${JSON.stringify(unsure)}`);
  const gone = await ask(
    `SELECT FROM challenges c JOIN bookings b ON b.challenge_id = c.id AND b.live WHERE c.id = ANY($1) AND c.state IN ('cancelled', 'postponed')`,
  );
  if (gone.length > 0) faults.push('somebody is booked for what does not take place');
  for (const id of challenges) faults.push(...(await historyFaults(id)));
  return faults;
}

/** Each step begins where the one before ended, is one that may be taken, and the last leads to where the challenge stands. */
async function historyFaults(id: string): Promise<string[]> {
  type State = Challenge['state'];
  // In one look, since a worker takes steps too.
  const [row] = await service.source.query<{ state: State; steps: { from: State; to: State }[] }[]>(
    `SELECT state, coalesce((SELECT json_agg(json_build_object('from', h."from", 'to', h."to") ORDER BY h.id)
      FROM challenge_changes h WHERE h.challenge_id = c.id), '[]') AS steps FROM challenges c WHERE id = $1`,
    [id],
  );
  const { state, steps } = row ?? { state: 'enquiry', steps: [] };
  const faults: string[] = [];
  let at: Challenge['state'] = 'team_proposed';
  for (const { from, to } of steps) {
    if (from !== at || (from !== to && !nextStates(from).includes(to)))
      faults.push(`a step from ${from} to ${to} at ${at}`);
    at = to;
  }
  return at === state ? faults : [...faults, `history ends at ${at}, the challenge stands at ${state}`];
}

/** Does some things at once, and says what was wrong after. */
async function together(
  challenges: string[],
  acts: { what: Act; which: number; pick: number }[],
): Promise<string[]> {
  const statuses = await Promise.all(
    acts.map(({ what, which, pick }) => act(what, challenges[which] ?? '', pick)),
  );
  done.acts += statuses.filter((status) => status !== null).length;
  done.taken += statuses.filter((status) => status !== null && status < 300).length;
  const failed = statuses.filter((status) => status !== null && status >= 500);
  return [...failed.map((status) => `an answer was ${String(status)}`), ...(await broken(challenges))];
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
      minLength: 4,
      maxLength: 14,
    });
    await fc.assert(
      fc.asyncProperty(history, async (moments) => {
        const challenges = await Promise.all(models.map(copyOf));
        for (const moment of moments) expect(await together(challenges, moment)).toEqual([]);
        for (const id of challenges) {
          const { state } = await service.source.manager.findOneByOrFail(Challenge, { id });
          if (state === 'confirmed') done.confirmed++;
          await post(`challenges/${id}/cancel`, { reason: 'the end of this history' });
        }
      }),
      { numRuns: RUNS, seed: 7, endOnFailure: RUNS > 100 },
    );
    figure(
      7,
      `${String(RUNS)} histories, ${String(done.acts)} acts at the same moments, ${String(done.taken)} taken, ${String(done.confirmed)} teams confirmed, 0 broken rules`,
    );
    expect(done.taken).toBeGreaterThan(RUNS);
  }, 1_200_000);
});
