import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../../database/database.js';
import { MessagesService } from '../../messages/messages.service.js';
import { Settings } from '../../settings.js';
import { paths } from '../../web/paths.js';
import { badField, conflict, notFound, Problem } from '../../web/problems.js';
import { Tries } from '../../web/tries.js';
import { SYSTEM, type Actor } from '../access.js';
import { Account } from '../account.entity.js';
import { record } from '../audit.js';
import type { Role } from '../permissions.js';
import {
  appAddress,
  hashOfRecovery,
  newKey,
  newRecoveryCodes,
  plain,
  seal,
  stepOf,
  unseal,
} from './codes.js';
import { SecondStep } from './second-step.entity.js';

/** Whose access is worth most to an attacker: in real use they have a second step, or do not get in. */
const REQUIRED: readonly Role[] = ['admin', 'programme'];

/** What is between a first proof and a session: nothing, a code of the app, or setting the app up. */
export type Due = 'none' | 'code' | 'set-up';

/** What an app needs to know. */
export interface SetUp {
  key: string;
  address: string;
}

/** What an administrator asked for holds for a week. */
const RESET_S = 7 * 86_400;

const WRONG =
  'the code is wrong, too old or was used already; type the one that the app shows now, or a recovery code';

const WRONG_FIRST =
  'the code is wrong or too old; type the one that the app shows now. The clock of the telephone must be right';

function wrongCode(words: string): never {
  throw badField('/code', words);
}

/** Whoever asked is an administrator still, and whoever does it was there before: nobody makes a second administrator for it. */
async function requireOther(
  tx: EntityManager,
  actor: Actor,
  { resetAskedBy, resetAskedAt }: SecondStep,
): Promise<void> {
  const [first, second] = await Promise.all(
    [resetAskedBy ?? '', actor.id].map((id) => tx.findOneBy(Account, { id: id.replace('account:', '') })),
  );
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
  const account = await tx.findOneBy(Account, { id: id.replace('account:', '') });
  return account ? `${account.name}, an administrator,` : 'An administrator';
}

/** The second step of a sign-in: set up, asked for, taken away. */
@Injectable()
export class SecondSteps {
  constructor(
    private readonly db: Database,
    private readonly messages: MessagesService,
    private readonly settings: Settings,
    private readonly tries: Tries,
  ) {}

  /** Whether an account cannot do without one. */
  isRequired({ role }: Pick<Account, 'role'>): boolean {
    return this.settings.MODE === 'live' && REQUIRED.includes(role);
  }

  async dueOf(account: Account): Promise<Due> {
    if ((await this.confirmed(account.id)) !== null) return 'code';
    return this.isRequired(account) ? 'set-up' : 'none';
  }

  /** The second step of an account that is asked for; null where it has none. */
  confirmed(accountId: string): Promise<SecondStep | null> {
    return this.db.manager.findOneBy(SecondStep, { accountId });
  }

  /** A key for an app, as the session of whoever sets it up keeps it: nobody else's session knows it. */
  newKey(): string {
    return seal(this.settings.SESSION_SECRET, newKey());
  }

  /** What the app is told while it is set up. Throws a 409 for a key that cannot be read any more. */
  setUpOf({ email }: Pick<Account, 'email'>, sealed: string): SetUp {
    const key = unseal(this.settings.SESSION_SECRET, sealed);
    if (key === null) throw notBegun();
    return { key, address: appAddress(key, email) };
  }

  /** Ends setting up, by a code of the app. Returns codes for the day on which the telephone is lost: they are shown once. */
  async confirm(account: Account, sealed: string, code: string): Promise<string[]> {
    const { key } = this.setUpOf(account, sealed);
    return this.db.transact(async (tx) => {
      if (await this.locked(tx, account.id)) throw hasOne();
      const lastStep = stepOf(key, plain(code), this.db.now(), 0);
      if (lastStep === null) return wrongCode(WRONG_FIRST);
      const fresh = newRecoveryCodes();
      const recovery = this.hashes(account.id, fresh);
      await tx.insert(SecondStep, {
        accountId: account.id,
        sealed,
        confirmedAt: this.db.now(),
        lastStep,
        recovery,
      });
      await record(tx, SYSTEM, 'second-step.set-up', `account:${account.id}`);
      const what = 'A second step was set up: whoever signs in as you is asked for a code of your app.';
      await this.tell(tx, account, what);
      return fresh;
    });
  }

  /** Other recovery codes in place of those before, by a code. */
  async renew(account: Account, code: string): Promise<string[]> {
    await this.check(account, code);
    const fresh = newRecoveryCodes();
    await this.db.transact(async (tx) => {
      await tx.update(SecondStep, { accountId: account.id }, { recovery: this.hashes(account.id, fresh) });
      await record(tx, SYSTEM, 'second-step.renewed', `account:${account.id}`);
      await this.tell(tx, account, 'New recovery codes were made; those before open nothing any more.');
    });
    return fresh;
  }

  /** The owner has the telephone after all: what an administrator asked for is off. */
  async keep(account: Account): Promise<void> {
    await this.db.transact(async (tx) => {
      await tx.update(SecondStep, { accountId: account.id }, { resetAskedBy: null, resetAskedAt: null });
      await record(tx, SYSTEM, 'second-step.kept', `account:${account.id}`);
    });
  }

  /** Throws a 400 unless a code is the app's, or one for a lost telephone; each opens once. Throws a 429 after too many wrong ones. */
  async check(account: Account, code: string): Promise<void> {
    // Counted before it is looked at, so that many at once are not one, and given back where it was right.
    await this.tries.count('second', account.id);
    const isRight = await this.db.transact(async (tx) => {
      const step = await this.locked(tx, account.id);
      if (!step) return false;
      const found = stepOf(this.keyOf(step), plain(code), this.db.now(), step.lastStep);
      const hash = hashOfRecovery(this.settings.SESSION_SECRET, account.id, code);
      const left = step.recovery.filter((one) => one !== hash);
      if (found === null && left.length === step.recovery.length) {
        await record(tx, SYSTEM, 'second-step.refused', `account:${account.id}`);
        return false;
      }
      if (found !== null) step.lastStep = found;
      else {
        step.recovery = left;
        await record(tx, SYSTEM, 'second-step.recovered', `account:${account.id}`, { left: left.length });
        await this.tell(tx, account, `A recovery code of yours was used; ${String(left.length)} are left.`);
      }
      await tx.save(step);
      return true;
    });
    if (!isRight) wrongCode(WRONG);
    await this.tries.giveBack('second', account.id);
  }

  /** The owner does without one from now on. Throws a 409 where it is required. */
  async remove(account: Account): Promise<void> {
    if (this.isRequired(account))
      throw conflict('second-step-required', 'Your role cannot do without a second step.');
    await this.db.transact((tx) => this.takeAway(tx, { id: `account:${account.id}` }, account));
  }

  /**
   * Two administrators take the second step of somebody away whose telephone is lost: the first asks, another does it. Neither is the
   * owner. Throws a 409 for the same one twice, or where there is none.
   */
  async reset(actor: Actor, accountId: string): Promise<'asked' | 'done'> {
    if (actor.id === `account:${accountId}`)
      throw conflict('own-second-step', 'Somebody else has to do this for you: another two administrators.');
    return this.db.transact(async (tx) => {
      const [account, step] = [
        await tx.findOneBy(Account, { id: accountId }),
        await this.locked(tx, accountId),
      ];
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
        await this.takeAway(tx, actor, account);
        return 'done';
      }
      const by = await nameOf(tx, actor);
      Object.assign(step, { resetAskedBy: actor.id, resetAskedAt: this.db.now() });
      await tx.save(step);
      await record(tx, actor, 'second-step.reset-asked', `account:${accountId}`);
      await this.tell(
        tx,
        account,
        `${by} has asked that your second step be taken away, as for a lost telephone. If you have it, stop that on your page.`,
      );
      await this.tellOthers(tx, actor, { by, account });
      return 'asked';
    });
  }

  private async takeAway(tx: EntityManager, { id }: Pick<Actor, 'id'>, account: Account): Promise<void> {
    await removeStep(tx, { ...SYSTEM, id }, account.id);
    const what =
      'Your second step was taken away: a code by mail is enough to sign in as you, until you set one up again.';
    await this.tell(tx, account, what);
  }

  private async tell(tx: EntityManager, { id, email }: Account, what: string): Promise<void> {
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

  private locked(tx: EntityManager, accountId: string): Promise<SecondStep | null> {
    return tx.findOne(SecondStep, { where: { accountId }, lock: { mode: 'pessimistic_write' } });
  }

  private hashes(accountId: string, codes: string[]): string[] {
    return codes.map((code) => hashOfRecovery(this.settings.SESSION_SECRET, accountId, code));
  }

  private keyOf({ sealed }: SecondStep): string {
    const key = unseal(this.settings.SESSION_SECRET, sealed);
    if (key === null)
      throw new Problem(
        503,
        'second-step-unreadable',
        'The second step cannot be checked, since the secret of the service was changed. Whoever runs it takes it away: "account reset-second-step" on the command line.',
      );
    return key;
  }
}

/** Takes the second step of an account away, as for the only administrator whose telephone is lost. Throws an Error where there is none. */
export async function resetByOperator(db: Database, email: string): Promise<void> {
  await db.transact(async (tx) => {
    const account = await tx.findOneBy(Account, { email: email.toLowerCase() });
    if (!account || !(await tx.existsBy(SecondStep, { accountId: account.id })))
      throw new Error(`Found the address "${email}"; allowed: that of an account with a second step.`);
    await removeStep(tx, SYSTEM, account.id);
  });
}

/** Whoever else takes it away signs the owner out everywhere. */
async function removeStep(tx: EntityManager, actor: Actor, accountId: string): Promise<void> {
  await tx.delete(SecondStep, { accountId });
  const isOwner = actor.id === `account:${accountId}`;
  if (!isOwner)
    await tx.query(`DELETE FROM sessions WHERE $1 IN (sess->>'accountId', sess->'pending'->>'accountId')`, [
      accountId,
    ]);
  await record(tx, actor, 'second-step.removed', `account:${accountId}`);
}

const hasOne = (): Problem =>
  conflict(
    'has-second-step',
    'It is set up already. Its recovery codes were shown once; new ones are made on the page of your account.',
  );
const notBegun = (): Problem =>
  conflict('second-step-not-begun', 'Nothing is being set up. Begin again on the page of your account.');
