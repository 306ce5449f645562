import { checkPlan } from '../../src/matching/files/check-plan.js';
import { commitmentFaults } from '../../src/matching/files/commitment-faults.js';
import { answerPlan, type PlanAnswer } from '../../src/matching/files/plan-answer.js';
import { planScore } from '../../src/matching/files/plan-score.js';
import { BadInput } from '../../src/matching/files/reader.js';
import type { Programme } from '../../src/matching/problem/programme.js';
import { Random } from '../../src/matching/problem/random.js';
import { NO_LIMIT } from '../../src/matching/year/solver.js';
import { disruptionOf, type Assignment } from '../../src/matching/year/year-of.js';
import { times } from '../support/figure.js';
import { bestPlan, keepsLimits } from './oracle.js';
import { PLAIN_PEER, smallProgramme, smallYear } from './small-cases.js';

const CASES = times(16, 400);
const MOST_COMBINATIONS = 60_000;

function planOf(programme: Programme, incumbent: Assignment[] = []): Promise<PlanAnswer> {
  return answerPlan({ programme, incumbent }, { gap: 0, clock: NO_LIMIT });
}

describe('the plan of a year', () => {
  it(`is the best there is, and its bound never below that, over ${String(CASES)} small scarce years`, async () => {
    let tried = 0;
    for (let seed = 1; tried < CASES; seed++) {
      const programme = smallYear(seed);
      const best = bestPlan(programme, MOST_COMBINATIONS);
      if (!best) continue;
      tried++;
      const plan = await planOf(programme);
      expect({ seed, status: plan.status, score: plan.score, bound: plan.bound, gap: plan.gap }).toEqual({
        seed,
        status: 'optimal',
        score: best.score,
        bound: best.score,
        gap: 0,
      });
      expect(checkPlan(programme, plan, []).broken).toEqual([]);
      for (const peer of programme.peers) {
        const served = programme.challenges.flatMap((challenge, c) =>
          plan.assignments.slice(c, c + 1).map((one) => ({ ...one, challenge })),
        );
        expect(keepsLimits(peer, served)).toBe(true);
      }
    }
  }, 240_000);

  it('keeps what is committed, and is the best of the plans that do', async () => {
    let tried = 0;
    for (let seed = 1; tried < times(8, 60); seed++) {
      const programme = committed(smallYear(seed), seed);
      const best = programme && bestPlan(programme, MOST_COMBINATIONS);
      if (!best) continue;
      tried++;
      const plan = await planOf(programme);
      expect({ seed, score: plan.score }).toEqual({ seed, score: best.score });
      expect(checkPlan(programme, plan, []).broken).toEqual([]);
    }
  }, 120_000);

  it('changes what people know only where that is worth the price of each seat', async () => {
    for (let seed = 1; seed <= times(9, 60); seed++) {
      const programme = smallYear(seed);
      const before = await planOf(programme);
      const random = new Random(seed);
      // Somebody falls ill: the plan that people know is no longer possible, or no longer the best.
      const peers = programme.peers.map((peer) =>
        random.chance(0.2) ? { ...peer, maxChallenges: 0 } : peer,
      );
      const now = { ...programme, peers };
      const worth = (plan: Assignment[]): number =>
        planScore(now, plan) - disruptionOf(now, before.assignments, plan);
      const [gentle, careless] = [await planOf(now, before.assignments), await planOf(now)];
      expect(worth(gentle.assignments)).toBeGreaterThanOrEqual(worth(careless.assignments));
      expect(gentle.score - gentle.disruption).toBe(gentle.bound);

      expect(checkPlan(now, gentle, before.assignments)).toMatchObject({
        broken: [],
        disruption: gentle.disruption,
      });
    }
  }, 120_000);

  it('gives the same bytes again', async () => {
    const programme = smallYear(3);
    expect(JSON.stringify(await planOf(programme))).toBe(JSON.stringify(await planOf(programme)));
  });

  it('is an answer too where there is nothing to choose from', async () => {
    const year = smallYear(3);
    expect(await planOf({ ...year, challenges: [], commitments: [] })).toMatchObject({
      status: 'optimal',
      score: 0,
      bound: 0,
      gap: 0,
    });
    const bare = { ...year, challenges: year.challenges.map((challenge) => ({ ...challenge, windows: [] })) };
    for (const programme of [bare, { ...year, peers: [] }]) {
      const plan = await planOf(programme);
      expect(plan.status).toBe('optimal');
      expect(plan.assignments.every(({ seats }) => Object.values(seats).every((peer) => peer === null))).toBe(
        true,
      );
    }
  });

  it('refuses commitments that cannot all be kept', async () => {
    const programme = clash();
    expect(commitmentFaults(programme)).toEqual([]);
    await expect(planOf(programme)).rejects.toThrow(BadInput);
  });
});

/** Commits a window, some people of a good plan, or both; null where that breaks a rule. */
function committed(programme: Programme, seed: number): Programme | null {
  const random = new Random(seed);
  const best = bestPlan(programme, MOST_COMBINATIONS);
  if (!best) return null;
  const commitments = best.assignments
    .filter(() => random.chance(0.6))
    .map(({ challenge, window, seats }) => ({
      challenge,
      ...(window !== null && random.chance(0.5) ? { window } : {}),
      seats: Object.fromEntries(Object.entries(seats).filter(() => random.chance(0.5))),
    }));
  const changed = { ...programme, policy: { ...programme.policy, base: random.int(0, 90) }, commitments };
  return commitmentFaults(changed).length === 0 ? changed : null;
}

/** One peer committed to two challenges that have one window each, on the same days; neither commitment names the window. */
function clash(): Programme {
  const year = smallProgramme(1, 3);
  const seat = { id: 'seat', positions: ['leader'], party: 'any' as const, skills: {} };
  const windows = [{ id: 'w', start: '2026-09-08', days: 2, penalty: 0 }];
  const challenges = ['A', 'B'].map((id) => ({
    id,
    council: 'C0',
    kind: 'any',
    seats: [seat],
    coverage: [],
    windows,
  }));
  const peer = { ...PLAIN_PEER, id: 'P', positions: ['leader'] };
  return {
    ...year,
    peers: [peer],
    challenges,
    commitments: ['A', 'B'].map((id) => ({ challenge: id, seats: { seat: 'P' } })),
  };
}
