import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import { ChallengesService } from '../challenges/challenges.service.js';
import { requireState, type ChallengeState } from '../challenges/states.js';
import { Database } from '../database/database.js';
import type { CivilDate } from '../calendar/dates.js';
import type { Window } from '../matching/problem/programme.js';
import { Jobs } from '../jobs/jobs.js';
import type { Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { conflict, notFound } from '../web/problems.js';
import { Proposal } from './proposal.entity.js';
import { isWaiting, type RequestState } from './request-states.js';
import { TeamRequest } from './team-request.entity.js';

/** States in which a challenge may get proposals. */
export const PROPOSABLE: ChallengeState[] = ['scoped', 'team_proposed', 'team_agreed', 'postponed'];
/** Where newer proposals are the ones to choose among. An agreed team stands, with its approval, until another is chosen. */
export const CHOOSING: ChallengeState[] = PROPOSABLE.filter((state) => state !== 'team_agreed');

/** Questions to the matching engine about one challenge: asked, followed, cancelled, and asked again where their job was lost. */
@Injectable()
export class RequestsService {
  constructor(
    private readonly db: Database,
    private readonly challenges: ChallengesService,
    private readonly jobs: Jobs,
  ) {}

  /** Asks for teams. While a request of the challenge waits or runs, asking again gives that one. */
  async request(actor: Actor, challengeId: string): Promise<TeamRequest> {
    return this.db.transact(async (tx) => {
      const challenge = await this.challenges.lock(tx, challengeId);
      requireState(challenge.state, PROPOSABLE, 'asking for a team');
      if (toCome(challenge.windows, this.db.today()).length === 0)
        throw conflict('no-window', 'The challenge has no window that is to come; offer at least one first.');
      if (challenge.seats.length === 0)
        throw conflict('no-seat', 'The challenge has no seat; add at least one first.');
      const wanted = { cause: 'request' as const, pins: { seats: {} }, without: [] };
      return this.requestWithin(tx, actor, challengeId, wanted);
    });
  }

  /** The same from inside a transaction that holds the challenge: for repairs too. */
  async requestWithin(
    tx: EntityManager,
    actor: Actor,
    challengeId: string,
    wanted: Pick<TeamRequest, 'cause' | 'pins' | 'without'>,
  ): Promise<TeamRequest> {
    const live = await tx.findOneBy(TeamRequest, { challengeId, state: In(['queued', 'running']) });
    if (live && wanted.cause === 'request') return live;
    // What a repair knows is newer than what a request at work has read.
    if (live) await this.endWaiting(tx, challengeId, 'replaced by a newer request');
    const request = await tx.save(
      tx.create(TeamRequest, {
        challengeId,
        ...wanted,
        state: 'queued',
        phase: 'waiting for a worker',
        actor: actor.id,
        blocked: [],
        finishedAt: null,
      }),
    );
    await this.jobs.add(tx, ...jobOf(request));
    const { cause } = wanted;
    await record(tx, actor, 'team.requested', `challenge:${challengeId}`, { request: request.id, cause });
    return request;
  }

  /** A job looks at who of the team may not serve any more, and tells the adviser. */
  async checkTeam(tx: EntityManager, challengeId: string): Promise<void> {
    // Each by itself: a look that is at work may have begun before what is to be looked at.
    await this.jobs.add(tx, 'check-team', `check-team-${randomUUID()}`, { challenge: challengeId });
  }

  async get(id: string): Promise<TeamRequest> {
    const request = await this.db.manager.findOneBy(TeamRequest, { id });
    if (!request) throw notFound('team request');
    return request;
  }

  /** All of a challenge, newest first. */
  ofChallenge(challengeId: string): Promise<TeamRequest[]> {
    return this.db.manager.find(TeamRequest, {
      where: { challengeId },
      order: { createdAt: 'DESC', id: 'ASC' },
    });
  }

  /** Every team that was ever proposed for a challenge, newest first. */
  proposalsOfChallenge(challengeId: string): Promise<Proposal[]> {
    return this.db.manager.find(Proposal, {
      where: { challengeId },
      order: { createdAt: 'DESC', rank: 'ASC' },
      take: 200,
    });
  }

  /** Its answer, best first, and what was edited of it after. */
  proposalsOf(id: string): Promise<Proposal[]> {
    return this.db.manager.find(Proposal, { where: { requestId: id }, order: { rank: 'ASC' } });
  }

  /** Cancelling twice is cancelling once. Throws a 409 where it has ended otherwise. */
  async cancel(actor: Actor, id: string): Promise<TeamRequest> {
    return this.db.transact(async (tx) => {
      const request = await lockRequest(tx, id);
      if (!request) throw notFound('team request');
      if (request.state === 'cancelled') return request;
      request.end('cancelled', 'cancelled', this.db.now());
      await tx.save(request);
      await record(tx, actor, 'team.cancelled', `challenge:${request.challengeId}`, { request: id });
      return request;
    });
  }

  /** Nobody waits any more for what is asked about a challenge. */
  async endWaiting(tx: EntityManager, challengeId: string, why: string): Promise<void> {
    const waiting = await tx.find(TeamRequest, {
      where: { challengeId, state: In(['queued', 'running']) },
      lock: { mode: 'pessimistic_write' },
    });
    for (const request of waiting) request.end('cancelled', why, this.db.now());
    await tx.save(waiting);
  }

  /** The last try of the job has failed: the request says so, and whoever asked can ask again. */
  async fail(id: string): Promise<void> {
    await this.db.transact(async (tx) => {
      const request = await lockRequest(tx, id);
      if (!request || !isWaiting(request.state)) return;
      request.end('failed', 'failed; ask again', this.db.now());
      await tx.save(request);
    });
  }

  /** Requests that wait without a job, as after an accident of the queue, are given one anew. Returns how many wait too long. */
  async sweep(olderThanSeconds: number): Promise<number> {
    const waiting = await this.db.manager
      .createQueryBuilder(TeamRequest, 't')
      .where(`t.state IN (:...waiting) AND t.created_at < :since`, {
        waiting: ['queued', 'running'] satisfies RequestState[],
        since: this.db.ago(olderThanSeconds),
      })
      .getMany();
    for (const request of waiting) await this.db.transact((tx) => this.jobs.addAgain(tx, ...jobOf(request)));
    return waiting.length;
  }
}

/** Windows that have not begun: what is past is neither proposed nor agreed. */
export const toCome = (windows: Window[], today: CivilDate): Window[] =>
  windows.filter(({ start }) => start > today);

/** The request, kept from others until the transaction ends. */
export function lockRequest(tx: EntityManager, id: string): Promise<TeamRequest | null> {
  return tx.findOne(TeamRequest, { where: { id }, lock: { mode: 'pessimistic_write' } });
}

function jobOf({
  id,
  cause,
}: TeamRequest): [name: 'repair-team' | 'propose-team', id: string, payload: { teamRequest: string }] {
  const name = cause === 'repair' ? 'repair-team' : 'propose-team';
  return [name, `${name}-${id}`, { teamRequest: id }];
}
