import { Pool } from '../../src/matching/problem/pool.js';
import type { Programme } from '../../src/matching/problem/programme.js';
import { ask, countsForTeam, type Question } from '../../src/matching/problem/question.js';
import { lacksOf, type Lack } from '../../src/matching/reasons/lacks.js';
import { barsMet, mayServeTogether } from '../../src/matching/rules/rules.js';
import { times } from '../support/figure.js';
import { smallProgramme, withHouses } from './small-cases.js';

/** Whether some seats can all be filled in a window, by trying everybody in each. */
function fillable(
  question: Question,
  window: number,
  seats: readonly number[],
  team: number[] = [],
): boolean {
  const [s, ...rest] = seats;
  if (s === undefined) return true;
  const { challenge, stays, pool } = question;
  const [seat, stay] = [challenge.seats[s] ?? never(), stays[window] ?? never()];
  return pool.peers.some(
    (_, p) =>
      barsMet(question, seat, p, stay).length === 0 &&
      team.every((other) => mayServeTogether(pool, other, p)) &&
      fillable(question, window, rest, [...team, p]),
  );
}

const questionsOf = (programme: Programme): Question[] => {
  const pool = new Pool(programme.councils, programme.peers);
  return programme.challenges.map((challenge) => ask(pool, programme.policy, challenge));
};

describe('a week without a full team', () => {
  it('is exactly one in which no way of seating people fills every seat; the seats named are the fewest', () => {
    const met = new Map<Lack['cause'] | 'full', number>();
    for (let seed = 1; seed <= times(500, 4000); seed++) {
      const programme = smallProgramme(seed);
      for (const question of questionsOf(seed % 2 === 0 ? withHouses(programme, seed) : programme)) {
        const counted = [...question.challenge.seats.entries()].flatMap(([s, seat]) =>
          countsForTeam(seat) ? [s] : [],
        );
        for (const [window, lack] of lacksOf(question).entries()) {
          expect({ seed, full: lack === null }).toEqual({ seed, full: fillable(question, window, counted) });
          met.set(lack?.cause ?? 'full', (met.get(lack?.cause ?? 'full') ?? 0) + 1);
          if (!lack) continue;
          expect(fillable(question, window, lack.seats)).toBe(false);
          for (const s of lack.seats)
            expect(
              fillable(
                question,
                window,
                lack.seats.filter((one) => one !== s),
              ),
            ).toBe(true);
        }
      }
    }
    for (const cause of ['full', 'nobody', 'unaccredited', 'unavailable', 'together'] as const)
      expect({ cause, often: (met.get(cause) ?? 0) > 5 }).toEqual({ cause, often: true });
  });

  it('says of one seat whether people, their accreditation or their days are missing', () => {
    for (let seed = 1; seed <= times(300, 2000); seed++) {
      for (const question of questionsOf(smallProgramme(seed))) {
        for (const lack of lacksOf(question)) {
          const [s] = lack?.seats ?? [];
          if (!lack || s === undefined || lack.cause === 'together') continue;
          const seat = question.challenge.seats[s] ?? never();
          const bars = question.pool.peers.map((_, p) => barsMet(question, seat, p, null));
          const allowed = bars.some((all) => all.length === 0);
          const waiting = bars.some(
            (all, p) =>
              all.every((bar) => bar === 'excluded') &&
              question.accredited[p] === 0 &&
              !question.excluded.has(p),
          );
          expect({ seed, cause: lack.cause }).toEqual({
            seed,
            cause: allowed ? 'unavailable' : waiting ? 'unaccredited' : 'nobody',
          });
        }
      }
    }
  });

  it('takes shadow seats and empty challenges for full', () => {
    const [question] = questionsOf(smallProgramme(3));
    if (!question) throw new Error('no challenge');
    const shadowed = question.challenge.seats.map((seat) => ({ ...seat, shadow: true }));
    const without = { ...question, challenge: { ...question.challenge, seats: shadowed } };
    expect(lacksOf(without).every((lack) => lack === null)).toBe(true);
  });
});

function never(): never {
  throw new Error('not there');
}
