import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { Settings } from '../../settings.js';
import { badField, conflict, Problem } from '../../web/problems.js';
import { Tries } from '../../web/tries.js';
import { SYSTEM } from '../access.js';
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
import { locked, StepNotes, takeAway } from './step-notes.js';

/** Whose access is worth most to an attacker: in real use they have a second step, or do not get in. */
const REQUIRED: readonly Role[] = ['admin', 'programme'];

/** What is between a first proof and a session: nothing, a code of the app, or setting the app up. */
export type Due = 'none' | 'code' | 'set-up';

/** What an app needs to know. */
export interface SetUp {
  key: string;
  address: string;
}

const WRONG =
  'the code is wrong, too old or was used already; type the one that the app shows now, or a recovery code';

const WRONG_FIRST =
  'the code is wrong or too old; type the one that the app shows now. The clock of the telephone must be right';

function wrongCode(words: string): never {
  throw badField('/code', words);
}

/** The second step of a sign-in: set up, asked for, taken away. */
@Injectable()
export class SecondSteps {
  constructor(
    private readonly db: Database,
    private readonly notes: StepNotes,
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
      if (await locked(tx, account.id)) throw hasOne();
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
      await this.notes.tell(tx, account, what);
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
      await this.notes.tell(tx, account, 'New recovery codes were made; those before open nothing any more.');
    });
    return fresh;
  }

  /** Throws a 400 unless a code is the app's, or one for a lost telephone; each opens once. Throws a 429 after too many wrong ones. */
  async check(account: Account, code: string): Promise<void> {
    // Counted before it is looked at, so that many at once are not one, and given back where it was right.
    await this.tries.count('second', account.id);
    const isRight = await this.db.transact(async (tx) => {
      const step = await locked(tx, account.id);
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
        await this.notes.tell(
          tx,
          account,
          `A recovery code of yours was used; ${String(left.length)} are left.`,
        );
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
    await this.db.transact((tx) =>
      takeAway(tx, this.notes, { ...SYSTEM, id: `account:${account.id}` }, account),
    );
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

const hasOne = (): Problem =>
  conflict(
    'has-second-step',
    'It is set up already. Its recovery codes were shown once; new ones are made on the page of your account.',
  );
const notBegun = (): Problem =>
  conflict('second-step-not-begun', 'Nothing is being set up. Begin again on the page of your account.');
