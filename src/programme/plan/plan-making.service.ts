import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import type { Challenge } from '../../challenges/challenge.entity.js';
import type { PlanAnswer } from '../../matching/files/plan-answer.js';
import type { Progress } from '../../matching/year/outcome.js';
import type { YearInput } from '../../matching/year/year-of.js';
import { planOnThread } from './plan-thread.js';
import { PlanRequest } from './plan-request.entity.js';
import { plannableChallenges, yearInput } from './year-programme.js';
import { ReferenceService } from '../../reference/reference.service.js';
import { KindsService } from '../../kinds/kinds.service.js';
import { Database } from '../../database/database.js';
import { KeptPool } from '../../proposals/problem/kept-pool.js';
import { lockPlan } from './plans.service.js';

/** How often a running plan looks whether it was cancelled. */
const LOOK_MS = 300;

/** What the engine does, as people say it. */
const DOING: Record<Progress['phase'], string> = {
  'first plan': 'Looking for a first plan',
  prices: 'Comparing the teams of all challenges',
  options: 'Listing the best teams of each challenge',
  rounding: 'Putting teams together to a plan',
  improving: 'Making the plan better',
  proof: 'Proving how good the plan is',
};

/** The job that makes the plan of a year. */
@Injectable()
export class PlanMaking {
  constructor(
    private readonly db: Database,
    private readonly reference: ReferenceService,
    private readonly kinds: KindsService,
    private readonly pool: KeptPool,
  ) {}

  /** Makes the plan. Does nothing where that is done, cancelled or gone, so that it may run any number of times. */
  async answer(id: string): Promise<void> {
    const request = await this.begin(id);
    if (!request) return;
    const { challengeIds, year, gap, timeLimit } = request;
    const input = await this.input(this.db.manager, year, challengeIds);
    let telling = Promise.resolve();
    const planning = planOnThread({ input, gap, timeLimit }, ({ phase, value, bound }) => {
      const known = Number.isFinite(bound) ? Math.floor(bound) : null;
      const doing = { phase: DOING[phase], score: value, bound: known };
      telling = this.tell(id, doing).catch(() => undefined);
    });
    const watch = setInterval(() => {
      void this.isRunning(id).then((goesOn) => {
        if (!goesOn) planning.stop();
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

  /** What a plan of these challenges is made from, as things stand now. */
  async input(tx: EntityManager, year: number, challengeIds: readonly string[]): Promise<YearInput> {
    const challenges = (await plannableChallenges(tx, year, this.db.today())).filter(({ id }) =>
      challengeIds.includes(id),
    );
    return this.yearOf(tx, year, challenges);
  }

  /** Some challenges and the whole pool as one programme, with the teams that are agreed for them. */
  async yearOf(tx: EntityManager, year: number, challenges: Challenge[]): Promise<YearInput> {
    const kinds = new Map((await this.kinds.all(tx)).map((kind) => [kind.id, kind]));
    return yearInput(tx, this.pool, {
      challenges,
      year,
      weights: await this.reference.get('weights', tx),
      calendar: await this.reference.get('calendar', tx),
      positions: await this.reference.get('positions', tx),
      kinds,
    });
  }

  private begin(id: string): Promise<PlanRequest | null> {
    return this.db.transact(async (tx) => {
      const request = await lockPlan(tx, id);
      if (!request?.isWaiting) return null;
      request.run('reading the pool');
      return tx.save(request);
    });
  }

  private isRunning(id: string): Promise<boolean> {
    return this.db.manager.existsBy(PlanRequest, { id, state: 'running' });
  }

  /** How far it is, for those who watch; a cancelled one is left alone. */
  private async tell(id: string, news: Pick<PlanRequest, 'phase' | 'score' | 'bound'>): Promise<void> {
    await this.db.manager.update(PlanRequest, { id, state: 'running' }, news);
  }

  /** A cancelled request keeps the best plan so far too. */
  private async store(id: string, plan: PlanAnswer): Promise<void> {
    await this.db.transact(async (tx) => {
      const request = await lockPlan(tx, id);
      if (request?.state !== 'running' && request?.state !== 'cancelled') return;
      Object.assign(request, { score: plan.score, bound: plan.bound, plan });
      if (request.state === 'running') request.end('done', ENDS[plan.status], this.db.now());
      await tx.save(request);
    });
  }
}

const ENDS: Record<PlanAnswer['status'], string> = {
  optimal: 'done: no plan is better',
  'within-gap': 'done: near enough to the best',
  'time-limit': 'done: the best found in the time given',
};
