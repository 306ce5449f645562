import type { PlanAnswer } from '../../matching/files/plan-answer.js';
import type { PoolPeer } from './pool-use.js';
import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { programmeYear } from '../../calendar/programme-year.js';
import { Challenge } from '../../challenges/challenge.entity.js';
import { asAtOf, type AsAt } from '../measures/as-at.js';
import { countedChallenges } from '../measures/counted-visits.js';
import {
  GAP_PARTS,
  gapsBy,
  recruitWishes,
  unlockedBy,
  refusals,
  seatRows,
  type GapPart,
  type GapRow,
  type RecruitWish,
  type Refusal,
  type SeatRow,
} from './gaps.js';
import { PlanRequest } from '../plan/plan-request.entity.js';
import {
  fairnessByYear,
  poolComposition,
  poolUses,
  type PoolRow,
  type PoolUse,
  type PoolUseYear,
  poolPeers,
} from './pool-use.js';
import { Database } from '../../database/database.js';
import { ClockService } from '../../visits/clock.service.js';
import { runningFigures } from '../measures/workflow-figures.js';

const YEARS = 5;

/** What the pool lacks, whom it uses, and whom to recruit. */
export interface PoolGaps {
  year: number;
  seats: number;
  gaps: Record<GapPart, GapRow[]>;
  refusals: { reason: string; count: number }[];
  uses: Record<PoolUse, number>;
  composition: PoolRow[];
  fairness: PoolUseYear[];
  recruit: RecruitWish[];
  /** The plan whose prices say whom to recruit; null before there is one. */
  planId: string | null;
}

@Injectable()
export class GapsService {
  constructor(
    private readonly db: Database,
    private readonly clock: ClockService,
  ) {}

  /** The programme year in which today lies. */
  get thisYear(): number {
    return programmeYear(this.db.today());
  }

  async of(year: number): Promise<PoolGaps> {
    const tx = this.db.manager;
    const seats = await this.seats(year);
    const plan = await this.newestPlan();
    return {
      year,
      seats: seats.length,
      gaps: Object.fromEntries(GAP_PARTS.map((part) => [part, gapsBy(seats, part)])) as Record<
        GapPart,
        GapRow[]
      >,
      refusals: counted(await this.refusals(year)),
      uses: await poolUses(tx, year),
      composition: await poolComposition(tx, year),
      fairness: await fairnessByYear(tx, year, YEARS),
      recruit: plan?.plan ? recruitWishes(plan.plan, await this.seatsOf(plan.challengeIds)) : [],
      planId: plan?.id ?? null,
    };
  }

  async seats(year: number): Promise<SeatRow[]> {
    const tx = this.db.manager;
    return seatRows(tx, await countedChallenges(tx, year, this.asAt(year)));
  }

  private asAt(year: number): AsAt {
    return asAtOf(year, '', this.db.today());
  }

  refusals(year: number): Promise<Refusal[]> {
    return refusals(this.db.manager, year);
  }

  /** From scope to full team, and who was asked first. */
  async times(year: number): Promise<{ key: string; name: string; value: string; of: number }[]> {
    const tx = this.db.manager;
    const counted = await countedChallenges(tx, year, this.asAt(year));
    const figures = await Promise.all(
      ['full-team', 'first-ask'].map((only) => runningFigures(tx, this.clock, { year, counted, only })),
    );
    return figures.flat().map(({ key, name, value, rows }) => ({ key, name, value, of: rows.length }));
  }

  /** The peers of a year, by their use and a part of the pool. */
  peers(year: number, which: Parameters<typeof poolPeers>[2]): Promise<PoolPeer[]> {
    return poolPeers(this.db.manager, year, which);
  }

  private async newestPlan(): Promise<PlanRequest | null> {
    return this.db.manager
      .createQueryBuilder(PlanRequest, 'r')
      .where('r.plan IS NOT NULL')
      .orderBy('r.created_at', 'DESC')
      .limit(1)
      .getOne();
  }

  /** The recruits of a plan, each with the empty seats that they could take. */
  async unlocked(
    plan: PlanAnswer,
    challengeIds: string[],
  ): Promise<(PlanAnswer['recruit'][number] & { unlocked: { council: string; seat: string }[] })[]> {
    const seats = await this.seatsOf(challengeIds);
    return plan.recruit.map((recruit) => ({
      ...recruit,
      unlocked: unlockedBy(recruit, plan, seats).map(({ challenge, seat }) => ({
        council: seats.get(challenge)?.council ?? '',
        seat,
      })),
    }));
  }

  private async seatsOf(
    ids: string[],
  ): Promise<Map<string, Pick<Challenge, 'seats'> & { leading: string | null; council: string }>> {
    const challenges = await this.db.manager.find(Challenge, {
      where: { id: In(ids) },
      relations: { council: true },
    });
    return new Map(
      challenges.map(({ id, seats, council }) => [
        id,
        {
          ...{ seats, leading: council?.leadingGroup ?? null, council: council?.name ?? '' },
        },
      ]),
    );
  }
}

function counted(rows: readonly Refusal[]): { reason: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { reason } of rows) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .map(([reason, count]) => ({ reason, count }))
    .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
}
