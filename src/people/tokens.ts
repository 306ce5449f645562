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
}

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

/** The actor of an Authorization header; null where it is missing, unknown or revoked. */
export async function findActor(db: Database, header: string | undefined): Promise<Actor | null> {
  const token = /^Bearer (\S{1,200})$/i.exec(header ?? '')?.[1];
  if (!token) return null;
  const found = await db.manager.findOneBy(ApiToken, { hash: hashOf(token) });
  if (!found || found.revokedAt) return null;
  return {
    id: `token:${found.id}`,
    role: found.role,
    region: found.region,
    councilId: found.councilId,
    peerId: found.peerId,
    party: found.party,
    alsoRegions: [],
    senior: false,
  };
}
