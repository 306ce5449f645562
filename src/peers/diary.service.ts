import { Injectable } from '@nestjs/common';
import type { CivilDate } from '../calendar/dates.js';
import type { Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import type {
  Availability,
  AvailabilityPattern,
  AvailabilityRange,
  AvailabilityState,
} from './availability.js';
import { lockedPeer } from './lock-peers.js';
import { withDays } from './weeks.js';
import { Database } from '../database/database.js';

/** What peers say of their time, by hand or by their calendar. */
@Injectable()
export class DiaryService {
  constructor(private readonly db: Database) {}

  /** What was said of single days. */
  sayDays(actor: Actor, id: string, said: ReadonlyMap<CivilDate, AvailabilityState>): Promise<void> {
    return this.change(actor, id, (availability, today) => withDays(availability, said, today));
  }

  /** A weekday that is the same every so many weeks, besides those already said. */
  addPattern(actor: Actor, id: string, pattern: AvailabilityPattern): Promise<void> {
    return this.change(actor, id, (availability) => ({
      ...availability,
      patterns: [...availability.patterns, pattern],
    }));
  }

  removePattern(actor: Actor, id: string, at: number): Promise<void> {
    return this.change(actor, id, (availability) => ({
      ...availability,
      patterns: availability.patterns.filter((_, index) => index !== at),
    }));
  }

  /** The same as last time: only the date on which it was said is new. */
  confirm(actor: Actor, id: string): Promise<void> {
    return this.change(actor, id, (availability) => availability);
  }

  /** The days of a calendar, in place of those that were read before; nothing else of it is kept. */
  keepCalendar(actor: Actor, id: string, calendar: AvailabilityRange[]): Promise<void> {
    return this.change(actor, id, (availability) => ({ ...availability, calendar }));
  }

  private async change(
    actor: Actor,
    id: string,
    to: (availability: Availability, today: CivilDate) => Availability,
  ): Promise<void> {
    await this.db.transact(async (tx) => {
      const peer = await lockedPeer(tx, id);
      const today = this.db.today();
      const said = to(peer.availability, today);
      peer.availability = { ...said, confirmedOn: today };
      await tx.save(peer);
      await record(tx, actor, 'peer.availability', `peer:${id}`);
    });
  }
}
