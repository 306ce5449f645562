import { amount } from '../../src/english/words.js';
import { Random } from '../../src/matching/problem/random.js';
import { agreedTeams, drawTeams, overlapping, partial, somePeers } from '../support/bookings.js';
import { figure, percentile, times } from '../support/figure.js';
import type { Ided } from '../support/given.js';
import { Service } from '../support/service.js';

let service: Service;

beforeAll(async () => {
  service = await Service.start({ worker: false });
});
afterAll(() => service.stop());

const [ROUNDS, TEAM_ROUNDS] = [times(1, 50), times(1, 40)];

/** Invites for all at once; adds how many milliseconds each answer took. */
const inviteAll = (challenges: string[], took: number[]): Promise<Awaited<ReturnType<Service['send']>>[]> =>
  Promise.all(
    challenges.map(async (id) => {
      const began = performance.now();
      const invite = (): ReturnType<Service['send']> =>
        service.send('adviser', 'post', `/api/challenges/${id}/invitations`);
      let answer = await invite();
      // Who is told that others are at it, and that nothing was changed, tries again.
      while (answer.status === 503) answer = await invite();
      took.push(performance.now() - began);
      return answer;
    }),
  );

const p99 = (took: number[]): string => `p99 ${percentile(took, 99).toFixed(0)} ms`;

describe('no peer is booked twice', () => {
  it(`when 64 challenges ask for the same days at once, in ${amount(ROUNDS, 'round')}: one wins, 63 are told what to do`, async () => {
    const took: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const [peer = ''] = await somePeers(service.source, 1, 14);
      const challenges = await agreedTeams(
        service.source,
        Array.from({ length: 64 }, (_, n) => ({
          peers: [peer],
          firstDay: `2027-06-0${String(1 + (n % 3))}`,
        })),
      );
      const answers = await inviteAll(challenges, took);
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
      const refused = answers.filter(({ status }) => status === 409);
      expect(refused).toHaveLength(63);
      expect((refused[0]?.body as { detail: string }).detail).toContain(
        'Choose another peer for the seat, or another window',
      );
    }
    expect(await overlapping(service.source)).toBe(0);
    figure(
      5,
      `${String(ROUNDS)} rounds of 64: one won each, 63 refused with a next step, 0 overlaps, ${p99(took)}`,
      percentile(took, 99) < 500,
    );
  }, 300_000);

  it('when 32 overlapping teams are invited at once: no overlap, no half team, no deadlock', async () => {
    const random = new Random(3);
    const took: number[] = [];
    let whole = 0;
    for (let round = 0; round < TEAM_ROUNDS; round++) {
      const peers = await somePeers(service.source, 10, 0);
      const challenges = await agreedTeams(service.source, drawTeams(random, peers, 32, 5));
      const answers = await inviteAll(challenges, took);
      whole += answers.filter(({ status }) => status === 201).length;
      expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
      expect(answers.some(({ status }) => status === 201)).toBe(true);
      expect(await partial(service.source, challenges, 5)).toBe(0);
    }
    expect(await overlapping(service.source)).toBe(0);
    figure(
      6,
      `${String(TEAM_ROUNDS)} rounds of 32: ${String(whole)} whole teams, 0 half ones, 0 overlaps, ${p99(took)}`,
      percentile(took, 99) < 250,
    );
  }, 300_000);

  it('within the rest that the peer wants, and again after it', async () => {
    const [peer = ''] = await somePeers(service.source, 1, 14);
    const challenges = await agreedTeams(
      service.source,
      ['2027-06-01', '2027-06-17', '2027-06-18'].map((firstDay) => ({ peers: [peer], firstDay })),
    );
    const statuses: number[] = [];
    for (const id of challenges)
      statuses.push((await service.send('adviser', 'post', `/api/challenges/${id}/invitations`)).status);
    expect(statuses).toEqual([201, 409, 201]);
  });

  it('by anybody who goes round the service: the database itself forbids it', async () => {
    await service.asOwner('ALTER TABLE bookings DROP CONSTRAINT bookings_invitation_id_fkey');
    const copied = (family: string, from: string): Promise<unknown> =>
      service.source.query(
        `INSERT INTO bookings (peer_id, challenge_id, live_challenge_id, family_id, invitation_id, seat, first_day, last_day,
           visit_first_day, visit_last_day, days, state, live)
         SELECT peer_id, challenge_id, challenge_id, ${family}, gen_random_uuid(), seat, ${from}, last_day, visit_first_day, visit_last_day,
           daterange(${from}, upper(days)), state, live FROM bookings WHERE live AND last_day > first_day LIMIT 1`,
      );
    for (const from of ['first_day', 'last_day'])
      await expect(copied('family_id', from)).rejects.toThrow('bookings_no_overlap');
    await service.source.query(
      'UPDATE bookings SET days = daterange(lower(days), upper(days) + 400) WHERE live AND FALSE',
    );
    await expect(copied('gen_random_uuid()', 'first_day')).rejects.toThrow('bookings_');
  });

  it('over the cap of challenges in a year', async () => {
    const [peer = ''] = await somePeers(service.source, 1, 0);
    await service.source.query('UPDATE peers SET max_challenges = 1 WHERE id = $1', [peer]);
    const challenges = await agreedTeams(
      service.source,
      ['2027-06-01', '2027-09-07'].map((firstDay) => ({ peers: [peer], firstDay })),
    );
    const answers: number[] = [];
    for (const id of challenges)
      answers.push((await service.send('adviser', 'post', `/api/challenges/${id}/invitations`)).status);
    expect(answers).toEqual([201, 409]);
  });
});

describe('an answer', () => {
  it('given 20 times at once counts once, and is not lost', async () => {
    const [peer = ''] = await somePeers(service.source, 1, 0);
    const [challenge = ''] = await agreedTeams(service.source, [{ peers: [peer], firstDay: '2027-06-01' }]);
    const [invitation] = await service.done<Ided[]>(
      'adviser',
      'post',
      `/api/challenges/${challenge}/invitations`,
    );
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        service.send('adviser', 'post', `/api/invitations/${invitation?.id ?? ''}/accept`),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const steps = await service.done<{ to: string }[]>(
      'adviser',
      'get',
      `/api/challenges/${challenge}/history`,
    );
    expect(steps.filter(({ to }) => to === 'confirmed')).toHaveLength(1);
  });

  it('is not taken once the invitation has expired', async () => {
    const [peer = ''] = await somePeers(service.source, 1, 0);
    const [challenge = ''] = await agreedTeams(service.source, [{ peers: [peer], firstDay: '2027-06-01' }]);
    const [invitation] = await service.done<Ided[]>(
      'adviser',
      'post',
      `/api/challenges/${challenge}/invitations`,
    );
    service.clock.forward(60);
    const late = await service.send('adviser', 'post', `/api/invitations/${invitation?.id ?? ''}/accept`);
    service.clock.set(null);
    expect([late.status, (late.body as { detail: string }).detail]).toEqual([
      409,
      'The invitation is expired; ask the principal adviser whether the seat is still open.',
    ]);
  });
});
