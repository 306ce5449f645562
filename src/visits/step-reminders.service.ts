import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { isWorkingDay, type Holiday } from '../calendar/bank-holidays.js';
import { londonDate, type CivilDate } from '../calendar/dates.js';
import { reminderDue } from '../calendar/reminders.js';
import { Challenge } from '../challenges/challenge.entity.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { MessagesService } from '../messages/messages.service.js';
import { advisersOf, managerOf } from '../people/recipients.js';
import { PolicyService } from '../policy/policy.service.js';
import { transact } from '../web/transactions.js';
import { MOVED, type ClockStep, type Owner } from './clock.js';
import { ClockService } from './clock.service.js';

/** Days before a step is due at which its owner is reminded; a review takes longer to arrange. */
const BEFORE: readonly number[] = [14, 7, 2];
const BEFORE_REVIEW: readonly number[] = [120, 60, 30];

/** A reminder that is due: so many days before the end, or once after it. */
interface Due {
  challengeId: string;
  step: ClockStep;
  /** Names the reminder: a number of days, or "late". */
  which: string;
  cause: string;
}

/** Reminds the owner of each step of the clock before its day, and once when it has passed. */
@Injectable()
export class StepReminders {
  constructor(
    private readonly source: DataSource,
    private readonly challenges: ChallengesService,
    private readonly clock: ClockService,
    private readonly messages: MessagesService,
    private readonly policy: PolicyService,
  ) {}

  /**
   * The daily look. Every reminder goes out once, however often this runs on a day; after a day that was missed, it goes on the next
   * working day. Returns how many were new.
   */
  async remindAll(now: Date): Promise<number> {
    const today = londonDate(now);
    const { addedBankHolidays } = await this.policy.get('calendar');
    if (!isWorkingDay(today, addedBankHolidays)) return 0;
    const open = await this.source.query<{ id: string }[]>(
      `SELECT id FROM challenges WHERE first_day IS NOT NULL AND state IN ('confirmed', 'on_site', 'reporting', 'report_published', 'action_plan_published', 'review_due', 'reviewed')`,
    );
    const clocks = await this.clock.ofMany(
      open.map(({ id }) => id),
      today,
    );
    const due = [...clocks].flatMap(([challengeId, steps]) => steps.flatMap((step) => dueOf(challengeId, step, today, addedBankHolidays)));
    const sent = await this.sentAlready(due.map(({ challengeId }) => `challenge:${challengeId}`));
    const fresh = due.filter(({ cause }) => !sent.has(cause));
    for (const one of fresh) await transact(this.source, (tx) => this.send(tx, one));
    return fresh.length;
  }

  /** The causes of reminders that went out, without their receivers. */
  private async sentAlready(abouts: string[]): Promise<Set<string>> {
    const rows = await this.source.query<{ cause: string }[]>(
      `SELECT DISTINCT split_part(cause, ' ', 1) AS cause FROM messages WHERE about = ANY($1) AND template = 'step-reminder'`,
      [abouts],
    );
    return new Set(rows.map(({ cause }) => cause));
  }

  private async send(tx: EntityManager, { challengeId, step, which, cause }: Due): Promise<void> {
    const challenge = await this.challenges.get(challengeId, tx);
    const { council, kind, page, about, region } = await this.challenges.about(tx, challenge);
    const data = { council, kind, page, step: step.title, due: step.due ?? '', late: which === 'late' };
    const to = await this.addresses(tx, challenge, step.owner, region);
    await this.messages.post(tx, { template: 'step-reminder', data, to, cause, about });
  }

  /** Who is to see to a step; where a challenge has no manager, or the council nobody yet, its adviser is. */
  private async addresses(tx: EntityManager, challenge: Challenge, owner: Owner, region: string | null): Promise<string[]> {
    const owners =
      owner === 'council' ? await this.challenges.speakers(tx, challenge) : owner === 'manager' ? await managerOf(tx, challenge) : [];
    return owners.length > 0 ? owners : advisersOf(tx, region);
  }
}

function dueOf(challengeId: string, step: ClockStep, today: CivilDate, added: readonly Holiday[]): Due[] {
  const { id, due, state } = step;
  if (due === null || state === 'done' || !MOVED.includes(id)) return [];
  const before = reminderDue({ asked: null, last: due, daysBefore: id === 'review' ? BEFORE_REVIEW : BEFORE }, today, added);
  const which = state === 'late' ? 'late' : before === null ? null : String(before);
  // A day that is moved is another day, of which one is reminded anew.
  return which === null ? [] : [{ challengeId, step, which, cause: `step-${challengeId}-${id}-${due}-${which}` }];
}
