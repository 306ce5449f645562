import { Injectable } from '@nestjs/common';
import { lastDay, type CivilDate } from '../calendar/dates.js';
import type { Council } from '../councils/council.entity.js';
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
    const terms = await this.kinds.terms(kindId);
    const { kind } = terms;
    const context = contextOf(council, terms, await this.councils.lifeOf(council));
    const offers = weekOffers(this.time.today(), kind.days, context);
    const open = offers.filter((offer) => !isRefused(offer));
    const empty = await this.empty.of(council, { ...kind, id: kindId }, open);
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

/** "no full team is possible: no finance officer is accredited for housing" */
function lackWords({ name, seats }: Kind, lack: Lack | null): string | null {
  if (!lack) return null;
  const whom = lack.seats.map((s) => seatWords(seats[s]?.id ?? ''));
  const [one = ''] = whom;
  const why: Record<Lack['cause'], string> = {
    nobody: `nobody in the pool can be the ${one}`,
    unaccredited: `no ${one} is accredited for ${withinSentence(name)}`,
    unavailable: `no ${one} is free`,
    together: `the ${listAnd(whom)} who are free come from too few councils`,
  };
  return `no full team is possible: ${why[lack.cause]}`;
}
