import { Injectable } from '@nestjs/common';
import { addDays } from '../calendar/dates.js';
import { sayMonth } from '../calendar/phrases.js';
import { amount, listAnd } from '../english/words.js';
import { Clock } from '../database/clock.js';
import type { Access } from '../people/access.js';
import { scopeOf } from '../people/permissions.js';
import { FRESH, type Again } from '../web/forms.js';
import { Page } from '../web/pages.js';
import { dayCount, type AvailabilityRange } from './availability.js';
import { PeersService } from './peers.service.js';
import { patternWords } from './pattern-words.js';
import { monthsOf, weeksAhead } from './weeks.js';

/** What was saved just now: of how many days, and in which months, such as "2026-12". */
export interface Saved {
  days: number;
  months: string[];
}

/** "61 days of January 2027 and June 2027" */
function savedWords({ days, months }: Saved): string {
  if (days === 0) return 'nothing has changed';
  const where = listAnd(months.map((month) => sayMonth(`${month}-01`)));
  return `${amount(days, 'day')}${where === '' ? '' : ` of ${where}`}`;
}

/** The pages of when a peer is free, for whoever may change it, and for whoever only reads it. */
@Injectable()
export class DiaryViews {
  constructor(
    private readonly peers: PeersService,
    private readonly time: Clock,
  ) {}

  /** The coming twelve months; `saved` is what was said just now, null where nothing was. */
  async year({ actor }: Access, id: string, again: Again = FRESH, saved: Saved | null = null): Promise<Page> {
    const peer = await this.peers.get(id);
    const weeks = weeksAhead(peer.availability, this.time.today());
    const open = saved?.months ?? [];
    const months = monthsOf(weeks).map((month, index) => ({
      ...month,
      isOpen: open.length > 0 ? open.includes(month.month) : index === 0,
      weeks: month.weeks.map((week) => ({ ...week, friday: addDays(week.monday, 4) })),
    }));
    if (scopeOf(actor.role, 'availability.write') === undefined)
      return new Page('peers/views/availability-read.njk', {
        title: `When ${peer.name} is free`,
        peer,
        months,
      });
    const { patterns, confirmedOn } = peer.availability;
    // Somebody else who says it for a peer is told whom it is of.
    const title = actor.peerId === id ? 'When are you free?' : `When is ${peer.name} free?`;
    const savedNow = saved && savedWords(saved);
    const model = { peer, months, saved: savedNow, confirmedOn, own: actor.peerId === id };
    return new Page('peers/views/availability.njk', {
      title,
      ...model,
      patterns: patterns.map(patternWords),
      ...again,
    });
  }

  /** Weekdays that are always the same; `isSaved` where that was changed just now. */
  async patterns(id: string, again: Again, isSaved = false): Promise<Page> {
    const peer = await this.peers.get(id);
    const today = this.time.today();
    return new Page('peers/views/patterns.njk', {
      title: 'Always the same weekday',
      ...{ peer, today, isSaved, patterns: peer.availability.patterns.map(patternWords) },
      ...again,
    });
  }

  /** What was read from a calendar, and another to be read; `isSaved` where its address was changed just now. */
  async calendar({ actor }: Access, id: string, again: Again = FRESH, isSaved = false): Promise<Page> {
    const peer = await this.peers.get(id);
    const { calendar = [] } = peer.availability;
    return new Page('peers/views/calendar.njk', {
      title: 'From your own calendar',
      ...{ peer, isSaved },
      // The address of somebody's calendar is theirs alone.
      own: actor.peerId === id,
      read: { busy: countOf(calendar, 'busy'), ask: countOf(calendar, 'ask') },
      ...again,
    });
  }
}

const countOf = (calendar: readonly AvailabilityRange[], wanted: AvailabilityRange['state']): number =>
  dayCount(calendar.filter(({ state }) => state === wanted));
