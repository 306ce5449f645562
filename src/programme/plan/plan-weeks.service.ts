import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { addDays, daysBetween } from '../../calendar/dates.js';
import { programmeYearRange } from '../../calendar/programme-year.js';
import { Challenge } from '../../challenges/challenge.entity.js';
import { WindowsService } from '../../challenges/windows.service.js';
import { Database } from '../../database/database.js';
import { ReferenceService } from '../../reference/reference.service.js';
import { calendarOf, type CalendarMonth, type Entry } from './plan-calendar.js';
import { fixedEntries, plannedEntries } from './plan-entries.js';
import type { AssignmentView } from './plans.dto.js';

/** What has begun stays on the calendar for so many days. */
const SHOWN_BEHIND = 7;

/** The weeks of a plan's year: what it places, what is fixed beside it, and what the calendar says against their days. */
@Injectable()
export class PlanWeeks {
  constructor(
    private readonly db: Database,
    private readonly windows: WindowsService,
    private readonly reference: ReferenceService,
  ) {}

  /** What a plan places; `taken` are those whose team is proposed or agreed just so. */
  async planned(placed: readonly AssignmentView[], taken: ReadonlySet<string>): Promise<Entry[]> {
    return this.warned(await plannedEntries(this.db.manager, placed, taken));
  }

  /** Challenges of a year whose days are fixed already, those of the plan left out. */
  async fixed(year: number, except: string[]): Promise<Entry[]> {
    const after = addDays(this.db.today(), -SHOWN_BEHIND);
    return this.warned(await fixedEntries(this.db.manager, year, { except, after }));
  }

  /** The weeks from now, or from the beginning of a year to come, to its end, or to the last visit that begins in it. */
  async months(year: number, entries: readonly Entry[]): Promise<CalendarMonth[]> {
    const { from, to } = programmeYearRange(year);
    const now = addDays(this.db.today(), -SHOWN_BEHIND);
    const last = entries.reduce((day, one) => (one.firstDay > day ? one.firstDay : day), to);
    return calendarOf(entries, [now > from ? now : from, last], await this.reference.get('calendar'));
  }

  /** What a seat that stays empty costs a plan, in points. */
  async seatWorth(): Promise<number> {
    const { unfilled, base } = await this.reference.get('weights');
    return unfilled + base;
  }

  /** Days that were offered in spite of an election or an inspection are placed like others: whoever accepts the plan is told. */
  private async warned(entries: Omit<Entry, 'warnings'>[]): Promise<Entry[]> {
    const rows = await this.db.manager.findBy(Challenge, {
      id: In(entries.map(({ challengeId }) => challengeId)),
    });
    const known = new Map(rows.map((challenge) => [challenge.id, challenge]));
    const asked = entries.flatMap((entry) => {
      const challenge = known.get(entry.challengeId);
      return challenge ? [{ entry, challenge }] : [];
    });
    const found = await this.windows.against(
      asked.map(({ entry: { firstDay, lastDay }, challenge }) => ({
        challenge,
        start: firstDay,
        days: daysBetween(firstDay, lastDay) + 1,
      })),
    );
    return asked.map(({ entry }, index) => ({
      ...entry,
      warnings: (found[index] ?? []).map(({ message }) => message),
    }));
  }
}
