import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { CivilDate } from '../calendar/dates.js';
import type { Council } from '../councils/council.entity.js';
import { CouncilsService } from '../councils/councils.service.js';
import type { Challenge } from '../challenges/challenge.entity.js';
import type { WindowField } from '../challenges/challenges.dto.js';
import { partnersOf } from '../challenges/hosts.js';
import { contextOf, WindowsService } from '../challenges/windows.service.js';
import type { WindowContext } from '../calendar/window-rules.js';
import type { Kind, Purpose } from '../kinds/kind.js';
import { KindsService, type StoredKind } from '../kinds/kinds.service.js';
import type { Window } from '../matching/problem/programme.js';
import { badField } from '../web/problems.js';
import { ClockService } from './clock.service.js';
import { reviewWindows } from './review-windows.js';

const FOLLOWING: readonly Purpose[] = ['stay', 'progress_review', 'follow_up', 'check_in'];

/** What a follow-up is to be. */
export interface NewFollowUp {
  kind: string;
  days: number;
  /** Seats of the first team that are asked again; the rest of the first team is not. */
  seats: string[];
  /** Days to choose from; found about the day on which it is due where there are none. */
  windows?: WindowField[];
}

/** What a follow-up may be: its kinds, and the days about which it is due. */
@Injectable()
export class FollowUpTerms {
  constructor(
    private readonly given: WindowsService,
    private readonly known: KindsService,
    private readonly councils: CouncilsService,
    private readonly clock: ClockService,
  ) {}

  /** The kinds of follow-up that there are; before the visit, those of a further stay. */
  async kinds(isDelivered = true): Promise<StoredKind[]> {
    const kinds = (await this.known.all()).filter(({ purpose }) => FOLLOWING.includes(purpose));
    return isDelivered ? kinds : kinds.filter(({ purpose }) => purpose === 'stay');
  }

  /** Throws a 400 for a kind that follows nothing. */
  async kind(id: string, tx: EntityManager): Promise<Kind> {
    const kind = await this.known.get(id, tx);
    if (FOLLOWING.includes(kind.purpose)) return kind;
    const allowed = (await this.kinds()).map((one) => one.id).join(', ');
    throw badField('/kind', `found "${id}"; allowed: ${allowed}`);
  }

  /** Where what follows a challenge takes place: at its host, or at the body that followed that since, where it is one alone. */
  async hostOf({ councilId }: Challenge, tx: EntityManager): Promise<Council> {
    return this.councils.heirOf(councilId, tx);
  }

  /** The windows that were named, or some about the day on which it is due. Throws a 400 where the calendar allows none. */
  async windows(
    tx: EntityManager,
    first: Challenge,
    { kind: kindId, days, windows }: NewFollowUp,
  ): Promise<Window[]> {
    const council = await this.hostOf(first, tx);
    const partners = await partnersOf(tx, first);
    const { kind, calendar: rules } = await this.known.terms(kindId, tx);
    if (days < kind.daysMin || days > kind.daysMax)
      throw badField(
        '/days',
        `found ${String(days)}; allowed for this kind: ${String(kind.daysMin)} to ${String(kind.daysMax)}`,
      );
    if (kind.purpose === 'stay' && !windows?.length)
      throw badField('/windows', 'is empty; say on which day the further stay begins');
    if (windows && windows.length > 0) return this.given.accept(tx, [council, ...partners], kindId, windows);
    const { due, today } = await this.dueOn(tx, first, kind);
    const contexts: WindowContext[] = [];
    for (const host of [council, ...partners])
      contexts.push(contextOf(host, { kind, calendar: rules }, await this.councils.lifeOf(host, tx)));
    const found = reviewWindows(due, days, today, contexts);
    if (found.length === 0)
      throw badField(
        '/windows',
        'no day about the time that it is due is allowed by the calendar; name some yourself',
      );
    return found;
  }

  /** When it is due: a progress review by the clock, anything else as soon as can be. */
  private async dueOn(
    tx: EntityManager,
    first: Challenge,
    { purpose }: Kind,
  ): Promise<{ due: CivilDate; today: CivilDate }> {
    const today = this.clock.today();
    const steps = purpose === 'progress_review' ? await this.clock.of(first.id, today, tx) : [];
    return { due: steps.find(({ id }) => id === 'review')?.due ?? today, today };
  }
}
