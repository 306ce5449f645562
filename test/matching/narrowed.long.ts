import { answerChallenge } from '../../src/matching/files/teams-answer.js';
import { ask } from '../../src/matching/problem/question.js';
import { poolOf } from '../../src/matching/rules/commitments.js';
import { narrowed } from '../../src/matching/rules/narrowed.js';
import { NO_PINS } from '../../src/matching/rules/pins.js';
import { times } from '../support/figure.js';
import { smallProgramme, withHouses } from './small-cases.js';

describe('a question about those only who could come', () => {
  it('has the same teams, in the same order and for the same reasons, and the same seats that nobody can take', () => {
    let [blocked, left] = [0, 0];
    for (let seed = 1; seed <= times(400, 3000); seed++) {
      const small = smallProgramme(seed);
      const programme = seed % 3 === 0 ? withHouses(small, seed) : small;
      const pool = poolOf(programme);
      for (const challenge of programme.challenges) {
        const question = ask(pool, programme.policy, challenge);
        const few = narrowed(question);
        const [all, those] = [question, few].map((one) => answerChallenge(one, 3, NO_PINS));
        expect({ seed, teams: those?.teams }).toEqual({ seed, teams: all?.teams });
        expect(those?.blocked.map(({ seat }) => seat)).toEqual(all?.blocked.map(({ seat }) => seat));
        blocked += all?.blocked.length ?? 0;
        left += question.pool.size - few.pool.size;
      }
    }
    expect(blocked).toBeGreaterThan(20);
    expect(left).toBeGreaterThan(200);
  });
});
