import { Injectable } from '@nestjs/common';
import { lastDay, type CivilDate } from '../calendar/dates.js';
import type { Council } from '../councils/council.entity.js';
import { CouncilsService } from '../councils/councils.service.js';
import { Clock } from '../database/clock.js';
import { withinSentence } from '../english/words.js';
import type { Kind } from '../kinds/kind.js';
import { KindsService } from '../kinds/kinds.service.js';
import type { Words } from '../kinds/words.js';
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
    const terms = await this.kinds.terms(kindId);
    const { kind } = terms;
    const context = contextOf(council, terms, await this.councils.lifeOf(council));
    const words = await this.kinds.words();
    const offers = weekOffers(this.time.today(), kind.days, context);
    const open = offers.filter((offer) => !isRefused(offer));
    const empty = await this.empty.of(council, { ...kind, id: kindId }, open);
    const emptyOf = new Map(open.map((offer, index) => [offer, empty[index] ?? []]));
    return offers.map((offer) => ({
      ...offer,
      lastDay: lastDay(offer.start, offer.days),
      refused: refusalOf(offer) ?? lackOf(kind, emptyOf.get(offer) ?? [], words),
      notes: offer.warnings.filter(({ severity }) => severity === 'warning').map(({ message }) => message),
    }));
  }
}

const refusalOf = ({ warnings }: WeekOffer): string | null =>
  warnings.find(({ severity }) => severity === 'refused')?.message ?? null;

function lackOf({ seats }: Kind, empty: number[], words: Words): string | null {
  if (empty.length === 0) return null;
  const whom = empty.map((s) =>
    (seats[s]?.positions ?? [])
      .slice(0, 2)
      .map((id) => withinSentence(words.position(id)))
      .join(' or '),
  );
  return `no full team possible: no ${whom.join(', no ')} is free`;
}
