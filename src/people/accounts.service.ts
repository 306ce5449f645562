import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Not, type EntityManager } from 'typeorm';
import { revokeLinks } from '../messages/links.js';
import { MessagesService } from '../messages/messages.service.js';
import { Settings } from '../settings.js';
import { badField, badInput, conflict, notFound, Problem } from '../web/problems.js';
import { paths } from '../web/paths.js';
import { requireVersion } from '../web/versions.js';
import type { Actor } from './access.js';
import { Account } from './account.entity.js';
import { accountOf } from './actor-names.js';
import { record } from './audit.js';
import { DeputiesService } from './deputies.service.js';
import { changeWords } from './account-changes.js';
import { browserWords } from './browser-words.js';
import { NEEDED_SCOPE, ROLE_NAMES, type Role } from './permissions.js';
import { Database } from '../database/database.js';

/** What an account says of its owner. */
export type AccountFacts = Pick<
  Account,
  'email' | 'name' | 'role' | 'region' | 'councilId' | 'peerId' | 'party' | 'senior' | 'telephone'
>;

/** A session as its owner sees it. */
export interface SessionRow {
  /** Names the session without being able to open it. */
  key: string;
  browser: string;
  since: Date;
  /** Whether it is the one in which this is asked. */
  isThis: boolean;
}

/** Accounts and their sessions. */
@Injectable()
export class AccountsService {
  constructor(
    private readonly db: Database,
    private readonly messages: MessagesService,
    private readonly settings: Settings,
    private readonly deputies: DeputiesService,
  ) {}

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
    const also = role === 'adviser' ? away.map((one) => one.region) : [];
    const regions = also.filter((one) => one !== null);
    // Who acts for a national adviser sees all regions, and is confided in for their own still.
    const actsForAll = also.includes(null) && region !== null;
    const place = actsForAll
      ? { region: null, alsoRegions: [region, ...regions] }
      : { region, alsoRegions: regions };
    return {
      actor: { id: `account:${account.id}`, role, councilId, peerId, party, senior, ...place },
      account,
    };
  }

  /** The advisers whose deputy somebody is, today or in days to come. */
  actsFor(accountId: string): Promise<Account[]> {
    return this.db.manager
      .createQueryBuilder(Account, 'a')
      .where(
        `a.deputy_id = :accountId AND a.role = 'adviser' AND (a.away_to IS NULL OR a.away_to >= :today)`,
        {
          accountId,
          today: this.db.today(),
        },
      )
      .orderBy('a.away_from')
      .getMany();
  }

  async get(id: string, tx: EntityManager = this.db.manager): Promise<Account> {
    const account = await tx.findOneBy(Account, { id });
    if (!account) throw notFound('account');
    return account;
  }

  /** Throws a 404 for one that is gone or disabled. */
  async active(id: string): Promise<Account> {
    const account = await this.db.manager.findOneBy(Account, { id, state: 'active' });
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
    requireNaming(actor, NOBODY_YET, facts);
    return this.db.transact(async (tx) => {
      await requireFree(tx, facts.email);
      const account = await tx.save(tx.create(Account, facts));
      await this.messages.post(tx, {
        template: 'account-made',
        data: { role: ROLE_NAMES[account.role], page: this.messages.address(paths.signIn) },
        to: [account.email],
        cause: `account-made-${account.id}`,
        about: `account:${account.id}`,
      });
      await record(tx, actor, 'account.added', `account:${account.id}`, { role: facts.role });
      return account;
    });
  }

  /** Changes an account; one that is disabled, or has another address or role, is signed out everywhere at once. */
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
      requireNaming(actor, account, { ...account, ...change });
      await requireFree(tx, change.email, id);
      await requireAdministrator(tx, account, { ...account, ...change });
      requireOther(actor, account, change);
      const before = { ...account };
      Object.assign(account, change);
      requireScope(account);
      const saved = await tx.save(account);
      if (saved.state === 'disabled' || saved.email !== before.email || saved.role !== before.role) {
        await this.endSessions(tx, id);
      }
      if (saved.state === 'disabled' || saved.role !== 'adviser') await this.deputies.forget(tx, saved);
      await this.tellOwner(tx, actor, before, saved);
      await record(tx, actor, 'account.changed', `account:${id}`, {
        fields: Object.keys(change),
        state: saved.state,
      });
      return saved;
    });
  }

  /** The owner hears of a change, at the address before too, so that nobody loses an account unseen. */
  private async tellOwner(tx: EntityManager, { id }: Actor, before: Account, now: Account): Promise<void> {
    const said = changeWords(before, now);
    if (said === '') return;
    const by = await accountOf(tx, id);
    const what = by ? `${said} ${by.name}, ${ROLE_NAMES[by.role]}, has changed it.` : said;
    await this.messages.post(tx, {
      template: 'account-changed',
      data: { what, page: this.messages.address(paths.account) },
      to: [before.email, now.email],
      cause: `account-changed-${now.id}-${String(now.version)}`,
      about: `account:${now.id}`,
    });
  }

  /** How the councils and peers of the challenges that somebody runs reach them; null: by e-mail alone. */
  async setTelephone(actor: Actor, { id }: Account, telephone: string | null): Promise<void> {
    await this.db.transact(async (tx) => {
      await tx.update(Account, { id }, { telephone });
      await record(tx, actor, 'account.changed', `account:${id}`, { fields: ['telephone'] });
    });
  }

  async sessions(accountId: string, own = ''): Promise<SessionRow[]> {
    const rows = await this.db.query<{ sid: string; sess: { browser?: string; since?: number } }[]>(
      `SELECT sid, sess FROM sessions WHERE sess->>'accountId' = $1 AND expire > now() AT TIME ZONE 'UTC' ORDER BY (sess->>'since')::bigint DESC`,
      [accountId],
    );
    return rows.map(({ sid, sess }) => ({
      key: keyOf(sid),
      browser: browserWords(sess.browser ?? ''),
      since: new Date(sess.since ?? 0),
      isThis: sid === own,
    }));
  }

  /** Ends one session of an account, by its key, or all of them, and with all the codes on their way and the address that its calendar reads. */
  async endSessions(tx: EntityManager, accountId: string, key?: string): Promise<void> {
    const rows = await tx.query<{ sid: string }[]>(
      `SELECT sid FROM sessions WHERE $1 IN (sess->>'accountId', sess->'pending'->>'accountId')`,
      [accountId],
    );
    const ended = rows.map(({ sid }) => sid).filter((sid) => key === undefined || keyOf(sid) === key);
    await tx.query('DELETE FROM sessions WHERE sid = ANY($1)', [ended]);
    if (key !== undefined) return;
    await revokeLinks(tx, 'feed', accountId, this.db.now());
    await tx.query('DELETE FROM sign_in_codes WHERE account_id = $1', [accountId]);
  }

  /** The same by the owner, or by the office for somebody whose telephone is lost. */
  async endSessionsOf(actor: Actor, accountId: string, key?: string): Promise<void> {
    await this.db.transact(async (tx) => {
      if (actor.id !== `account:${accountId}`) requireRank(actor, await this.get(accountId, tx));
      await this.endSessions(tx, accountId, key);
      if (key === undefined) await tx.update(Account, { id: accountId }, { knownSince: this.db.now() });
      await record(tx, actor, 'sessions.ended', `account:${accountId}`, { all: key === undefined });
    });
  }
}

const keyOf = (sid: string): string => createHash('sha256').update(sid).digest('hex').slice(0, 16);

async function requireFree(tx: EntityManager, email: string | undefined, own?: string): Promise<void> {
  const other = email === undefined ? null : await tx.findOneBy(Account, { email });
  if (other && other.id !== own)
    throw badField('/email', `found "${other.email}", which has an account already`);
}

/** Whoever took their own role away could not give it back. */
function requireOther(
  actor: Actor,
  { id, role }: Account,
  change: Partial<AccountFacts> & Pick<Partial<Account>, 'state'>,
): void {
  if (actor.id !== `account:${id}`) return;
  if (change.role !== undefined && change.role !== role)
    throw badField('/role', 'this is your own account; somebody else changes your role');
  if (change.state === 'disabled')
    throw badField('/state', 'this is your own account; somebody else disables it');
}

/** Somebody has to be left who can make administrators. */
export async function requireAdministrator(
  tx: EntityManager,
  before: Account,
  after: Pick<Account, 'role' | 'state'>,
): Promise<void> {
  const isOne = ({ role, state }: Pick<Account, 'role' | 'state'>): boolean =>
    role === 'admin' && state === 'active';
  if (!isOne(before) || isOne(after)) return;
  const left = await tx.countBy(Account, { role: 'admin', state: 'active', id: Not(before.id) });
  if (left === 0)
    throw conflict('last-administrator', 'This is the last administrator. Make another one first.');
}

/** Throws a 403 unless somebody may do away with an account, or with its sign-ins: those of administrators are for administrators. */
export function requireRank(actor: Actor, { role, senior }: Pick<Account, 'role' | 'senior'>): void {
  if (actor.role !== 'admin' && (role === 'admin' || senior))
    throw new Problem(403, 'not-allowed', 'Only an administrator may do this with this account.');
}

const NOBODY_YET = { senior: false, role: 'peer' as Role };

/** Administrators, and who sees what is told in confidence, are named by an administrator. */
function requireNaming(
  actor: Actor,
  before: { senior: boolean; role: Role },
  after: { senior: boolean; role: Role },
): void {
  if (actor.role === 'admin') return;
  if (before.senior || after.senior)
    throw badField(
      '/senior',
      'only an administrator names who sees what is told in confidence, and changes their accounts',
    );
  if (before.role === 'admin' || after.role === 'admin')
    throw badField('/role', 'only an administrator names administrators, and changes their accounts');
}

/** What is missing, at the field of the form where it is said. */
const FOR_WHOM = {
  councilId: { pointer: '/council', detail: 'choose its council' },
  party: { pointer: '/party', detail: 'choose its party' },
  peerId: { pointer: '/role', detail: 'a peer’s account is made when the peer first signs in' },
};

function requireScope(facts: AccountFacts): void {
  const need = NEEDED_SCOPE[facts.role];
  if (need && !facts[need])
    throw badInput(`An account of the role ${facts.role} needs to say for whom.`, [FOR_WHOM[need]]);
  if (facts.email !== facts.email.toLowerCase())
    throw conflict('bad-email', 'Write the address in small letters.');
}
