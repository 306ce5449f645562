import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { isWorkingDay, type Holiday } from '../calendar/bank-holidays.js';
import { londonDate, type CivilDate } from '../calendar/dates.js';
import { reminderDue } from '../calendar/reminders.js';
import { Challenge } from '../challenges/challenge.entity.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { MessagesService } from '../messages/messages.service.js';
import type { Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { advisersOf, managerOf } from '../people/recipients.js';
import { PolicyService } from '../policy/policy.service.js';
import { conflict } from '../web/problems.js';
import { transact } from '../web/transactions.js';
import { MOVED, type ClockStep, type Owner, type StepId } from './clock.js';
import { note } from './follow-up-change.entity.js';
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

  /** Reminds whoever owes a step that is late, at somebody's word; once a day. Throws a 409 for a step that is not late. */
  async chase(actor: Actor, challengeId: string, id: StepId): Promise<void> {
    const today = londonDate(new Date());
    await transact(this.source, async (tx) => {
      await this.challenges.lock(tx, challengeId);
      const step = (await this.clock.of(challengeId, today, tx)).find((one) => one.id === id);
      if (step?.state !== 'late') throw conflict('not-late', 'This step is not late; its owner is reminded before its day.');
      const cause = `chase-${challengeId}-${id}-${today}`;
      if ((await this.sentAlready([`challenge:${challengeId}`], tx)).has(cause)) return;
      await this.send(tx, { challengeId, step, which: 'late', cause });
      await note(tx, actor, { challengeId, subject: `step:${id}`, what: 'reminded' });
      await record(tx, actor, 'step.chased', `challenge:${challengeId}`, { step: id });
    });
  }

  /** Whom a reminder of a step reaches. */
  async receivers(challengeId: string, { owner }: Pick<ClockStep, 'owner'>): Promise<string[]> {
    const tx = this.source.manager;
    const challenge = await this.challenges.get(challengeId, tx);
    return this.addresses(tx, challenge, owner, (await this.challenges.about(tx, challenge)).region);
  }

  /** The causes of reminders that went out, without their receivers. */
  private async sentAlready(abouts: string[], tx: EntityManager = this.source.manager): Promise<Set<string>> {
    const rows = await tx.query<{ cause: string }[]>(
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
  const { id, due, state, waitsFor } = step;
  if (due === null || state === 'done' || waitsFor !== null || !MOVED.includes(id)) return [];
  const before = reminderDue({ asked: null, last: due, daysBefore: id === 'review' ? BEFORE_REVIEW : BEFORE }, today, added);
  const which = state === 'late' ? 'late' : before === null ? null : String(before);
  // A day that is moved is another day, of which one is reminded anew.
  return which === null ? [] : [{ challengeId, step, which, cause: `step-${challengeId}-${id}-${due}-${which}` }];
}
