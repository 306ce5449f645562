import { createHmac, randomInt, randomUUID, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { sayMoment } from '../calendar/phrases.js';
import { Database } from '../database/database.js';
import { MessagesService } from '../messages/messages.service.js';
import { Settings } from '../settings.js';
import { paths } from '../web/paths.js';
import { badField } from '../web/problems.js';
import { SYSTEM } from './access.js';
import { Account } from './account.entity.js';
import { record } from './audit.js';
import { SignInCode } from './sign-in-code.entity.js';

const CODE_MINUTES = 10;
const MOST_TRIES = 5;

/** How somebody has signed in. */
export interface HowSignedIn {
  by: 'code' | 'provider';
  browser: string;
  /** Whether this browser signed in as this account before. */
  known: boolean;
  /** Whether a second step was taken. */
  second: boolean;
  /** The id of the request, by which the log knows the network that it came from. */
  request: string;
}

/** Sign-in by a code sent to the address of an account; who is admitted at the first time; what is told of a sign-in. */
@Injectable()
export class SignInCodes {
  constructor(
    private readonly db: Database,
    private readonly messages: MessagesService,
    private readonly settings: Settings,
  ) {}

  /** Sends a code to an address that may sign in, and to no other; the answer is the same for both. Returns the id of the attempt. */
  async send(email: string): Promise<string> {
    const attempt = randomUUID();
    await this.db.transact(async (tx) => {
      const account = await this.findOrAdmit(tx, email.toLowerCase());
      if (!account) return;
      const code = String(randomInt(0, 1_000_000)).padStart(6, '0');
      const expiresAt = new Date(this.db.now().getTime() + CODE_MINUTES * 60_000);
      await tx.insert(SignInCode, {
        id: attempt,
        accountId: account.id,
        hash: this.hash(attempt, code),
        expiresAt,
        createdAt: this.db.now(),
      });
      await this.messages.post(tx, {
        template: 'sign-in-code',
        data: { code, minutes: CODE_MINUTES },
        to: [account.email],
        cause: `code-${attempt}`,
        about: `account:${account.id}`,
      });
    });
    return attempt;
  }

  /** Since when an account knows its browsers; null for an address that has none. */
  async knownSince(email: string): Promise<Date | null> {
    const account = await this.db.manager.findOne(Account, {
      where: { email },
      select: { id: true, knownSince: true },
    });
    return account?.knownSince ?? null;
  }

  /** The account of an address that somebody else has proved; null where it may not sign in. */
  admit(email: string): Promise<Account | null> {
    return this.db.transact((tx) => this.findOrAdmit(tx, email));
  }

  /** The account that a code proves. Throws one and the same 400 for a code that is wrong, used, too old or never was. */
  async check(attempt: string, code: string): Promise<Account> {
    const account = await this.db.transact(async (tx) => {
      const found = await tx.findOne(SignInCode, {
        where: { id: attempt },
        lock: { mode: 'pessimistic_write' },
      });
      if (!found || found.usedAt || found.tries >= MOST_TRIES || found.expiresAt <= this.db.now())
        return null;
      found.tries++;
      const right = timingSafeEqual(Buffer.from(found.hash), Buffer.from(this.hash(attempt, code)));
      if (right) found.usedAt = this.db.now();
      else await record(tx, SYSTEM, 'sign-in.refused', `account:${found.accountId}`, { tries: found.tries });
      await tx.save(found);
      return right ? tx.findOneBy(Account, { id: found.accountId, state: 'active' }) : null;
    });
    if (!account)
      throw badField(
        '/code',
        'the code is wrong, was used already, was tried too often or is too old; ask for another if need be',
      );
    return account;
  }

  /** Writes a sign-in down; of one with a browser that is new to the account its owner hears by mail. */
  async signedIn({ id, email }: Account, { browser, ...how }: HowSignedIn): Promise<void> {
    await this.db.transact(async (tx) => {
      await record(tx, SYSTEM, 'sign-in', `account:${id}`, how);
      if (how.known) return;
      const now = this.db.now();
      const data = { browser, at: sayMoment(now), page: this.messages.address(paths.account) };
      const cause = `signed-in-${id}-${String(now.getTime())}`;
      await this.messages.post(tx, {
        template: 'new-sign-in',
        data,
        to: [email],
        cause,
        about: `account:${id}`,
      });
    });
  }

  /** Writes down that somebody signed out, or proved again who they are. */
  async note(what: 'sign-out' | 'proof', accountId: string, request: string): Promise<void> {
    await this.db.transact((tx) => record(tx, SYSTEM, what, `account:${accountId}`, { request }));
  }

  /**
   * The account of an address. A peer, and a contact of a council whom the programme knows, is admitted at the first time; naming an
   * address on a form admits nobody.
   */
  private async findOrAdmit(tx: EntityManager, email: string): Promise<Account | null> {
    const known = await tx.findOneBy(Account, { email });
    if (known) return known.state === 'active' ? known : null;
    const [peer] = await tx.query<{ id: string; name: string }[]>(
      `SELECT id, name FROM peers WHERE lower(email) = $1 AND state <> 'retired' ORDER BY id LIMIT 1`,
      [email],
    );
    if (peer) return this.add(tx, { email, name: peer.name, role: 'peer', peerId: peer.id });
    const [contact] = await tx.query<{ council_id: string; name: string; purpose: string }[]>(
      `SELECT c.council_id, x->>'name' AS name, x->>'purpose' AS purpose FROM challenges c, jsonb_array_elements(c.contacts) x
       WHERE lower(x->>'email') = $1 AND NOT x ? 'unconfirmed' AND c.state IN (SELECT state FROM challenge_states WHERE open)
       ORDER BY c.created_at DESC LIMIT 1`,
      [email],
    );
    if (!contact) return null;
    const role = contact.purpose === 'opposition' ? 'approver' : 'council';
    return this.add(tx, { email, name: contact.name, role, councilId: contact.council_id });
  }

  private async add(tx: EntityManager, facts: Partial<Account>): Promise<Account> {
    const account = await tx.save(tx.create(Account, facts));
    await record(tx, SYSTEM, 'account.admitted', `account:${account.id}`, { role: account.role });
    return account;
  }

  private hash(attempt: string, code: string): string {
    return createHmac('sha256', this.settings.SESSION_SECRET).update(`${attempt} ${code}`).digest('hex');
  }
}
