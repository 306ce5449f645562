import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { Challenge } from '../challenges/challenge.entity.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { MessagesService } from '../messages/messages.service.js';
import type { Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { advisersOf, managersOf } from '../people/recipients.js';
import { conflict } from '../web/problems.js';
import type { ClockStep } from './clock.js';
import type { Owner, StepId } from './steps.js';
import { note } from './follow-up-change.entity.js';
import { ClockService } from './clock.service.js';
import { Database } from '../database/database.js';

/** A reminder that is due: so many days before the end, or once after it. */
export interface Due {
  challengeId: string;
  step: ClockStep;
  /** Names the reminder: a number of days, or "late". */
  which: string;
  cause: string;
}

/** What a reminder at somebody's word comes of: one a day. */
const chaseOf = (challengeId: string, id: StepId, today: string): string =>
  `chase-${challengeId}-${id}-${today}`;

/** Writes to whoever is to see to a step of the clock. */
@Injectable()
export class StepNotices {
  constructor(
    private readonly db: Database,
    private readonly challenges: ChallengesService,
    private readonly messages: MessagesService,
    private readonly clock: ClockService,
  ) {}

  /** Reminds whoever owes a step that is late, at somebody's word; once a day. Throws a 409 for a step that is not late, and where nobody is reached. */
  async chase(actor: Actor, challengeId: string, id: StepId): Promise<void> {
    const today = this.db.today();
    await this.db.transact(async (tx) => {
      await this.challenges.lock(tx, challengeId);
      const step = (await this.clock.of(challengeId, today, tx)).find((one) => one.id === id);
      if (step?.state !== 'late')
        throw conflict('not-late', 'This step is not late; its owner is reminded before its day.');
      const cause = chaseOf(challengeId, id, today);
      if ((await this.sentAlready([`challenge:${challengeId}`], tx)).has(cause)) return;
      const told = await this.send(tx, { challengeId, step, which: 'late', cause });
      if (told === 0)
        throw conflict(
          'no-address',
          'Nobody who owes this step is reached by e-mail; tell them another way.',
        );
      await note(tx, actor, { challengeId, subject: `step:${id}`, what: 'reminded' });
      await record(tx, actor, 'step.chased', `challenge:${challengeId}`, { step: id });
    });
  }

  /** Whether somebody has had its owner reminded of a step today. */
  async isChased(challengeId: string, id: StepId): Promise<boolean> {
    const sent = await this.sentAlready([`challenge:${challengeId}`]);
    return sent.has(chaseOf(challengeId, id, this.db.today()));
  }

  /** The causes of reminders that went out, without their receivers. */
  async sentAlready(abouts: string[], tx: EntityManager = this.db.manager): Promise<Set<string>> {
    const rows = await tx.query<{ cause: string }[]>(
      `SELECT DISTINCT split_part(cause, ' ', 1) AS cause FROM messages WHERE about = ANY($1) AND template = 'step-reminder'`,
      [abouts],
    );
    return new Set(rows.map(({ cause }) => cause));
  }

  /** Whom a reminder of a step reaches. */
  async receivers(challengeId: string, { owner }: Pick<ClockStep, 'owner'>): Promise<string[]> {
    const tx = this.db.manager;
    const challenge = await this.challenges.get(challengeId, tx);
    return this.addresses(tx, challenge, owner, (await this.challenges.about(tx, challenge)).region);
  }

  /** Returns how many addresses it goes to. */
  async send(tx: EntityManager, { challengeId, step, which, cause }: Due): Promise<number> {
    const challenge = await this.challenges.get(challengeId, tx);
    const { council, kind, page, about, region } = await this.challenges.about(tx, challenge);
    const told = { step: step.title, due: step.due ?? '', late: which === 'late' };
    const how = { byCouncil: step.owner === 'council', answered: step.id === 'impact' };
    const data = { council, kind, page, ...told, ...how };
    const to = await this.addresses(tx, challenge, step.owner, region);
    await this.messages.post(tx, { template: 'step-reminder', data, to, cause, about });
    return to.length;
  }

  /** Who is to see to a step; where a challenge has no manager, or the council nobody yet, its adviser is. */
  private async addresses(
    tx: EntityManager,
    challenge: Challenge,
    owner: Owner,
    region: string | null,
  ): Promise<string[]> {
    const owners =
      owner === 'council'
        ? await this.challenges.speakers(tx, challenge)
        : owner === 'manager'
          ? await managersOf(tx, challenge)
          : [];
    return owners.length > 0 ? owners : advisersOf(tx, region, this.db.today());
  }
}
