import { NONE } from '../problem/pool.js';
import { Pool } from '../problem/pool.js';
import type { Challenge, Programme } from '../problem/programme.js';
import { ask, type Question } from '../problem/question.js';
import { pinsOf } from '../rules/commitments.js';
import { barsMet, mayServeTogether } from '../rules/rules.js';
import { disruptionOf, namedIn, type Assignment } from '../year/year-of.js';
import { PLAN_FORMAT } from './plan-answer.js';
import { planScore } from './plan-score.js';
import { parseJson } from './programme-file.js';
import {
  BadInput,
  describe,
  integer,
  list,
  numeric,
  object,
  oneOf,
  orNull,
  record,
  text,
  where,
  type Fault,
} from './reader.js';

interface StatedPlan {
  score: number;
  bound: number;
  gap: number;
  assignments: Assignment[];
}

export interface CheckedPlan {
  stated: number;
  /** Section 4 of the contract applied anew; null where the plan cannot be read against the file. */
  score: number | null;
  disruption: number;
  broken: string[];
}

const anything = where(() => true, 'anything');
const whole = integer(Number.MIN_SAFE_INTEGER);
const ASSIGNMENTS = list(object({ challenge: text, window: orNull(text), seats: record(orNull(text)) }));
const PLAN = object(
  {
    format: oneOf([PLAN_FORMAT]),
    status: oneOf(['optimal', 'within-gap', 'time-limit']),
    score: whole,
    bound: whole,
    gap: numeric(0, Infinity),
    assignments: ASSIGNMENTS,
  },
  { disruption: integer(0), changed: list(anything), blocked: list(anything), recruit: list(anything) },
);

/** The assignments of a plan file, for instance one that people know. Throws BadInput when it is not of the form. */
export function readPlan(json: string): StatedPlan {
  const answer = parseJson(json);
  const faults: Fault[] = [];
  PLAN(answer, '', faults);
  if (faults.length > 0) throw new BadInput(faults);
  return answer as StatedPlan;
}

/** Holds a plan against its programme: every hard rule, commitments, the score computed anew, the bound and the gap. */
export function checkPlan(
  programme: Programme,
  plan: StatedPlan,
  incumbent: readonly Assignment[],
): CheckedPlan {
  const unreadable = nameFaults(programme, plan.assignments);
  if (unreadable.length > 0) return { stated: plan.score, score: null, disruption: 0, broken: unreadable };
  const pool = new Pool(programme.councils, programme.peers);
  const known = new Map(plan.assignments.map((assignment) => [assignment.challenge, assignment]));
  const teams = programme.challenges.flatMap((challenge) => {
    const assignment = known.get(challenge.id);
    return assignment ? [teamOf(ask(pool, programme.policy, challenge), assignment)] : [];
  });
  for (const { question, window, team } of teams) {
    if (window < 0) continue;
    const { first, last } = question.stays[window]!;
    for (const p of team)
      if (p !== NONE) pool.place(p, { challenge: question.challenge.id, dates: { first, last } });
  }
  const broken = programme.challenges
    .filter(({ id }) => !known.has(id))
    .map(({ id }) => `challenge ${describe(id)} is missing`);
  for (const team of teams)
    broken.push(
      ...teamFaults(programme, team).map((fault) => `challenge ${team.question.challenge.id}: ${fault}`),
    );
  const score = planScore(programme, plan.assignments);
  const disruption = disruptionOf(programme, incumbent, plan.assignments);
  if (score !== plan.score) broken.push(`score: stated ${String(plan.score)}, computed ${String(score)}`);
  if (plan.bound < score - disruption)
    broken.push(`bound: ${String(plan.bound)} is below what the plan reaches, ${String(score - disruption)}`);
  return { stated: plan.score, score, disruption, broken };
}

interface StatedTeam {
  question: Question;
  /** -1 for no window. */
  window: number;
  team: number[];
}

function teamOf(question: Question, { window, seats }: Assignment): StatedTeam {
  const { challenge, pool } = question;
  const team = challenge.seats.map(({ id }) => pool.find(seats[id] ?? '') ?? NONE);
  return { question, window: challenge.windows.findIndex(({ id }) => id === window), team };
}

function teamFaults(programme: Programme, { question, window, team }: StatedTeam): string[] {
  const { challenge, pool } = question;
  const faults: string[] = [];
  team.forEach((p, s) => {
    if (p === NONE) return;
    const seat = challenge.seats[s]!;
    if (window < 0) faults.push(`seat ${seat.id} is filled, and there is no window`);
    else
      faults.push(
        ...barsMet(question, seat, p, question.stays[window]!).map(
          (bar) => `seat ${seat.id}: ${pool.peers[p]!.id} meets the bar ${bar}`,
        ),
      );
    team.slice(0, s).forEach((other, o) => {
      if (other !== NONE && !mayServeTogether(pool, p, other)) {
        faults.push(
          `seats ${challenge.seats[o]!.id} and ${seat.id}: ${p === other ? 'one peer twice' : 'two peers of one council'}`,
        );
      }
    });
  });
  const pins = pinsOf(programme, challenge, pool);
  if (pins.window !== undefined && pins.window !== window) faults.push('window not as committed');
  for (const [s, p] of pins.seats)
    if (team[s] !== p) faults.push(`seat ${challenge.seats[s]!.id}: not as committed`);
  return faults;
}

function nameFaults({ challenges, peers }: Programme, assignments: readonly Assignment[]): string[] {
  const known = new Map(challenges.map((challenge) => [challenge.id, challenge]));
  const ids = new Set(peers.map(({ id }) => id));
  const seen = new Set<string>();
  return assignments.flatMap((assignment) => {
    const challenge = known.get(assignment.challenge);
    if (!challenge) return [`challenge ${describe(assignment.challenge)} is not in the file`];
    const twice = seen.has(challenge.id) ? [`challenge ${describe(challenge.id)} is there twice`] : [];
    seen.add(challenge.id);
    return [
      ...twice,
      ...assignmentFaults(challenge, assignment, ids).map((fault) => `challenge ${challenge.id}: ${fault}`),
    ];
  });
}

function assignmentFaults(
  { windows, seats }: Challenge,
  assignment: Assignment,
  peers: ReadonlySet<string>,
): string[] {
  const { window } = assignment;
  return [
    ...(window === null || windows.some(({ id }) => id === window)
      ? []
      : [`window ${describe(window)} is not one of the challenge`]),
    ...Object.keys(assignment.seats)
      .filter((seat) => !seats.some(({ id }) => id === seat))
      .map((seat) => `seat ${describe(seat)} is not one of the challenge`),
    ...seats.flatMap(({ id }) => {
      const peer = namedIn(assignment, id);
      return peer !== null && !peers.has(peer) ? [`peer ${describe(peer)} is not in the file`] : [];
    }),
  ];
}
