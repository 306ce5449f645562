import { Injectable } from '@nestjs/common';
import { isWorkingDay, type Holiday } from '../calendar/bank-holidays.js';
import { londonDate, type CivilDate } from '../calendar/dates.js';
import { reminderDue } from '../calendar/reminders.js';
import type { ClockStep } from './clock.js';
import { MOVED } from './steps.js';
import { StepNotices, type Due } from './step-notices.service.js';
import { ReferenceService } from '../reference/reference.service.js';
import { Database } from '../database/database.js';
import { ClockService } from './clock.service.js';

/** Days before a step is due at which its owner is reminded; a review takes longer to arrange. */
const BEFORE: readonly number[] = [14, 7, 2];
const BEFORE_REVIEW: readonly number[] = [120, 60, 30];

/** Reminds the owner of each step of the clock before its day, and once when it has passed. */
@Injectable()
export class StepReminders {
  constructor(
    private readonly db: Database,
    private readonly clock: ClockService,
    private readonly reference: ReferenceService,
    private readonly notices: StepNotices,
  ) {}

  /**
   * The daily look. Every reminder goes out once, however often this runs on a day; after a day that was missed, it goes on the next
   * working day. Returns how many were new.
   */
  async remindAll(now: Date): Promise<number> {
    const today = londonDate(now);
    const { addedBankHolidays } = await this.reference.get('calendar');
    if (!isWorkingDay(today, addedBankHolidays)) return 0;
    const open = await this.db.query<{ id: string }[]>(
      `SELECT id FROM challenges WHERE first_day IS NOT NULL AND state IN (SELECT state FROM challenge_states WHERE confirmed AND open)`,
    );
    const clocks = await this.clock.ofMany(
      open.map(({ id }) => id),
      today,
    );
    const due = [...clocks].flatMap(([challengeId, steps]) =>
      steps.flatMap((step) => dueOf(challengeId, step, today, addedBankHolidays)),
    );
    const sent = await this.notices.sentAlready(due.map(({ challengeId }) => `challenge:${challengeId}`));
    const fresh = due.filter(({ cause }) => !sent.has(cause));
    for (const one of fresh) await this.db.transact((tx) => this.notices.send(tx, one));
    return fresh.length;
  }
}

function dueOf(challengeId: string, step: ClockStep, today: CivilDate, added: readonly Holiday[]): Due[] {
  const { id, due, rule, state, waitsFor } = step;
  if (due === null || state === 'done' || waitsFor !== null || !MOVED.includes(id)) return [];
  const before = reminderDue(
    { asked: null, last: due, daysBefore: id === 'review' ? BEFORE_REVIEW : BEFORE },
    today,
    added,
  );
  const which = state === 'late' ? 'late' : before === null ? null : String(before);
  // A day that is moved is another day, of which one is reminded anew; a bank holiday that is added moves none.
  return which === null
    ? []
    : [{ challengeId, step, which, cause: `step-${challengeId}-${id}-${rule ?? due}-${which}` }];
}
