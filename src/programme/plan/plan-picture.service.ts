import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Database } from '../../database/database.js';
import { KindsService } from '../../kinds/kinds.service.js';
import type { PlanAnswer } from '../../matching/files/plan-answer.js';
import { sameSeats } from '../../proposals/planned-teams.service.js';
import { Proposal } from '../../proposals/proposal.entity.js';
import { GapsService } from '../pool/gaps.service.js';
import type { Accepted } from './plan-acceptance.service.js';
import { choicesOf, filledOf, filtered, gapWords, type CalendarFilter } from './plan-calendar.js';
import { emptySeats, recruitLines, unplacedWords } from './plan-reasons.js';
import type { PlanRequest } from './plan-request.entity.js';
import { PlanWeeks } from './plan-weeks.service.js';
import type { AcceptedView } from './plans.dto.js';
import { PlanNames, comparePlans, viewAccepted, viewPlan } from './plans.views.js';

/** A plan as its page shows it. */
@Injectable()
export class PlanPicture {
  constructor(
    private readonly db: Database,
    private readonly kinds: KindsService,
    private readonly gaps: GapsService,
    private readonly weeks: PlanWeeks,
  ) {}

  /** What came of each challenge that a plan was accepted for. */
  async accepted(accepted: Accepted[]): Promise<AcceptedView[]> {
    const ids = accepted.map(({ challengeId }) => challengeId);
    const names = await PlanNames.of(this.db, ids, []);
    return accepted.map((one) => viewAccepted(one, names));
  }

  /** Who goes where and when, what stays unplaced and why, the load, whom to recruit. */
  async of({ challengeIds, year }: PlanRequest, plan: PlanAnswer, filter: CalendarFilter): Promise<object> {
    const names = await PlanNames.of(this.db, challengeIds, [plan]);
    const view = viewPlan(plan, names);
    const words = { ...(await this.kinds.words()), names };
    const seatWorth = await this.weeks.seatWorth();
    const placed = view.assignments.filter(({ firstDay }) => firstDay !== null);
    const standing = await this.standing(plan);
    const planned = await this.weeks.planned(placed, standing.taken);
    const entries = [...planned, ...(await this.weeks.fixed(year, challengeIds))];
    const empty = emptySeats(view, plan, words);
    return {
      gap: gapWords(plan, seatWorth),
      view,
      planned,
      months: await this.weeks.months(year, filtered(entries, filter)),
      choices: choicesOf(entries),
      filter,
      unplaced: view.assignments
        .filter(({ firstDay }) => firstDay === null)
        .map((one) => ({ ...one, why: unplacedWords(one.challengeId, empty) })),
      empty,
      twice: busiest(plan, names),
      acceptable: planned
        .filter(({ taken }) => !taken)
        .map((one) => ({
          ...one,
          whole: filledOf(one.team) === one.team.length,
          agreed: standing.agreed.has(one.challengeId),
        })),
      recruits: recruitLines(await this.gaps.unlocked(plan, challengeIds), words, seatWorth),
    };
  }

  /** For which challenges the planned team is proposed or agreed just so, and for which another one is agreed. */
  private async standing({ assignments }: PlanAnswer): Promise<{ taken: Set<string>; agreed: Set<string> }> {
    const proposals = await this.db.manager.findBy(Proposal, {
      challengeId: In(assignments.map(({ challenge }) => challenge)),
      state: In(['proposed', 'agreed'] satisfies Proposal['state'][]),
    });
    const same = proposals.filter((one) => {
      const planned = assignments.find(({ challenge }) => challenge === one.challengeId);
      return planned?.window === one.windowId && sameSeats(one.seats, planned.seats);
    });
    return {
      taken: new Set(same.map(({ challengeId }) => challengeId)),
      agreed: new Set(
        proposals.filter(({ state }) => state === 'agreed').map(({ challengeId }) => challengeId),
      ),
    };
  }

  /** How it differs from another plan of the year, the one before it unless told; nothing where there is none. */
  async comparison({ plan, createdAt }: PlanRequest, withId: string, others: PlanRequest[]): Promise<object> {
    const before = others.find((one) => one.createdAt < createdAt);
    const other = withId === '' ? before : others.find(({ id }) => id === withId);
    if (!other?.plan || !plan) return { comparison: null, withId: '' };
    const ids = [...plan.assignments, ...other.plan.assignments].map(({ challenge }) => challenge);
    const names = await PlanNames.of(this.db, ids, [plan, other.plan]);
    return { comparison: comparePlans(other.plan, plan, names), withId: other.id };
  }
}

/** Peers who serve more than once in the plan. */
function busiest(plan: PlanAnswer, names: PlanNames): { peer: string; times: number }[] {
  const times = new Map<string, number>();
  for (const { seats, window } of plan.assignments)
    for (const peer of Object.values(seats))
      if (peer !== null && window !== null) times.set(peer, (times.get(peer) ?? 0) + 1);
  return [...times]
    .filter(([, n]) => n > 1)
    .map(([id, n]) => ({ peer: names.peer(id) ?? '', times: n }))
    .sort((a, b) => b.times - a.times || (a.peer < b.peer ? -1 : 1));
}
