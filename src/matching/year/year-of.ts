import { Pool } from '../problem/pool.js';
import type { Challenge, Programme, TeamSeats } from '../problem/programme.js';
import { ask, type Question } from '../problem/question.js';
import { pinsOf } from '../rules/commitments.js';
import { listed, type Listed } from '../teams/frame.js';
import type { Keeping } from '../teams/seat-lists.js';
import { archetypesOf } from './archetypes.js';
import { shared } from './shared-lists.js';
import { yearProblem, type YearProblem, type YearQuestion } from './year-problem.js';

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

/** A year before it is known who may sit where. */
export interface Begun {
  pool: Pool;
  questions: YearQuestion[];
}

/**
 * Begins the year of a programme: commitments are pins, and people named in the incumbent are worth keeping. After its peers stand the
 * imagined ones whom one could recruit; they are free on no day.
 */
export function begin({ programme, incumbent }: YearInput): Begun {
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
  return { pool, questions };
}

/** Who may sit where in one challenge of a year: what takes longest to make ready. */
export function listing({ question, pins, keeping }: YearQuestion): Listed {
  return shared(listed(question, pins, keeping));
}

/** The year of a programme, whole. */
export function yearOf(
  input: YearInput,
  { pool, questions }: Begun = begin(input),
  listings: readonly Listed[] = questions.map(listing),
): YearProblem {
  const { policy, peers } = input.programme;
  return yearProblem(pool, questions, policy.repeat, peers.length, listings);
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
