import { createHash, randomBytes } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import type { Actor } from './access.js';
import { ApiToken } from './api-token.entity.js';
import { NEEDED_SCOPE, type Role } from './permissions.js';
import { Database } from '../database/database.js';

/** For whom a token speaks; the role says which of the rest it needs. */
export interface TokenFor {
  name: string;
  role: Role;
  region?: string;
  councilId?: string;
  peerId?: string;
  party?: string;
  example?: true;
  /** It reads, and changes nothing. */
  readOnly?: boolean;
  expiresAt: Date;
}

/** A token holds for a year at most. */
export const MOST_DAYS = 365;

export const aYearFrom = (now: Date): Date => new Date(now.getTime() + MOST_DAYS * 86_400_000);

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

/**
 * Makes a token and stores its hash; what is returned is not kept anywhere. Throws an Error when the role lacks its scope: a
 * council token its council, a peer token its peer, a group token its party.
 */
export async function createToken(
  tx: EntityManager,
  whose: TokenFor,
  token = `cf_${randomBytes(32).toString('base64url')}`,
): Promise<string> {
  const need = NEEDED_SCOPE[whose.role];
  if (need && !whose[need])
    throw new Error(`A token of the role ${whose.role} needs --${need.replace('Id', '')}.`);
  await tx.insert(ApiToken, { ...whose, hash: hashOf(token) });
  return token;
}

/** Who speaks by a token, and whether they may only read. */
export interface Bearer {
  actor: Actor;
  readOnly: boolean;
}

/** Whose an Authorization header is; null where it is missing, unknown, past its end or revoked. */
export async function findBearer(db: Database, header: string | undefined): Promise<Bearer | null> {
  const token = /^Bearer (\S{1,200})$/i.exec(header ?? '')?.[1];
  if (!token) return null;
  const found = await db.manager.findOneBy(ApiToken, { hash: hashOf(token) });
  if (!found || found.revokedAt || found.expiresAt <= db.now()) return null;
  await noteUse(db, found);
  const { id, role, region, councilId, peerId, party, readOnly } = found;
  const actor = { id: `token:${id}`, role, region, councilId, peerId, party, alsoRegions: [], senior: false };
  return { actor, readOnly };
}

/** Once a day, so that who asks often does not write often. */
async function noteUse(db: Database, { id, lastUsedOn }: ApiToken): Promise<void> {
  const today = db.today();
  if (lastUsedOn !== today) await db.manager.update(ApiToken, { id }, { lastUsedOn: today });
}
