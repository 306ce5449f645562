import { In } from 'typeorm';
import { lastDay } from '../../calendar/dates.js';
import { Challenge } from '../../challenges/challenge.entity.js';
import { viewBlocked } from '../../proposals/proposals.views.js';
import type { PlanAnswer } from '../../matching/files/plan-answer.js';
import { namedIn, type Assignment } from '../../matching/year/year-of.js';
import { Peer } from '../../peers/peer.entity.js';
import type {
  AcceptedView,
  AssignmentView,
  SeatMoveView,
  ComparisonView,
  PlanRequestView,
  PlanView,
} from './plans.dto.js';
import type { PlanRequest } from './plan-request.entity.js';
import type { Accepted } from './plan-acceptance.service.js';
import { Database } from '../../database/database.js';

/** Names for the ids of a plan, read in two queries. */
export class PlanNames {
  private constructor(
    private readonly challenges: Map<string, Challenge>,
    private readonly peers: Map<string, string>,
  ) {}

  static async of(
    db: Database,
    challengeIds: readonly string[],
    plans: readonly PlanAnswer[],
  ): Promise<PlanNames> {
    const assignments = plans.flatMap((plan) => [
      ...plan.assignments.flatMap(({ seats }) => Object.values(seats)),
      ...plan.changed.map(({ from }) => from),
      ...plan.blocked.flatMap(({ accredit }) => accredit?.best ?? []),
    ]);
    const ids = [...new Set(assignments.filter((id) => id !== null))];
    const challenges = await db.manager.find(Challenge, {
      where: { id: In([...challengeIds]) },
      relations: { council: true },
    });
    const peers = await db.manager.find(Peer, {
      where: { id: In(ids) },
      select: { id: true, name: true },
    });
    return new PlanNames(
      new Map(challenges.map((challenge) => [challenge.id, challenge])),
      new Map(peers.map(({ id, name }) => [id, name])),
    );
  }

  council(challengeId: string): string {
    return this.challenges.get(challengeId)?.council?.name ?? 'gone';
  }

  /** The kind of a challenge, by its id. */
  kind(challengeId: string): string {
    return this.challenges.get(challengeId)?.kind ?? '';
  }

  peer(id: string | null): string | null {
    return id === null ? null : (this.peers.get(id) ?? 'gone');
  }

  dates({ challenge, window }: Assignment): { firstDay: string | null; lastDay: string | null } {
    const found = this.challenges.get(challenge)?.windows.find(({ id }) => id === window);
    return found
      ? { firstDay: found.start, lastDay: lastDay(found.start, found.days) }
      : { firstDay: null, lastDay: null };
  }
}

export function viewPlanRequest(request: PlanRequest, plan: PlanView | null): PlanRequestView {
  const { id, year, state, phase, challengeIds, score, bound, createdAt, finishedAt } = request;
  return {
    id,
    year,
    state,
    phase,
    challenges: challengeIds.length,
    score,
    bound,
    createdAt: createdAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
    plan,
  };
}

export function viewPlan(plan: PlanAnswer, names: PlanNames): PlanView {
  const { status, score, bound, gap, disruption } = plan;
  return {
    status,
    score,
    bound,
    gap,
    disruption,
    assignments: plan.assignments.map((assignment) => viewAssignment(assignment, names)),
    changed: plan.changed.map(({ challenge, seat, from, to }) =>
      viewChange(challenge, seat, [from, to], names),
    ),
    blocked: plan.blocked.map(({ challenge, competesWith, ...blocked }) => ({
      challengeId: challenge,
      council: names.council(challenge),
      ...viewBlocked(blocked),
      competesWith: competesWith.map((rival) => ({
        challengeId: rival.challenge,
        council: names.council(rival.challenge),
        peers: rival.peers,
      })),
    })),
    recruit: plan.recruit,
  };
}

function viewAssignment(assignment: Assignment, names: PlanNames): AssignmentView {
  const { challenge, window, seats } = assignment;
  return {
    challengeId: challenge,
    council: names.council(challenge),
    windowId: window,
    ...names.dates(assignment),
    seats: Object.entries(seats).map(([seat, peerId]) => ({ seat, peerId, peer: names.peer(peerId) })),
  };
}

function viewChange(
  challengeId: string,
  seat: string,
  [from, to]: [string | null, string | null],
  names: PlanNames,
): SeatMoveView {
  return {
    challengeId,
    council: names.council(challengeId),
    seat,
    from: names.peer(from),
    to: names.peer(to),
  };
}

/** Who moves, which dates move, and what is gained, from one plan to another. */
export function comparePlans(one: PlanAnswer, other: PlanAnswer, names: PlanNames): ComparisonView {
  const others = new Map(other.assignments.map((assignment) => [assignment.challenge, assignment]));
  const both = one.assignments.flatMap((before) => {
    const after = others.get(before.challenge);
    return after ? [{ before, after }] : [];
  });
  return {
    gained: other.score - one.score,
    moves: both.flatMap(({ before, after }) =>
      Object.keys(before.seats)
        .filter((seat) => namedIn(before, seat) !== namedIn(after, seat))
        .map((seat) =>
          viewChange(before.challenge, seat, [namedIn(before, seat), namedIn(after, seat)], names),
        ),
    ),
    windows: both
      .filter(({ before, after }) => before.window !== after.window)
      .map(({ before, after }) => ({
        challengeId: before.challenge,
        council: names.council(before.challenge),
        from: names.dates(before).firstDay,
        to: names.dates(after).firstDay,
      })),
  };
}

export function viewAccepted({ challengeId, proposal, problem }: Accepted, names: PlanNames): AcceptedView {
  return { challengeId, council: names.council(challengeId), proposalId: proposal?.id ?? null, problem };
}
