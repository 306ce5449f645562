import { readFile } from 'node:fs/promises';
import { isEmail, isUUID } from 'class-validator';
import { Account } from '../people/account.entity.js';
import type { ApiToken } from '../people/api-token.entity.js';
import { anchorsIn, isGenuine } from '../people/audit-anchors.js';
import { faultOf, missing } from '../people/audit-watch.service.js';
import { chainWaiting, record } from '../people/audit.js';
import { ROLES, type Role } from '../people/permissions.js';
import { amount } from '../english/words.js';
import { Clock } from '../database/clock.js';
import { Jobs } from '../jobs/jobs.js';
import { MessagesService } from '../messages/messages.service.js';
import { hold, release } from '../operations/restored.js';
import { MOST_DAYS } from '../people/tokens.js';
import { resetByOperator } from '../people/second-step/resets.service.js';
import { TokensService } from '../people/tokens.service.js';
import type { Settings } from '../settings.js';
import { Problem } from '../web/problems.js';
import { operator } from './operator.js';
import { withDatabase } from './prepare-database.js';

/** A token as the command line asks for it. */
export interface TokenOptions {
  role: string;
  name: string;
  region?: string;
  council?: string;
  peer?: string;
  party?: string;
  days?: string;
  readOnly: boolean;
}

/** Makes a token, and returns it. Throws an Error that says what was found and what is allowed. */
export function makeToken(settings: Settings, { role, days, ...options }: TokenOptions): Promise<string> {
  if (!ROLES.includes(role as Role))
    throw new Error(`Found the role "${role}"; allowed: ${ROLES.join(', ')}.`);
  const wanted = { ...options, role: role as Role, days: Number(days ?? MOST_DAYS) };
  return withTokens(settings, (tokens) => tokens.make(operator(), wanted)).catch((error: unknown) => {
    const [first] = error instanceof Problem ? error.errors : [];
    throw first ? new Error(`${first.pointer.replace('/', '--')}: ${first.detail}`) : error;
  });
}

/** A line for each token: its id, what it is for, as whom it speaks, until when, and when it was last used. */
export async function tokenLines(settings: Settings): Promise<string[]> {
  const tokens = await withTokens(settings, (all) => all.list());
  return tokens.map((one) =>
    [one.id, one.name, one.role, endOf(one), `last used: ${one.lastUsedOn ?? 'never'}`].join('  '),
  );
}

/** Ends a token. Throws an Error for what is no id of one. */
export async function endToken(settings: Settings, id: string): Promise<void> {
  if (!isUUID(id)) throw new Error(`Found "${id}"; allowed: the id of a token, as "token list" shows it.`);
  await withTokens(settings, (tokens) => tokens.revoke(operator(), id));
}

/** Makes the account of somebody in the office, who makes the others on a page. */
export async function makeAccount(
  url: string,
  { role, email, name }: { role: string; email: string; name: string },
): Promise<void> {
  if (role !== 'programme' && role !== 'admin')
    throw new Error(`Found the role "${role}"; allowed: programme, admin.`);
  if (!isEmail(email)) throw new Error(`Found the address "${email}"; allowed: one like name@example.com.`);
  if (name.trim() === '') throw new Error('Found no name; enter the name of the person.');
  await withDatabase(url, (db) =>
    db.transact(async (tx) => {
      if (await tx.existsBy(Account, { email: email.toLowerCase() }))
        throw new Error(`Found the address "${email}", which has an account already.`);
      const account = await tx.save(
        tx.create(Account, { email: email.toLowerCase(), name: name.trim(), role }),
      );
      await record(tx, operator(), 'account.added', `account:${account.id}`, { role });
    }),
  );
}

/** Takes the second step of an account away, as for the only administrator whose telephone is lost. */
export const resetSecondStep = (url: string, email: string): Promise<void> =>
  withDatabase(url, (db) => resetByOperator(db, operator(), email));

/** Holds messages and jobs of a database back. */
export const holdWork = (url: string): Promise<void> => withDatabase(url, (db) => hold(db, operator()));

/** Lets messages and jobs of a restored copy go, and returns what became of them in a sentence. */
export async function releaseWork(url: string, options: { send: boolean }): Promise<string> {
  const parked = await withDatabase(url, (db) => release(db, operator(), options));
  if (parked === null) return 'Nothing was held.';
  const rest = `${amount(parked, 'message')} of the copy ${parked === 1 ? 'is' : 'are'} parked: see the page Queue, where they can be sent.`;
  return parked === 0 ? 'Messages and jobs go on, within a minute.' : `Messages and jobs go on. ${rest}`;
}

/** What is wrong with the audit trail, in a sentence; null where it is whole. */
export const trailFault = (url: string): Promise<string | null> =>
  withDatabase(url, async (db) => {
    await db.transact(chainWaiting);
    return faultOf(db);
  });

/** What a file of anchors, or a log, says of the audit trail. */
export interface Anchored {
  /** What the trail lacks of it, in a sentence; null where it has everything. */
  lacks: string | null;
  /** What could not be checked, in a sentence; empty where all was. */
  unchecked: string;
}

/** Holds the audit trail against anchors. Throws an Error where the file has none, or none that can be checked. */
export async function checkAnchored(settings: Settings, file: string): Promise<Anchored> {
  const { anchors, unreadable } = anchorsIn(await readFile(file, 'utf8'));
  if (anchors.length === 0)
    throw new Error(
      `Found no anchors in ${file}; allowed: a log of the worker, or the file of AUDIT_ANCHORS.`,
    );
  const foreign = anchors.filter((anchor) => !isGenuine(settings.SESSION_SECRET, anchor)).length;
  const lacks = await withDatabase(settings.DATABASE_URL, (db) =>
    missing(db, settings.SESSION_SECRET, anchors),
  );
  const skipped = foreign + unreadable;
  return {
    lacks,
    unchecked:
      skipped === 0
        ? ''
        : `${amount(skipped, 'line')} could not be checked: cut off, changed, or written under another SESSION_SECRET.`,
  };
}

const withTokens = <T>(settings: Settings, work: (tokens: TokensService) => Promise<T>): Promise<T> =>
  withDatabase(settings.DATABASE_URL, (db) =>
    work(new TokensService(db, new MessagesService(db, settings, new Jobs(settings, new Clock())))),
  );

const endOf = ({ revokedAt, expiresAt }: ApiToken): string =>
  revokedAt ? 'ended' : `until ${expiresAt.toISOString().slice(0, 10)}`;
