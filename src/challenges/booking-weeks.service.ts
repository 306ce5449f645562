import { Injectable } from '@nestjs/common';
import { lastDay, type CivilDate } from '../calendar/dates.js';
import type { Council } from '../councils/council.entity.js';
import { windowWarnings, type WindowContext } from '../calendar/window-rules.js';
import { CouncilsService } from '../councils/councils.service.js';
import { Clock } from '../database/clock.js';
import { listAnd, withinSentence } from '../english/words.js';
import type { Kind } from '../kinds/kind.js';
import { KindsService } from '../kinds/kinds.service.js';
import { seatWords } from '../kinds/seats.js';
import type { Lack } from '../matching/reasons/lacks.js';
import { EmptySeats } from './empty-seats.js';
import { contextOf } from './windows.service.js';
import { isRefused, weekOffers, type WeekOffer } from './weeks.js';

/** A week as a council may choose it. */
export interface ChoosableWeek extends WeekOffer {
  lastDay: CivilDate;
  /** Why it cannot be chosen; null where it can. */
  refused: string | null;
  /** What speaks against it, though it can be chosen. */
  notes: string[];
}

/** The weeks that a council sees before it books. */
@Injectable()
export class BookingWeeks {
  constructor(
    private readonly time: Clock,
    private readonly kinds: KindsService,
    private readonly empty: EmptySeats,
    private readonly councils: CouncilsService,
  ) {}

  /** The weeks of the coming year, with those in which the calendar or the pool allows no full team. */
  async of(council: Council, kindId: string): Promise<ChoosableWeek[]> {
    const { kind, context } = await this.rulesOf(council, kindId);
    return this.said(council, { ...kind, id: kindId }, weekOffers(this.time.today(), kind.days, context));
  }

  /** The same of days that somebody chose, so that what speaks against them is said before they are sent. */
  async against(
    council: Council,
    kindId: string,
    chosen: Pick<WeekOffer, 'start' | 'days'>[],
  ): Promise<ChoosableWeek[]> {
    const { kind, context } = await this.rulesOf(council, kindId);
    const offers = chosen.map(({ start, days }) => ({
      ...{ start, days },
      warnings: windowWarnings(start, days, context),
    }));
    return this.said(council, { ...kind, id: kindId }, offers);
  }

  private async rulesOf(council: Council, kindId: string): Promise<{ kind: Kind; context: WindowContext }> {
    const terms = await this.kinds.terms(kindId);
    return { kind: terms.kind, context: contextOf(council, terms, await this.councils.lifeOf(council)) };
  }

  private async said(
    council: Council,
    kind: Kind & { id: string },
    offers: WeekOffer[],
  ): Promise<ChoosableWeek[]> {
    const open = offers.filter((offer) => !isRefused(offer));
    const empty = await this.empty.of(council, kind, open);
    const emptyOf = new Map(open.map((offer, index) => [offer, empty[index] ?? null]));
    return offers.map((offer) => ({
      ...offer,
      lastDay: lastDay(offer.start, offer.days),
      refused: refusalOf(offer) ?? lackWords(kind, emptyOf.get(offer) ?? null),
      notes: offer.warnings.filter(({ severity }) => severity === 'warning').map(({ message }) => message),
    }));
  }
}

const refusalOf = ({ warnings }: WeekOffer): string | null =>
  warnings.find(({ severity }) => severity === 'refused')?.message ?? null;

/** "no full team is possible: nobody is free for the seat “finance officer”" */
function lackWords({ name, seats }: Kind, lack: Lack | null): string | null {
  if (!lack) return null;
  const names = lack.seats.map((s) => `“${seatWords(seats[s]?.id ?? '')}”`);
  const whom = `for the seat${names.length > 1 ? 's' : ''} ${listAnd(names)}`;
  const why: Record<Lack['cause'], string> = {
    nobody: `there is nobody in the pool ${whom}`,
    unaccredited: `nobody ${whom} is accredited for the ${withinSentence(name)} then`,
    unavailable: `nobody is free ${whom}`,
    together: `too few people of different councils are free ${whom}`,
  };
  return `no full team is possible: ${why[lack.cause]}`;
}
