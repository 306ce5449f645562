import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { addDays, addMonths, londonDate, type CivilDate } from '../calendar/dates.js';
import { sayDay } from '../calendar/phrases.js';
import { Challenge } from '../challenges/challenge.entity.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import type { ChallengeState } from '../challenges/states.js';
import { noteStanding } from '../invitations/stood.js';
import { SYSTEM, type Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { badField, conflict } from '../web/problems.js';
import { ChallengeStep } from './challenge-step.entity.js';
import { clockFacts } from './clock-facts.js';
import { clockOf, type ClockStep } from './clock.js';
import { MOVED, RECORDED, STEPS, type StepId } from './steps.js';
import { FollowUpChange, note } from './follow-up-change.entity.js';
import { ReferenceService } from '../reference/reference.service.js';
import { KindsService } from '../kinds/kinds.service.js';
import { Database } from '../database/database.js';

/** A step written down as done: when, and where to read it. */
export interface Evidence {
  doneOn: CivilDate;
  link?: string | null;
}

/** No step is moved further than this from today: what is later is mistyped. */
const FURTHEST_MONTHS = 36;
/** Days before a progress review is due at which the challenge waits for it. */
const REVIEW_LEAD_DAYS = 90;

/** The clock of challenges: reads it, writes down what is done or moved, and takes challenges on as their days come. */
@Injectable()
export class ClockService {
  constructor(
    private readonly db: Database,
    private readonly challenges: ChallengesService,
    private readonly reference: ReferenceService,
    private readonly kinds: KindsService,
  ) {}

  /** The clock of one challenge as of a day, today unless told. */
  async of(
    id: string,
    today: CivilDate = this.db.today(),
    tx: EntityManager = this.db.manager,
  ): Promise<ClockStep[]> {
    return (await this.ofMany([id], today, tx)).get(id) ?? [];
  }

  /** The day by which clocks are read. */
  today(): CivilDate {
    return this.db.today();
  }

  /** The clocks of many challenges, by id. */
  async ofMany(
    ids: string[],
    today: CivilDate,
    tx: EntityManager = this.db.manager,
  ): Promise<Map<string, ClockStep[]>> {
    const facts = await clockFacts(
      tx,
      ids,
      await this.kinds.all(tx),
      await this.reference.get('calendar', tx),
    );
    return new Map([...facts].map(([id, known]) => [id, clockOf(known, today)]));
  }

  history(challengeId: string): Promise<FollowUpChange[]> {
    return this.db.manager.find(FollowUpChange, { where: { challengeId }, order: { id: 'ASC' } });
  }

  /** Writes down that a step is done. Writing down the same again changes nothing. Throws a 400 for a step that is not written down by hand, and for a day to come. */
  async record(actor: Actor, id: string, step: StepId, evidence: Evidence): Promise<void> {
    if (evidence.doneOn > this.db.today())
      throw badField(
        '/doneOn',
        `found ${sayDay(evidence.doneOn)}, which is still to come; allowed: today or a day before it`,
      );
    if (!RECORDED.includes(step)) throw badField('/step', `found "${step}"; allowed: ${RECORDED.join(', ')}`);
    await this.db.transact(async (tx) => {
      const challenge = await this.challenges.lock(tx, id);
      await this.complete(tx, actor, challenge, step, evidence);
      await record(tx, actor, 'step.done', `challenge:${id}`, { step, on: evidence.doneOn });
    });
  }

  /** Moves the day of a step, with the reason. Throws a 400 for a day that has gone by or is years away, a 409 for one that is done. */
  async move(actor: Actor, id: string, step: StepId, to: CivilDate, reason: string): Promise<void> {
    if (!MOVED.includes(step)) throw badField('/step', `found "${step}"; allowed: ${MOVED.join(', ')}`);
    if (to < this.db.today())
      throw badField('/to', `found ${sayDay(to)}, which has gone by; allowed: today or a later day`);
    const last = addMonths(this.db.today(), FURTHEST_MONTHS);
    if (to > last) throw badField('/to', `found ${sayDay(to)}; allowed: a day until ${sayDay(last)}`);
    await this.db.transact(async (tx) => {
      await this.challenges.lock(tx, id);
      const now = (await this.of(id, this.db.today(), tx)).find((one) => one.id === step);
      if (!now) throw badField('/step', `found "${step}", which challenges of this kind do not have`);
      if (now.state === 'done')
        throw conflict('step-done', 'This step is done, and its day cannot be moved any more.');
      if (now.due === null)
        throw conflict('no-day', 'This step has no day yet; it gets one with the days on site.');
      await this.write(tx, id, step, { movedTo: to, moveReason: reason });
      const what = `${now.title}: moved from ${sayDay(now.due)} to ${sayDay(to)}`;
      await note(tx, actor, { challengeId: id, subject: `step:${step}`, what, reason });
      await record(tx, actor, 'step.moved', `challenge:${id}`, { step, from: now.due, to });
    });
  }

  /** The same from inside a transaction that holds the challenge; the challenge goes on where that follows. */
  async complete(
    tx: EntityManager,
    actor: Actor,
    challenge: Challenge,
    step: StepId,
    { doneOn, link }: Evidence,
  ): Promise<void> {
    const known = (await this.of(challenge.id, this.db.today(), tx)).find(({ id }) => id === step);
    if (!known) throw badField('/step', `found "${step}", which challenges of this kind do not have`);
    if (known.doneOn === doneOn && known.link === (link ?? known.link)) return;
    await this.write(tx, challenge.id, step, { doneOn, ...(link === undefined ? {} : { link }) });
    const what = `${STEPS[step].title}: done on ${sayDay(doneOn)}${link ? `, ${link}` : ''}`;
    await note(tx, actor, { challengeId: challenge.id, subject: `step:${step}`, what });
    await this.catchUp(tx, actor, challenge);
  }

  /** The daily look: visits begin and end with their days, and reviews come due. Returns how many challenges went on. */
  async advance(now: Date): Promise<number> {
    const today = londonDate(now);
    const rows = await this.db.query<{ id: string; to: ChallengeState; reason: string }[]>(
      `SELECT id, 'on_site' AS to, 'the first day on site has come' AS reason FROM challenges WHERE state = 'confirmed' AND first_day <= $1
       UNION ALL SELECT id, 'reporting', 'the last day on site is over' FROM challenges WHERE state = 'on_site' AND last_day < $1`,
      [today],
    );
    for (const { id, to, reason } of rows)
      await this.db.transact((tx) => this.goOn(tx, id, to, reason, today));
    // Whoever began and ended since the last look goes both steps.
    const again = rows.some(({ to }) => to === 'on_site') ? await this.advance(now) : 0;
    return rows.length + again + (await this.reviewsDue(today));
  }

  private async goOn(
    tx: EntityManager,
    id: string,
    to: ChallengeState,
    reason: string,
    today: CivilDate,
  ): Promise<void> {
    const challenge = await this.challenges.lock(tx, id);
    const from = to === 'on_site' ? 'confirmed' : 'on_site';
    if (challenge.state !== from) return;
    await this.challenges.stepIn(tx, SYSTEM, challenge, to, reason);
    if (to === 'on_site') await noteStanding(tx, { challengeId: id });
    if (to === 'reporting' && challenge.followsId !== null) await this.followed(tx, challenge, today);
  }

  /** A progress review that was held takes the challenge before it on. */
  private async followed(tx: EntityManager, { kind, followsId }: Challenge, today: CivilDate): Promise<void> {
    if (followsId === null || (await this.kinds.get(kind, tx)).purpose !== 'progress_review') return;
    const first = await this.challenges.lock(tx, followsId);
    if (first.state !== 'action_plan_published' && first.state !== 'review_due') return;
    await this.challenges.stepIn(
      tx,
      SYSTEM,
      first,
      'reviewed',
      `the progress review was held by ${sayDay(today)}`,
    );
  }

  private async reviewsDue(today: CivilDate): Promise<number> {
    const waiting = await this.db.query<{ id: string }[]>(
      `SELECT c.id FROM challenges c JOIN kinds k ON k.id = c.kind
       WHERE c.state = 'action_plan_published' AND k.content->'clock'->>'progressReviewMonths' IS NOT NULL`,
    );
    const clocks = await this.ofMany(
      waiting.map(({ id }) => id),
      today,
    );
    const due = [...clocks].filter(([, steps]) =>
      steps.some(({ id, due: day }) => id === 'review' && day && day <= addDays(today, REVIEW_LEAD_DAYS)),
    );
    for (const [id] of due) {
      await this.db.transact(async (tx) => {
        const challenge = await this.challenges.lock(tx, id);
        if (challenge.state === 'action_plan_published')
          await this.challenges.stepIn(tx, SYSTEM, challenge, 'review_due', 'the progress review comes due');
      });
    }
    return due.length;
  }

  /** The state follows what is published: the report first, the plan with it or after. */
  private async catchUp(tx: EntityManager, actor: Actor, challenge: Challenge): Promise<void> {
    const steps = await tx.findBy(ChallengeStep, { challengeId: challenge.id });
    const done = (step: StepId): boolean => steps.some((one) => one.step === step && one.doneOn !== null);
    if (challenge.state === 'reporting' && done('report'))
      await this.challenges.stepIn(tx, actor, challenge, 'report_published', 'the report is published');
    if (challenge.state === 'report_published' && done('plan'))
      await this.challenges.stepIn(
        tx,
        actor,
        challenge,
        'action_plan_published',
        'the action plan is published',
      );
  }

  private async write(
    tx: EntityManager,
    challengeId: string,
    step: StepId,
    said: Partial<ChallengeStep>,
  ): Promise<void> {
    await tx.upsert(ChallengeStep, { challengeId, step, ...said }, ['challengeId', 'step']);
  }
}
