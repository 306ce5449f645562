import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import { programmeYearName } from '../../calendar/programme-year.js';
import type { PlanAnswer } from '../../matching/files/plan-answer.js';
import type { Actor } from '../../people/access.js';
import { record } from '../../people/audit.js';
import { badField, conflict, notFound } from '../../web/problems.js';
import { PlanRequest } from './plan-request.entity.js';
import { plannableChallenges, waitingChallenges } from './year-programme.js';
import { Database } from '../../database/database.js';
import { Jobs } from '../../jobs/jobs.js';

export interface PlanWish {
  challenges?: string[] | undefined;
  gap: number;
  timeLimit: number;
}

/** Plans of whole programme years: asked for, followed, cancelled, read. */
@Injectable()
export class PlansService {
  constructor(
    private readonly db: Database,
    private readonly jobs: Jobs,
  ) {}

  /** Asks for a plan of a year: of the challenges named, or of all that wait for a team. While one is made, asking again gives that one. */
  async request(actor: Actor, year: number, wish: PlanWish): Promise<PlanRequest> {
    return this.db.transact(async (tx) => {
      await tx.query('SELECT pg_advisory_xact_lock(hashtext($1))', [`plan of ${String(year)}`]);
      const live = await tx.findOneBy(PlanRequest, { year, state: In(['queued', 'running']) });
      if (live) return live;
      const { gap, timeLimit } = wish;
      const challengeIds = await this.challengesOf(tx, year, wish.challenges);
      const request = await tx.save(
        tx.create(PlanRequest, {
          year,
          challengeIds,
          gap,
          timeLimit,
          actor: actor.id,
          state: 'queued',
          phase: 'waiting for a worker',
          score: null,
          bound: null,
          plan: null,
          finishedAt: null,
        }),
      );
      await this.jobs.add(tx, 'plan-year', `plan-year-${request.id}`, { planRequest: request.id });
      const about = { request: request.id, challenges: challengeIds.length };
      await record(tx, actor, 'plan.requested', `programme:${String(year)}`, about);
      return request;
    });
  }

  /** The challenges named, or all that wait for a team. Throws a 400 for one that does not, a 409 where none does. */
  private async challengesOf(
    tx: EntityManager,
    year: number,
    named: string[] | undefined,
  ): Promise<string[]> {
    const waiting = (await plannableChallenges(tx, year, this.db.today())).map(({ id }) => id);
    const strangers = (named ?? []).filter((id) => !waiting.includes(id));
    if (strangers.length > 0)
      throw badField(
        '/challenges',
        `found ${strangers.join(', ')}; allowed: challenges of ${programmeYearName(year)} that have windows and seats and wait for a team`,
      );
    const chosen = named ? waiting.filter((id) => named.includes(id)) : waiting;
    if (chosen.length > 0) return chosen;
    throw conflict(
      'nothing-to-plan',
      `No challenge of ${programmeYearName(year)} with windows and seats waits for a team.`,
    );
  }

  async get(id: string): Promise<PlanRequest> {
    const request = await this.db.manager.findOneBy(PlanRequest, { id });
    if (!request) throw notFound('plan request');
    return request;
  }

  /** The plan of a request. Throws a 409 where there is none yet. */
  async plan(id: string): Promise<{ request: PlanRequest; plan: PlanAnswer }> {
    const request = await this.get(id);
    if (!request.plan) throw conflict('no-plan', `The request is ${request.state}; there is no plan yet.`);
    return { request, plan: request.plan };
  }

  /** How many challenges wait for a team, by the year that plans them: that of the first of their dates. */
  async waiting(): Promise<Map<number, number>> {
    const counts = new Map<number, number>();
    for (const { year } of await waitingChallenges(this.db.manager, this.db.today()))
      counts.set(year, (counts.get(year) ?? 0) + 1);
    return counts;
  }

  ofYear(year: number): Promise<PlanRequest[]> {
    return this.db.manager.find(PlanRequest, {
      where: { year },
      order: { createdAt: 'DESC', id: 'ASC' },
      take: 50,
    });
  }

  /** Ends a request; a plan being made ends with the best so far, which stays to be looked at and accepted. */
  async cancel(actor: Actor, id: string): Promise<PlanRequest> {
    return this.db.transact(async (tx) => {
      const request = await lockPlan(tx, id);
      if (!request) throw notFound('plan request');
      if (request.state === 'cancelled') return request;
      request.end('cancelled', 'cancelled', this.db.now());
      await tx.save(request);
      await record(tx, actor, 'plan.cancelled', `programme:${String(request.year)}`, { request: id });
      return request;
    });
  }

  /** The last try of the job has failed: the request says so, and whoever asked can ask again. */
  async fail(id: string): Promise<void> {
    await this.db.transact(async (tx) => {
      const request = await lockPlan(tx, id);
      if (!request?.isWaiting) return;
      request.end('failed', 'failed; ask again', this.db.now());
      await tx.save(request);
    });
  }

  /** Requests that wait without a job are given one anew. */
  async sweep(olderThanSeconds: number): Promise<void> {
    const waiting = await this.db.manager
      .createQueryBuilder(PlanRequest, 'r')
      .where(`r.state = 'queued' AND r.created_at < :since`, { since: this.db.ago(olderThanSeconds) })
      .getMany();
    for (const { id } of waiting)
      await this.db.transact((tx) =>
        this.jobs.addAgain(tx, 'plan-year', `plan-year-${id}`, { planRequest: id }),
      );
  }
}

/** The request, kept from others until the transaction ends. */
export function lockPlan(tx: EntityManager, id: string): Promise<PlanRequest | null> {
  return tx.findOne(PlanRequest, { where: { id }, lock: { mode: 'pessimistic_write' } });
}
