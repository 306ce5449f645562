import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../../database/database.js';
import { MessagesService } from '../../messages/messages.service.js';
import { paths } from '../../web/paths.js';
import { conflict, notFound } from '../../web/problems.js';
import { SYSTEM, type Actor } from '../access.js';
import { Account } from '../account.entity.js';
import { accountOf } from '../actor-names.js';
import { record } from '../audit.js';
import { SecondStep } from './second-step.entity.js';
import { locked, removeStep, StepNotes, takeAway } from './step-notes.js';

/** What an administrator asked for holds for a week. */
const RESET_S = 7 * 86_400;

/** The second step of a lost telephone is taken away: by two administrators, or by whoever runs the service. */
@Injectable()
export class SecondStepResets {
  constructor(
    private readonly db: Database,
    private readonly messages: MessagesService,
    private readonly notes: StepNotes,
  ) {}

  /**
   * Two administrators take the second step of somebody away whose telephone is lost: the first asks, another does it. Neither is the
   * owner. Throws a 409 for the same one twice, or where there is none.
   */
  async reset(actor: Actor, accountId: string): Promise<'asked' | 'done'> {
    if (actor.id === `account:${accountId}`)
      throw conflict('own-second-step', 'Somebody else has to do this for you: another two administrators.');
    return this.db.transact(async (tx) => {
      const [account, step] = [await tx.findOneBy(Account, { id: accountId }), await locked(tx, accountId)];
      if (!account) throw notFound('account');
      if (!step) throw conflict('no-second-step', 'There is no second step to take away.');
      const asked = step.resetAskedAt && this.db.ago(RESET_S) < step.resetAskedAt ? step : null;
      if (asked?.resetAskedBy === actor.id)
        throw conflict(
          'another-administrator',
          'You have asked for it already. Another administrator has to do it.',
        );
      if (asked) {
        await requireOther(tx, actor, asked);
        await takeAway(tx, this.notes, actor, account);
        return 'done';
      }
      const by = await nameOf(tx, actor);
      Object.assign(step, { resetAskedBy: actor.id, resetAskedAt: this.db.now() });
      await tx.save(step);
      await record(tx, actor, 'second-step.reset-asked', `account:${accountId}`);
      await this.notes.tell(
        tx,
        account,
        `${by} has asked that your second step be taken away, as for a lost telephone. If you have it, stop that on your page.`,
      );
      await this.tellOthers(tx, actor, { by, account });
      return 'asked';
    });
  }

  /** The owner has the telephone after all: what an administrator asked for is off. */
  async keep(account: Account): Promise<void> {
    await this.db.transact(async (tx) => {
      await tx.update(SecondStep, { accountId: account.id }, { resetAskedBy: null, resetAskedAt: null });
      await record(tx, SYSTEM, 'second-step.kept', `account:${account.id}`);
    });
  }

  /** The other administrators, one of whom has to do it. */
  private async tellOthers(
    tx: EntityManager,
    actor: Actor,
    { by, account }: { by: string; account: Account },
  ): Promise<void> {
    const others = await tx.findBy(Account, { role: 'admin', state: 'active' });
    await this.messages.post(tx, {
      template: 'reset-asked',
      data: { by, whose: account.name, page: this.messages.address(paths.accountOf(account.id)) },
      to: others
        .filter(({ id }) => id !== account.id && `account:${id}` !== actor.id)
        .map(({ email }) => email),
      cause: `reset-asked-${account.id}-${String(this.db.now().getTime())}`,
      about: `account:${account.id}`,
    });
  }
}

/** Whoever asked is an administrator still, and whoever does it was there before: nobody makes a second administrator for it. */
async function requireOther(
  tx: EntityManager,
  actor: Actor,
  { resetAskedBy, resetAskedAt }: SecondStep,
): Promise<void> {
  const [first, second] = await Promise.all([resetAskedBy ?? '', actor.id].map((id) => accountOf(tx, id)));
  const isGood =
    first?.role === 'admin' && first.state === 'active' && second && second.createdAt < (resetAskedAt ?? 0);
  if (!isGood)
    throw conflict(
      'another-administrator',
      'It takes two administrators who both were there when it was asked for. Ask for it anew.',
    );
}

/** The name of an administrator, for who hears of what they did. */
async function nameOf(tx: EntityManager, { id }: Actor): Promise<string> {
  const account = await accountOf(tx, id);
  return account ? `${account.name}, an administrator,` : 'An administrator';
}

/** Takes the second step of an account away, as for the only administrator whose telephone is lost. Throws an Error where there is none. */
export async function resetByOperator(db: Database, actor: Actor, email: string): Promise<void> {
  await db.transact(async (tx) => {
    const account = await tx.findOneBy(Account, { email: email.toLowerCase() });
    if (!account || !(await tx.existsBy(SecondStep, { accountId: account.id })))
      throw new Error(`Found the address "${email}"; allowed: that of an account with a second step.`);
    await removeStep(tx, actor, account.id);
  });
}
