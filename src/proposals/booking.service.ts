import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { lastDay, type CivilDate } from '../calendar/dates.js';
import { Challenge } from '../challenges/challenge.entity.js';
import { isRefused, weekOffers, type WeekOffer } from '../challenges/weeks.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import type { Council } from '../councils/council.entity.js';
import { seatsNobodyFills } from '../matching/reasons/possible.js';
import type { Kind } from '../policy/content.js';
import { PolicyService } from '../policy/policy.service.js';
import { loadProblem } from './team-problem.js';

/** A week as a council may choose it. */
export interface ChoosableWeek extends WeekOffer {
  lastDay: CivilDate;
  /** Why it cannot be chosen; null where it can. */
  refused: string | null;
  /** What speaks against it, though it can be chosen. */
  notes: string[];
}

/** What a council sees before it books: which weeks are open, and what else goes on there. */
@Injectable()
export class BookingService {
  constructor(
    private readonly source: DataSource,
    private readonly challenges: ChallengesService,
    private readonly policy: PolicyService,
  ) {}

  /** The weeks of the coming year, with those in which the calendar or the pool allows no full team. */
  async weeks(council: Council, kindId: string, today: CivilDate): Promise<ChoosableWeek[]> {
    const kind = await this.policy.kind(kindId);
    const rules = await this.policy.get('calendar');
    const offers = weekOffers(today, kind.days, { rules, cycle: council.elections, preElectionRefuses: kind.preElectionRefuses });
    const open = offers.filter((offer) => !isRefused(offer));
    const nobody = await this.nobodyFor(council, kindId, kind, open);
    const names = new Map((await this.policy.get('positions')).map(({ id, name }) => [id, name]));
    return offers.map((offer) => {
      const seats = nobody.get(offer) ?? [];
      const lacking = seats.map(
        (s) =>
          kind.seats[s]?.positions
            .slice(0, 2)
            .map((id) => (names.get(id) ?? id).toLowerCase())
            .join(' or ') ?? '',
      );
      const closed = offer.warnings.find(({ severity }) => severity === 'refused')?.message;
      const refused = closed ?? (lacking.length > 0 ? `no full team possible: no ${lacking.join(', no ')} is free` : null);
      const notes = offer.warnings.filter(({ severity }) => severity === 'warning').map(({ message }) => message);
      return { ...offer, lastDay: lastDay(offer.start, offer.days), refused, notes };
    });
  }

  /** Challenges at the council within half a year of some day, so that nothing is done twice. */
  nearby(council: Council, day: CivilDate): Promise<Challenge[]> {
    return this.challenges.nearby(council.id, day);
  }

  private async nobodyFor(council: Council, kindId: string, kind: Kind, offers: WeekOffer[]): Promise<Map<WeekOffer, number[]>> {
    if (offers.length === 0 || kind.seats.length === 0) return new Map();
    const windows = offers.map(({ start, days }, index) => ({ id: `w${String(index)}`, start, days, penalty: 0 }));
    const challenge = Object.assign(new Challenge(), {
      id: council.id,
      councilId: council.id,
      kind: kindId,
      seats: kind.seats,
      coverage: [],
      windows,
      excluded: [],
      waived: [],
    });
    const policy = { weights: await this.policy.get('weights'), kind, calendar: await this.policy.get('calendar') };
    const positions = [...new Set(kind.seats.flatMap((seat) => seat.positions))];
    const question = await loadProblem(this.source.manager, challenge, policy, [], { positions, ids: [] });
    const empty = seatsNobodyFills(question);
    return new Map(offers.map((offer, index) => [offer, empty[index] ?? []]));
  }
}
