import { Injectable } from '@nestjs/common';
import { addDays } from '../calendar/dates.js';
import { Clock } from '../database/clock.js';
import type { Access } from '../people/access.js';
import { scopeOf } from '../people/permissions.js';
import { FRESH, type Again } from '../web/forms.js';
import { Page } from '../web/pages.js';
import type { AvailabilityRange } from './availability.js';
import { datesOf } from '../calendar/dates.js';
import { PeersService } from './peers.service.js';
import { weeksAhead } from './weeks.js';

/** The page of when a peer is free, for whoever may change it, and for whoever only reads it. */
@Injectable()
export class DiaryViews {
  constructor(
    private readonly peers: PeersService,
    private readonly time: Clock,
  ) {}

  /** `isSaved` where something was saved just now. */
  async page({ actor }: Access, id: string, again: Again = FRESH, isSaved = false): Promise<Page> {
    const peer = await this.peers.get(id);
    const today = this.time.today();
    const weeks = weeksAhead(peer.availability, today).map((week) => ({
      ...week,
      friday: addDays(week.monday, 4),
    }));
    if (scopeOf(actor.role, 'availability.write') === undefined)
      return new Page('peers/views/availability-read.njk', {
        title: `When ${peer.name} is free`,
        peer,
        weeks,
      });
    const months = [...new Set(weeks.map(({ monday }) => monday.slice(0, 7)))];
    const { patterns, confirmedOn, calendar = [] } = peer.availability;
    // The address of somebody's calendar is theirs alone.
    const own = actor.peerId === id;
    const read = { busy: countOf(calendar, 'busy'), ask: countOf(calendar, 'ask') };
    const model = { peer, own, weeks, months, patterns, confirmedOn, read, today, isSaved };
    return new Page('peers/views/availability.njk', { title: 'When are you free?', ...model, ...again });
  }
}

const countOf = (calendar: readonly AvailabilityRange[], wanted: AvailabilityRange['state']): number =>
  calendar.reduce((sum, { state, ...range }) => sum + (state === wanted ? datesOf(range).length : 0), 0);
