import { Pool } from '../problem/pool.js';
import type { Challenge, Programme, TeamSeats } from '../problem/programme.js';
import { ask, type Question } from '../problem/question.js';
import { pinsOf } from '../rules/commitments.js';
import type { Keeping } from '../teams/seat-lists.js';
import { archetypesOf } from './archetypes.js';
import { yearProblem, type YearProblem } from './year-problem.js';

/** A plan that people know: who sits where, by challenge. */
export interface Assignment {
  challenge: string;
  /** Null where the challenge has no window, and then nobody. */
  window: string | null;
  seats: TeamSeats;
}

/** A programme with, if there is one, the plan that people know already. */
export interface YearInput {
  programme: Programme;
  incumbent: Assignment[];
}

/**
 * The year of a programme: commitments are pins, and people named in the incumbent are worth keeping. After its peers stand the
 * imagined ones whom one could recruit; they are free on no day.
 */
export function yearOf({ programme, incumbent }: YearInput): YearProblem {
  const pool = new Pool(programme.councils, [...programme.peers, ...archetypesOf(programme)]);
  const known = new Map(incumbent.map((assignment) => [assignment.challenge, assignment]));
  const questions = programme.challenges.map((challenge) => {
    // What repeated service costs is counted over the whole year.
    const question = ask(pool, programme.policy, {
      ...challenge,
      policy: { ...challenge.policy, repeat: [] },
    });
    return {
      question,
      pins: pinsOf(programme, challenge, pool),
      keeping: keepingOf(question, known.get(challenge.id)),
    };
  });
  return yearProblem(pool, questions, programme.policy.repeat, programme.peers.length);
}

function keepingOf({ pool, challenge, policy }: Question, assignment: Assignment | undefined): Keeping {
  const keeping = new Map<number, { p: number; points: number }>();
  challenge.seats.forEach(({ id }, s) => {
    const p = pool.find(namedIn(assignment, id) ?? '');
    if (p !== undefined) keeping.set(s, { p, points: policy.disruption });
  });
  return keeping;
}

/** Who sits in a seat by an assignment, null for nobody. */
export function namedIn(assignment: Assignment | undefined, seat: string): string | null {
  return assignment && Object.hasOwn(assignment.seats, seat) ? (assignment.seats[seat] ?? null) : null;
}

/** What a plan costs in named people replaced or dropped, in points. */
export function disruptionOf(
  programme: Programme,
  incumbent: readonly Assignment[],
  plan: readonly Assignment[],
): number {
  const planned = new Map(plan.map((assignment) => [assignment.challenge, assignment]));
  const challenges = new Map(programme.challenges.map((challenge) => [challenge.id, challenge]));
  return incumbent.reduce((sum, before) => {
    const challenge = challenges.get(before.challenge);
    return challenge
      ? sum +
          changedSeats(challenge, before, planned.get(before.challenge)).length *
            disruptionWeight(programme, challenge)
      : sum;
  }, 0);
}

/** The seats of a challenge whose named person is replaced or dropped. */
export function changedSeats(
  { seats }: Challenge,
  before: Assignment | undefined,
  after: Assignment | undefined,
): string[] {
  return seats
    .map(({ id }) => id)
    .filter((id) => namedIn(before, id) !== null && namedIn(after, id) !== namedIn(before, id));
}

/** The price of one changed seat of a challenge. */
export function disruptionWeight(programme: Programme, challenge: Challenge): number {
  return challenge.policy?.disruption ?? programme.policy.disruption;
}
