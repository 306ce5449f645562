import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { londonDate } from '../calendar/dates.js';
import { programmeYearName } from '../calendar/programme-year.js';
import { enqueue } from '../jobs/queue.js';
import type { PlanAnswer } from '../matching/files/plan-answer.js';
import type { YearInput } from '../matching/year/year-of.js';
import type { Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { PolicyService } from '../policy/policy.service.js';
import type { Proposal } from '../proposals/proposal.entity.js';
import { PlannedTeamsService } from '../proposals/planned-teams.service.js';
import { Settings } from '../settings.js';
import { badField, conflict, notFound, Problem } from '../web/problems.js';
import { planOnThread } from './plan-thread.js';
import { PlanRequest } from './plan-request.entity.js';
import { plannableChallenges, yearInput } from './year-programme.js';

/** How often a running plan looks whether it was cancelled. */
const LOOK_MS = 300;

export interface PlanWish {
  challenges?: string[] | undefined;
  gap: number;
  timeLimit: number;
}

/** What came of accepting a plan for one challenge. */
export interface Accepted {
  challengeId: string;
  proposal: Proposal | null;
  /** Why not, in words. */
  problem: string | null;
}

/** Plans of whole programme years: asked for, made by a job, compared, accepted. */
@Injectable()
export class PlansService {
  constructor(
    private readonly source: DataSource,
    private readonly policy: PolicyService,
    private readonly teams: PlannedTeamsService,
    private readonly settings: Settings,
  ) {}

  /** Asks for a plan of a year: of the challenges named, or of all that wait for a team. While one is made, asking again gives that one. */
  async request(actor: Actor, year: number, { challenges, gap, timeLimit }: PlanWish): Promise<PlanRequest> {
    return this.source.transaction(async (tx) => {
      await tx.query('SELECT pg_advisory_xact_lock(hashtext($1))', [`plan of ${String(year)}`]);
      const live = await tx.findOne(PlanRequest, { where: ['queued', 'running'].map((state) => ({ year, state: state as 'queued' })) });
      if (live) return live;
      const waiting = (await plannableChallenges(tx, year, londonDate(new Date()))).map(({ id }) => id);
      const strangers = (challenges ?? []).filter((id) => !waiting.includes(id));
      if (strangers.length > 0)
        throw badField(
          '/challenges',
          `found ${strangers.join(', ')}; allowed: challenges of ${programmeYearName(year)} that have windows and seats and wait for a team`,
        );
      const challengeIds = challenges ? waiting.filter((id) => challenges.includes(id)) : waiting;
      if (challengeIds.length === 0)
        throw conflict('nothing-to-plan', `No challenge of ${programmeYearName(year)} with windows and seats waits for a team.`);
      const state = 'queued' as const;
      const request = await tx.save(
        tx.create(PlanRequest, {
          year,
          challengeIds,
          gap,
          timeLimit,
          state,
          phase: 'waiting for a worker',
          actor: actor.id,
          score: null,
          bound: null,
          plan: null,
          finishedAt: null,
        }),
      );
      await enqueue(tx, this.settings.QUEUE_URL, 'plan-year', `plan-year-${request.id}`, { planRequest: request.id });
      await record(tx, actor, 'plan.requested', `programme:${String(year)}`, { request: request.id, challenges: challengeIds.length });
      return request;
    });
  }

  async get(id: string): Promise<PlanRequest> {
    const request = await this.source.manager.findOneBy(PlanRequest, { id });
    if (!request) throw notFound('plan request');
    return request;
  }

  /** The plan of a request. Throws a 409 where there is none yet. */
  async plan(id: string): Promise<{ request: PlanRequest; plan: PlanAnswer }> {
    const request = await this.get(id);
    if (!request.plan) throw conflict('no-plan', `The request is ${request.state}; there is no plan yet.`);
    return { request, plan: request.plan };
  }

  ofYear(year: number): Promise<PlanRequest[]> {
    return this.source.manager.find(PlanRequest, { where: { year }, order: { createdAt: 'DESC', id: 'ASC' }, take: 50 });
  }

  /** Ends a request; a plan being made ends with the best so far, which stays to be looked at and accepted. */
  async cancel(actor: Actor, id: string): Promise<PlanRequest> {
    const { year } = await this.get(id);
    await this.source.transaction(async (tx) => {
      const ended = await tx.update(PlanRequest, LIVE(id), { state: 'cancelled', phase: 'cancelled', finishedAt: new Date() });
      if (ended.affected === 0) {
        const { state } = await tx.findOneByOrFail(PlanRequest, { id });
        if (state === 'cancelled') return;
        throw conflict('wrong-state', `The request is ${state}; only one that waits or runs can be cancelled.`);
      }
      await record(tx, actor, 'plan.cancelled', `programme:${String(year)}`, { request: id });
    });
    return this.get(id);
  }

  /** The job: makes the plan. Does nothing where that is done, cancelled or gone, so that it may run any number of times. */
  async answer(id: string): Promise<void> {
    const claimed = await this.source.manager.update(PlanRequest, LIVE(id), { state: 'running', phase: 'reading the pool' });
    if (claimed.affected === 0) return;
    const { challengeIds, year, gap, timeLimit } = await this.get(id);
    const input = await this.input(this.source.manager, year, challengeIds);
    let telling = Promise.resolve();
    const planning = planOnThread({ input, gap, timeLimit }, ({ phase, value, bound }) => {
      const known = Number.isFinite(bound) ? Math.floor(bound) : null;
      telling = this.tell(id, { phase, score: value, bound: known }).catch(() => undefined);
    });
    const watch = setInterval(() => {
      void this.get(id).then(({ state }) => {
        if (state !== 'running') planning.stop();
      }, planning.stop);
    }, LOOK_MS);
    try {
      const plan = await planning.answer;
      await telling;
      await this.store(id, plan);
    } finally {
      clearInterval(watch);
    }
  }

  private async tell(id: string, news: Pick<PlanRequest, 'phase' | 'score' | 'bound'>): Promise<void> {
    await this.source.manager.update(PlanRequest, { id, state: 'running' }, news);
  }

  /** A cancelled request keeps the best plan so far too. */
  private async store(id: string, plan: PlanAnswer): Promise<void> {
    const found = { score: plan.score, bound: plan.bound, plan };
    const words = {
      optimal: 'done: no plan is better',
      'within-gap': 'done: near enough to the best',
      'time-limit': 'done: the best found in the time given',
    };
    const done = await this.source.manager.update(
      PlanRequest,
      { id, state: 'running' },
      { ...found, state: 'done', phase: words[plan.status], finishedAt: new Date() },
    );
    if (done.affected === 0) await this.source.manager.update(PlanRequest, { id, state: 'cancelled' }, found);
  }

  /** The last try of the job has failed: the request says so, and whoever asked can ask again. */
  async fail(id: string): Promise<void> {
    await this.source.manager.update(PlanRequest, LIVE(id), { state: 'failed', phase: 'failed; ask again', finishedAt: new Date() });
  }

  /** Requests that wait without a job are given one anew. */
  async sweep(olderThanSeconds: number): Promise<void> {
    const waiting = await this.source.manager
      .createQueryBuilder(PlanRequest, 'r')
      .where(`r.state = 'queued' AND r.created_at < now() - make_interval(secs => :secs)`, { secs: olderThanSeconds })
      .getMany();
    for (const { id } of waiting) {
      const name = `plan-year-${id}-swept-${String(Math.floor(Date.now() / 60_000))}`;
      await this.source.transaction((tx) => enqueue(tx, this.settings.QUEUE_URL, 'plan-year', name, { planRequest: id }));
    }
  }

  /** What a plan of these challenges is made from, as things stand now. */
  async input(tx: EntityManager, year: number, challengeIds: readonly string[]): Promise<YearInput> {
    const challenges = (await plannableChallenges(tx, year, londonDate(new Date()))).filter(({ id }) => challengeIds.includes(id));
    const kinds = new Map((await this.policy.kinds(tx)).map((kind) => [kind.id, kind]));
    return yearInput(tx, challenges, year, {
      weights: await this.policy.get('weights', tx),
      calendar: await this.policy.get('calendar', tx),
      kinds,
    });
  }

  /**
   * Makes the planned team of each challenge named, or of all, its proposal; from there each goes its usual way. A challenge for
   * which that is no longer possible is left as it is, and told.
   */
  async accept(actor: Actor, id: string, only: readonly string[] | undefined): Promise<Accepted[]> {
    const { request, plan } = await this.plan(id);
    const strangers = (only ?? []).filter((challenge) => !request.challengeIds.includes(challenge));
    if (strangers.length > 0) throw badField('/challenges', `found ${strangers.join(', ')}; allowed: challenges of this plan`);
    const accepted: Accepted[] = [];
    for (const { challenge, window, seats } of plan.assignments) {
      if (only && !only.includes(challenge)) continue;
      if (window === null) {
        accepted.push({ challengeId: challenge, proposal: null, problem: 'The plan has no window for this challenge.' });
        continue;
      }
      accepted.push(await this.acceptOne(actor, challenge, window, seats));
    }
    return accepted;
  }

  private async acceptOne(actor: Actor, challengeId: string, window: string, seats: Record<string, string | null>): Promise<Accepted> {
    try {
      return { challengeId, proposal: await this.teams.propose(actor, challengeId, window, seats), problem: null };
    } catch (error) {
      if (error instanceof Problem) return { challengeId, proposal: null, problem: error.message };
      throw error;
    }
  }
}

const LIVE = (id: string): { id: string; state: 'queued' | 'running' }[] => [
  { id, state: 'queued' },
  { id, state: 'running' },
];
