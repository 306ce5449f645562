import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../../database/database.js';
import { MessagesService } from '../../messages/messages.service.js';
import { paths } from '../../web/paths.js';
import type { Actor } from '../access.js';
import type { Account } from '../account.entity.js';
import { record } from '../audit.js';
import { SecondStep } from './second-step.entity.js';

/** What the owner of an account is told of its second step. */
@Injectable()
export class StepNotes {
  constructor(
    private readonly db: Database,
    private readonly messages: MessagesService,
  ) {}

  async tell(tx: EntityManager, { id, email }: Account, what: string): Promise<void> {
    const page = this.messages.address(paths.account);
    const cause = `second-step-${id}-${String(this.db.now().getTime())}`;
    await this.messages.post(tx, {
      template: 'account-changed',
      data: { what, page },
      to: [email],
      cause,
      about: `account:${id}`,
    });
  }
}

export const locked = (tx: EntityManager, accountId: string): Promise<SecondStep | null> =>
  tx.findOne(SecondStep, { where: { accountId }, lock: { mode: 'pessimistic_write' } });

/** Takes a second step away, and tells the owner. */
export async function takeAway(
  tx: EntityManager,
  notes: StepNotes,
  actor: Actor,
  account: Account,
): Promise<void> {
  await removeStep(tx, actor, account.id);
  const what =
    'Your second step was taken away: a code by mail is enough to sign in as you, until you set one up again.';
  await notes.tell(tx, account, what);
}

/** Whoever else takes it away signs the owner out everywhere. */
export async function removeStep(tx: EntityManager, actor: Actor, accountId: string): Promise<void> {
  await tx.delete(SecondStep, { accountId });
  const isOwner = actor.id === `account:${accountId}`;
  if (!isOwner)
    await tx.query(`DELETE FROM sessions WHERE $1 IN (sess->>'accountId', sess->'pending'->>'accountId')`, [
      accountId,
    ]);
  await record(tx, actor, 'second-step.removed', `account:${accountId}`);
}
