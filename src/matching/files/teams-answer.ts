import { blockedSeats } from '../reasons/blocked.js';
import type { Blocked, TeamReasons } from '../reasons/reason.js';
import { pinsOf, poolOf } from '../rules/commitments.js';
import type { Challenge, Programme, TeamSeats } from '../problem/programme.js';
import { ask, seatsById, type Question } from '../problem/question.js';
import { teamReasons } from '../reasons/reasons.js';
import { BadInput, describe } from './reader.js';
import { termsOf, type Term } from '../rules/score.js';
import type { Found } from '../teams/found.js';
import { bestTeams, type Cancelled } from '../teams/teams.js';
import type { Pins } from '../rules/pins.js';

export const TEAMS_FORMAT = 'critical-friend/teams@1';

/** One ranked team, by ids. */
export interface RankedTeam {
  rank: number;
  score: number;
  window: string;
  seats: TeamSeats;
  terms: Term[];
  reasons: TeamReasons;
}

export interface TeamsAnswer {
  format: typeof TEAMS_FORMAT;
  challenge: string;
  status: 'optimal';
  teams: RankedTeam[];
  blocked: Blocked[];
}

/**
 * Answers the teams question of a programme file for one challenge. Throws BadInput when the challenge is not named and there
 * are several, or is not in the file.
 */
export function answerTeams(programme: Programme, challengeId: string | undefined, top: number): TeamsAnswer {
  const challenge = chosenChallenge(programme, challengeId);
  const pool = poolOf(programme);
  return answerChallenge(ask(pool, programme.policy, challenge), top, pinsOf(programme, challenge, pool));
}

/** The same for a question made ready. */
export function answerChallenge(
  question: Question,
  top: number,
  pins: Pins,
  cancelled?: Cancelled,
): TeamsAnswer {
  const found = bestTeams(question, top, pins, cancelled);
  const best = found[0];
  return {
    format: TEAMS_FORMAT,
    challenge: question.challenge.id,
    status: 'optimal',
    teams: found.map((team, index) => ranked(question, team, index + 1)),
    blocked: best ? blockedSeats(question, best, pins) : [],
  };
}

function ranked(question: Question, { window, team, score }: Found, rank: number): RankedTeam {
  return {
    rank,
    score,
    window: question.challenge.windows[window]!.id,
    seats: seatsById(question.challenge, question.pool, team),
    terms: termsOf(question, team, question.stays[window]!.penalty),
    reasons: teamReasons(question, team, window),
  };
}

function chosenChallenge({ challenges }: Programme, id: string | undefined): Challenge {
  const ids = challenges.map((challenge) => challenge.id).join(', ');
  const chosen =
    id === undefined && challenges.length === 1
      ? challenges[0]
      : challenges.find((challenge) => challenge.id === id);
  if (chosen) return chosen;
  throw new BadInput([
    {
      path: '--challenge',
      found: describe(id),
      allowed: ids === '' ? 'nothing: the file has no challenge' : `one of ${ids}`,
    },
  ]);
}
