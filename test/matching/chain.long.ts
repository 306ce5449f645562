import { planScore } from '../../src/matching/files/plan-score.js';
import { answerPlan } from '../../src/matching/files/plan-answer.js';
import { checkPlan } from '../../src/matching/files/check-plan.js';
import type { Programme } from '../../src/matching/problem/programme.js';
import { chainFor } from '../../src/matching/year/chain.js';
import { NO_LIMIT } from '../../src/matching/year/solver.js';
import type { Assignment } from '../../src/matching/year/year-of.js';
import { instance } from '../../bench/instances.js';

const emptySeats = (plan: readonly Assignment[]): number =>
  plan.reduce((sum, { seats }) => sum + Object.values(seats).filter((peer) => peer === null).length, 0);

/** The programme without one peer, who has said no to a challenge. */
const without = (programme: Programme, challenge: string, peer: string): Programme => ({
  ...programme,
  challenges: programme.challenges.map((one) =>
    one.id === challenge ? { ...one, excluded: [...(one.excluded ?? []), peer] } : one,
  ),
});

describe('a chain', () => {
  it('fills a seat that stays empty else, keeps every rule and every date, and changes three challenges at most', async () => {
    const programme = instance(5, 60, 12);
    const plan = (await answerPlan({ programme, incumbent: [] }, { gap: 0.02, clock: NO_LIMIT })).assignments;
    let found = 0;
    for (const standing of plan.filter(({ window }) => window !== null)) {
      for (const [seat, peer] of Object.entries(standing.seats)) {
        if (peer === null) continue;
        const left = { ...standing.seats, [seat]: null };
        const now = plan.map((one) => (one === standing ? { ...one, seats: left } : one));
        const kept = Object.fromEntries(Object.entries(left).filter(([, one]) => one !== null));
        // The dates of all are agreed.
        const dated = without(programme, standing.challenge, peer);
        const fixed = now.flatMap(({ challenge, window }) =>
          window === null ? [] : [{ challenge, window }],
        );
        const input = {
          programme: {
            ...dated,
            commitments: [...fixed, { challenge: standing.challenge, seats: kept }],
          },
          incumbent: now,
        };
        const teams = await chainFor(input, standing.challenge, NO_LIMIT);
        if (!teams) continue;
        found++;
        expect(teams.length).toBeGreaterThan(1);
        expect(teams.length).toBeLessThanOrEqual(3);
        expect(teams[0]?.challenge).toBe(standing.challenge);
        expect(teams[0]?.seats).toMatchObject(kept);
        const after = now.map((one) => teams.find(({ challenge }) => challenge === one.challenge) ?? one);
        expect(emptySeats(after)).toBeLessThan(emptySeats(now));
        for (const { challenge, window } of teams)
          expect(now.find((one) => one.challenge === challenge)?.window).toBe(window);
        const score = planScore(input.programme, after);
        expect(
          checkPlan(input.programme, { score, bound: score, gap: 0, assignments: after }, []).broken,
        ).toEqual([]);
      }
    }
    expect(found).toBeGreaterThan(2);
  });

  it('of a challenge that is not there is refused', async () => {
    const programme = instance(5, 60, 3);
    await expect(chainFor({ programme, incumbent: [] }, 'nowhere', NO_LIMIT)).rejects.toThrow(
      'no challenge "nowhere"',
    );
  });
});
