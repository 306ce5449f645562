import { answerChallenge } from '../../src/matching/files/teams-answer.js';
import { ask } from '../../src/matching/problem/question.js';
import { poolOf } from '../../src/matching/rules/commitments.js';
import { NO_PINS } from '../../src/matching/rules/pins.js';
import { searchTeams } from '../../src/proposals/search-thread.js';
import { smallProgramme } from '../matching/small-cases.js';

describe('a search on its thread', () => {
  it.each([1, 2, 3])('answers as the engine does here (%i)', async (seed) => {
    const programme = smallProgramme(seed);
    const [challenge] = programme.challenges;
    if (!challenge) throw new Error('the programme has no challenge');
    const question = ask(poolOf(programme), programme.policy, challenge);
    expect(await searchTeams(question, 3)).toEqual(answerChallenge(question, 3, NO_PINS));
  });
});
