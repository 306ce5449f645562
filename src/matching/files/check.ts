import { pinsOf, poolOf } from '../rules/commitments.js';
import { NONE } from '../problem/pool.js';
import type { Challenge, Programme, TeamSeats } from '../problem/programme.js';
import { parseJson } from './programme-file.js';
import { ask, type Question } from '../problem/question.js';
import {
  BadInput,
  describe,
  integer,
  list,
  object,
  oneOf,
  orNull,
  record,
  text,
  where,
  type Fault,
} from './reader.js';
import { barsMet, mayServeTogether } from '../rules/rules.js';
import { termsOf, total } from '../rules/score.js';
import type { Pins } from '../rules/pins.js';
import { TEAMS_FORMAT } from './teams-answer.js';

/** A team as an answer states it. */
interface StatedTeam {
  rank: number;
  score: number;
  window: string;
  seats: TeamSeats;
}

export interface CheckedTeam {
  rank: number;
  stated: number;
  /** Section 4 of the contract applied anew; null where the team cannot be read against the file. */
  score: number | null;
  broken: string[];
}

const anything = where(() => true, 'anything');
const ANSWER = object({
  format: oneOf([TEAMS_FORMAT]),
  challenge: text,
  status: oneOf(['optimal']),
  teams: list(
    object(
      {
        rank: integer(1),
        score: integer(Number.MIN_SAFE_INTEGER),
        window: text,
        seats: record(orNull(text)),
      },
      { terms: list(anything), reasons: list(anything) },
    ),
  ),
  blocked: list(anything),
});

/**
 * Holds an answer to the teams question against its programme: every hard rule, pins, differences, and the score computed anew.
 * Throws BadInput when the answer is not of the form or names a challenge that is not in the file.
 */
export function checkTeams(programme: Programme, answerJson: string): CheckedTeam[] {
  const answer = parseJson(answerJson);
  const faults: Fault[] = [];
  ANSWER(answer, '', faults);
  if (faults.length > 0) throw new BadInput(faults);
  const { challenge: id, teams } = answer as { challenge: string; teams: StatedTeam[] };
  const challenge = programme.challenges.find((other) => other.id === id);
  if (!challenge)
    throw new BadInput([
      { path: 'challenge', found: describe(id), allowed: 'the id of a challenge in the programme file' },
    ]);
  const pool = poolOf(programme);
  const question = ask(pool, programme.policy, challenge);
  const pins = pinsOf(programme, challenge, pool);
  return teams.map((team, index) => {
    const checked = checkTeam(question, team, pins);
    return { ...checked, broken: [...checked.broken, ...orderFaults(teams, index)] };
  });
}

/** One team against the hard rules and its own score. */
export function checkTeam(question: Question, stated: StatedTeam, pins: Pins): CheckedTeam {
  const { challenge, pool } = question;
  const unreadable = nameFaults(question, stated);
  if (unreadable.length > 0)
    return { rank: stated.rank, stated: stated.score, score: null, broken: unreadable };
  const window = challenge.windows.findIndex(({ id }) => id === stated.window);
  const stay = question.stays[window]!;
  const team = challenge.seats.map(({ id }) => {
    const peer = stated.seats[id] ?? null;
    return peer === null ? NONE : (pool.find(peer) ?? NONE);
  });
  const broken: string[] = [];
  team.forEach((p, s) => {
    const seat = challenge.seats[s]!;
    if (p !== NONE)
      broken.push(
        ...barsMet(question, seat, p, stay).map(
          (bar) => `seat ${seat.id}: ${pool.peers[p]!.id} meets the bar ${bar}`,
        ),
      );
    team.slice(0, s).forEach((other, o) => {
      if (p !== NONE && other !== NONE && !mayServeTogether(pool, p, other)) {
        broken.push(
          `seats ${challenge.seats[o]!.id} and ${seat.id}: ${p === other ? 'one peer twice' : 'two peers of one council'}`,
        );
      }
    });
    const pinned = pins.seats.get(s);
    if (pinned !== undefined && pinned !== p) broken.push(`seat ${seat.id}: not as committed`);
  });
  if (pins.window !== undefined && pins.window !== window)
    broken.push(`window ${stated.window}: not as committed`);
  const score = total(termsOf(question, team, stay.penalty));
  if (score !== stated.score) broken.push(`score: stated ${String(stated.score)}, computed ${String(score)}`);
  return { rank: stated.rank, stated: stated.score, score, broken };
}

function nameFaults({ challenge, pool }: Question, { window, seats }: StatedTeam): string[] {
  const known = challenge.seats.map(({ id }) => id);
  const peers = Object.values(seats).filter((peer) => peer !== null && pool.find(peer) === undefined);
  return [
    ...(challenge.windows.some(({ id }) => id === window)
      ? []
      : [`window ${describe(window)} is not one of the challenge`]),
    ...Object.keys(seats)
      .filter((seat) => !known.includes(seat))
      .map((seat) => `seat ${describe(seat)} is not one of the challenge`),
    ...missingSeats(challenge, seats).map((seat) => `seat ${describe(seat)} is missing`),
    ...peers.map((peer) => `peer ${describe(peer)} is not in the file`),
  ];
}

function missingSeats({ seats }: Challenge, stated: TeamSeats): string[] {
  return seats.map(({ id }) => id).filter((id) => !Object.hasOwn(stated, id));
}

/** Ranks count from 1, scores never rise, and two peers of a team are outside each better one. */
function orderFaults(teams: StatedTeam[], index: number): string[] {
  const team = teams[index]!;
  const faults =
    team.rank === index + 1 ? [] : [`rank ${String(team.rank)} stands in place ${String(index + 1)}`];
  teams.slice(0, index).forEach((better) => {
    const theirs = new Set(Object.values(better.seats));
    const outside = Object.values(team.seats).filter((peer) => peer !== null && !theirs.has(peer)).length;
    if (outside < 2) faults.push(`fewer than two of its peers are outside team ${String(better.rank)}`);
    if (team.score > better.score) faults.push(`scores more than team ${String(better.rank)} before it`);
  });
  return faults;
}
