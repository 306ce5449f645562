import { createHash, createHmac, randomInt, randomUUID, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { MessagesService } from '../messages/messages.service.js';
import { Settings } from '../settings.js';
import { badField, badInput, conflict, notFound } from '../web/problems.js';
import { requireVersion } from '../web/versions.js';
import type { Actor } from './access.js';
import { Account } from './account.entity.js';
import { record } from './audit.js';
import { NEEDED_SCOPE } from './permissions.js';
import { SignInCode } from './sign-in-code.entity.js';
import { Database } from '../database/database.js';

const CODE_MINUTES = 10;
const MOST_TRIES = 5;
/** Codes that one account is sent within a quarter of an hour. */
const MOST_CODES = 5;
const CODES_WITHIN_S = 15 * 60;

/** What an account says of its owner. */
export type AccountFacts = Pick<
  Account,
  'email' | 'name' | 'role' | 'region' | 'councilId' | 'peerId' | 'party' | 'senior'
>;

/** A session as its owner sees it. */
export interface SessionRow {
  /** Names the session without being able to open it. */
  key: string;
  browser: string;
  since: Date;
}

/** Accounts, and sign-in by a code sent to their address. */
@Injectable()
export class AccountsService {
  constructor(
    private readonly db: Database,
    private readonly messages: MessagesService,
    private readonly settings: Settings,
  ) {}

  /** Sends a code to an address that may sign in, and to no other; the answer is the same for both. Returns the id of the attempt. */
  async sendCode(email: string): Promise<string> {
    const attempt = randomUUID();
    await this.db.transact(async (tx) => {
      const account = await this.findOrAdmit(tx, email.toLowerCase());
      if (!account || (await this.codesSent(tx, account.id)) >= MOST_CODES) return;
      const code = String(randomInt(0, 1_000_000)).padStart(6, '0');
      const expiresAt = new Date(this.db.now().getTime() + CODE_MINUTES * 60_000);
      await tx.insert(SignInCode, {
        id: attempt,
        accountId: account.id,
        hash: this.hash(attempt, code),
        expiresAt,
        createdAt: this.db.now(),
      });
      const data = { code, minutes: CODE_MINUTES };
      await this.messages.post(tx, {
        template: 'sign-in-code',
        data,
        to: [account.email],
        cause: `code-${attempt}`,
        about: `account:${account.id}`,
      });
    });
    return attempt;
  }

  /** The account of an address that somebody else has proved; null where it may not sign in. */
  admit(email: string): Promise<Account | null> {
    return this.db.transact((tx) => this.findOrAdmit(tx, email));
  }

  /** The account that a code proves. Throws one and the same 400 for a code that is wrong, used, too old or never was. */
  async checkCode(attempt: string, code: string): Promise<Account> {
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
      await tx.save(found);
      return right ? tx.findOneBy(Account, { id: found.accountId, state: 'active' }) : null;
    });
    if (!account)
      throw badField(
        '/code',
        'the code is wrong, was used already or is too old; ask for another if need be',
      );
    return account;
  }

  /** The actor that a session speaks for; null where the account is gone or disabled. A deputy acts for those who are away, too. */
  async actorOf(accountId: string): Promise<{ actor: Actor; account: Account } | null> {
    const account = await this.db.manager.findOneBy(Account, { id: accountId, state: 'active' });
    if (!account) return null;
    const today = this.db.today();
    const away = await this.db.manager
      .createQueryBuilder(Account, 'a')
      .where('a.deputy_id = :accountId AND a.role = :role AND a.away_from <= :today', {
        accountId,
        role: 'adviser',
        today,
      })
      .andWhere('(a.away_to IS NULL OR a.away_to >= :today)', { today })
      .getMany();
    const { role, region, councilId, peerId, party, senior } = account;
    const alsoRegions = role === 'adviser' ? away.flatMap((one) => one.region ?? []) : [];
    return {
      actor: { id: `account:${account.id}`, role, region, councilId, peerId, party, alsoRegions, senior },
      account,
    };
  }

  async get(id: string, tx: EntityManager = this.db.manager): Promise<Account> {
    const account = await tx.findOneBy(Account, { id });
    if (!account) throw notFound('account');
    return account;
  }

  list(): Promise<Account[]> {
    return this.db.manager.find(Account, { order: { role: 'ASC', name: 'ASC' }, take: 2000 });
  }

  /** The example users, for the page that signs in by one click; throws a 404 outside example mode. */
  examples(): Promise<Account[]> {
    if (this.settings.MODE !== 'example') throw notFound('page');
    return this.db.manager.find(Account, {
      where: { example: true, state: 'active' },
      order: { createdAt: 'ASC' },
    });
  }

  async create(actor: Actor, facts: AccountFacts): Promise<Account> {
    requireScope(facts);
    requireNaming(actor, false, facts.senior);
    return this.db.transact(async (tx) => {
      if (await tx.existsBy(Account, { email: facts.email }))
        throw badField('/email', `found "${facts.email}", which has an account already`);
      const account = await tx.save(tx.create(Account, facts));
      await record(tx, actor, 'account.added', `account:${account.id}`, { role: facts.role });
      return account;
    });
  }

  /** Changes an account; a disabled one is signed out everywhere at once. */
  async change(
    actor: Actor,
    id: string,
    version: number,
    change: Partial<AccountFacts> & Pick<Partial<Account>, 'state'>,
  ): Promise<Account> {
    return this.db.transact(async (tx) => {
      const account = await tx.findOne(Account, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!account) throw notFound('account');
      requireVersion(account.version, version);
      requireNaming(actor, account.senior, change.senior ?? account.senior);
      Object.assign(account, change);
      requireScope(account);
      const saved = await tx.save(account);
      if (saved.state === 'disabled') await this.endSessions(tx, id);
      await record(tx, actor, 'account.changed', `account:${id}`, {
        fields: Object.keys(change),
        state: saved.state,
      });
      return saved;
    });
  }

  /** While somebody is away, a deputy acts for them; no dates ends it. */
  async setDeputy(
    actor: Actor,
    id: string,
    away: { deputyEmail: string; from: string; to: string | null } | null,
  ): Promise<void> {
    await this.db.transact(async (tx) => {
      const deputy =
        away &&
        (await tx.findOneBy(Account, {
          email: away.deputyEmail.toLowerCase(),
          role: 'adviser',
          state: 'active',
        }));
      if (away && (!deputy || deputy.id === id))
        throw badField(
          '/deputyEmail',
          `found "${away.deputyEmail}"; allowed: the address of another principal adviser`,
        );
      if (away?.to && away.to < away.from)
        throw badField('/to', `found ${away.to}; allowed: ${away.from} or later`);
      await tx.update(
        Account,
        { id },
        { deputyId: deputy?.id ?? null, awayFrom: away?.from ?? null, awayTo: away?.to ?? null },
      );
      await record(tx, actor, 'account.away', `account:${id}`, {
        from: away?.from ?? null,
        to: away?.to ?? null,
      });
    });
  }

  async sessions(accountId: string): Promise<SessionRow[]> {
    const rows = await this.db.query<{ sid: string; sess: { browser?: string; since?: number } }[]>(
      `SELECT sid, sess FROM sessions WHERE sess->>'accountId' = $1 AND expire > now() AT TIME ZONE 'UTC' ORDER BY (sess->>'since')::bigint DESC`,
      [accountId],
    );
    return rows.map(({ sid, sess }) => ({
      key: keyOf(sid),
      browser: sess.browser ?? '',
      since: new Date(sess.since ?? 0),
    }));
  }

  /** Ends one session of an account, by its key, or all of them. */
  async endSessions(tx: EntityManager, accountId: string, key?: string): Promise<void> {
    const rows = await tx.query<{ sid: string }[]>(`SELECT sid FROM sessions WHERE sess->>'accountId' = $1`, [
      accountId,
    ]);
    const ended = rows.map(({ sid }) => sid).filter((sid) => key === undefined || keyOf(sid) === key);
    await tx.query('DELETE FROM sessions WHERE sid = ANY($1)', [ended]);
  }

  async endOwnSessions(actor: Actor, accountId: string, key?: string): Promise<void> {
    await this.db.transact(async (tx) => {
      await this.endSessions(tx, accountId, key);
      await record(tx, actor, 'sessions.ended', `account:${accountId}`, { all: key === undefined });
    });
  }

  /** The account of an address. A peer, and whoever a council named as its contact, is admitted at the first time. */
  private async findOrAdmit(tx: EntityManager, email: string): Promise<Account | null> {
    const known = await tx.findOneBy(Account, { email });
    if (known) return known.state === 'active' ? known : null;
    const [peer] = await tx.query<{ id: string; name: string }[]>(
      `SELECT id, name FROM peers WHERE lower(email) = $1 AND state <> 'retired' ORDER BY id LIMIT 1`,
      [email],
    );
    if (peer) return tx.save(tx.create(Account, { email, name: peer.name, role: 'peer', peerId: peer.id }));
    const [contact] = await tx.query<{ council_id: string; name: string; purpose: string }[]>(
      `SELECT c.council_id, x->>'name' AS name, x->>'purpose' AS purpose FROM challenges c, jsonb_array_elements(c.contacts) x
       WHERE lower(x->>'email') = $1 AND c.state IN (SELECT state FROM challenge_states WHERE open) ORDER BY c.created_at DESC LIMIT 1`,
      [email],
    );
    if (!contact) return null;
    const role = contact.purpose === 'opposition' ? 'approver' : 'council';
    return tx.save(tx.create(Account, { email, name: contact.name, role, councilId: contact.council_id }));
  }

  private codesSent(tx: EntityManager, accountId: string): Promise<number> {
    return tx
      .createQueryBuilder(SignInCode, 'c')
      .where('c.account_id = :accountId AND c.created_at > :since', {
        accountId,
        since: this.db.ago(CODES_WITHIN_S),
      })
      .getCount();
  }

  private hash(attempt: string, code: string): string {
    return createHmac('sha256', this.settings.SESSION_SECRET).update(`${attempt} ${code}`).digest('hex');
  }
}

const keyOf = (sid: string): string => createHash('sha256').update(sid).digest('hex').slice(0, 16);

/** Who sees what is told in confidence is named by an administrator. */
function requireNaming({ role }: Actor, before: boolean, after: boolean): void {
  if (before !== after && role !== 'admin')
    throw badField('/senior', 'only an administrator names who sees what is told in confidence');
}

/** What is missing, at the field of the form where it is said. */
const FOR_WHOM = {
  councilId: { pointer: '/council', detail: 'enter the code of its council' },
  party: { pointer: '/party', detail: 'enter its party' },
  peerId: { pointer: '/role', detail: 'a peer’s account is made when the peer first signs in' },
};

function requireScope(facts: AccountFacts): void {
  const need = NEEDED_SCOPE[facts.role];
  if (need && !facts[need])
    throw badInput(`An account of the role ${facts.role} needs to say for whom.`, [FOR_WHOM[need]]);
  if (facts.email !== facts.email.toLowerCase())
    throw conflict('bad-email', 'Write the address in small letters.');
}
