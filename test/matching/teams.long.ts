import { commitmentFaults } from '../../src/matching/files/commitment-faults.js';
import { checkTeams } from '../../src/matching/files/check.js';
import { readProgramme } from '../../src/matching/files/programme-file.js';
import type { Commitment, Programme } from '../../src/matching/problem/programme.js';
import { Random } from '../../src/matching/problem/random.js';
import { answerTeams, type TeamsAnswer } from '../../src/matching/files/teams-answer.js';
import { times } from '../support/figure.js';
import { everyBestTeam, everyTeam } from './oracle.js';
import { smallProgramme, withHouses, withPresence } from './small-cases.js';
import { teamsFile } from '../../src/matching/files/answer-files.js';

const CASES = times(250, 4000);

function plain({ teams }: TeamsAnswer): object[] {
  return teams.map(({ window, seats, score }) => ({ window, seats, score }));
}

function agrees(programme: Programme, seed: number): number {
  let teams = 0;
  for (const challenge of programme.challenges) {
    const expected = everyBestTeam(programme, challenge, 3);
    const answer = answerTeams(programme, challenge.id, 3);
    expect({ seed, teams: plain(answer) }).toEqual({
      seed,
      teams: expected.map(({ window, seats, score }) => ({ window, seats, score })),
    });
    teams += expected.length;
  }
  return teams;
}

/** Commits a challenge of a case to a team that it could have, in part or whole; null where none keeps the rules. */
function withCommitments(programme: Programme, random: Random): Programme | null {
  const challenge = random.pick(programme.challenges);
  const teams = everyTeam(programme, challenge);
  if (teams.length === 0) return null;
  const { window, seats } = random.pick(teams);
  const commitment: Commitment = {
    challenge: challenge.id,
    ...(random.chance(0.7) ? { window } : {}),
    ...(random.chance(0.8) ? { seats: Object.fromEntries(random.some(Object.entries(seats), 0.6)) } : {}),
  };
  const committed = { ...programme, commitments: [commitment] };
  return commitmentFaults(committed).length === 0 ? committed : null;
}

describe('the teams question', () => {
  it(`agrees with listing every team, over ${String(CASES)} small programmes`, () => {
    let teams = 0;
    for (let seed = 1; seed <= CASES; seed++) teams += agrees(smallProgramme(seed), seed);
    expect(teams).toBeGreaterThan(CASES);
  });

  it('agrees with listing every team of larger pools, where most peers are never looked at', () => {
    let larger = 0;
    for (let seed = 1; larger < 150; seed++) {
      const programme = smallProgramme(seed, 40);
      const small = {
        ...programme,
        challenges: programme.challenges.filter(({ seats }) => seats.length <= 3),
      };
      if (small.challenges.length === 0 || programme.peers.length < 20) continue;
      larger++;
      agrees(small, seed);
    }
  });

  it('agrees with listing every team where bodies are one house and peers have several homes', () => {
    let teams = 0;
    for (let seed = 1; seed <= CASES; seed++) {
      teams += agrees(withHouses(smallProgramme(seed), seed), seed);
      teams += agrees(withHouses(smallProgramme(seed, 30), seed), seed);
    }
    expect(teams).toBeGreaterThan(CASES);
  });

  it('agrees with listing every team where seats are for some of the days, or off site', () => {
    let teams = 0;
    for (let seed = 1; seed <= CASES; seed++) {
      teams += agrees(withPresence(smallProgramme(seed), seed), seed);
      teams += agrees(withPresence(smallProgramme(seed, 30), seed), seed);
    }
    expect(teams).toBeGreaterThan(CASES);
  });

  it('agrees with listing every team when a window, some seats or both are committed', () => {
    let cases = 0;
    for (let seed = 1; cases < CASES / 4; seed++) {
      const programme = withCommitments(smallProgramme(seed), new Random(seed));
      if (!programme) continue;
      cases++;
      agrees(programme, seed);
    }
  });

  it('gives teams that the checker accepts, and the same bytes again', () => {
    for (let seed = 1; seed <= times(60, 300); seed++) {
      const text = JSON.stringify(smallProgramme(seed));
      const programme = readProgramme(text);
      for (const { id } of programme.challenges) {
        const answer = JSON.stringify(teamsFile(answerTeams(programme, id, 3)));
        expect(JSON.stringify(teamsFile(answerTeams(readProgramme(text), id, 3)))).toBe(answer);
        expect(checkTeams(programme, answer).flatMap(({ broken }) => broken)).toEqual([]);
      }
    }
  });
});
