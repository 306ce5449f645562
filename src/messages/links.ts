import { createHash, randomBytes } from 'node:crypto';
import { IsNull, type EntityManager } from 'typeorm';
import { Problem } from '../web/problems.js';
import { Link, type LinkPurpose } from './link.entity.js';

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

/** Makes a link's token; what is returned is kept nowhere. */
export async function makeLink(
  tx: EntityManager,
  purpose: LinkPurpose,
  subject: string,
  expiresAt: Date | null,
): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await tx.insert(Link, { hash: hashOf(token), purpose, subject, expiresAt });
  return token;
}

/** What a token opens. Throws one and the same 404 for a token that is guessed, past its end or revoked. */
export async function openLink(
  tx: EntityManager,
  purpose: LinkPurpose,
  token: string,
  now: Date,
): Promise<string> {
  const link = await tx.findOneBy(Link, { hash: hashOf(token), purpose, revokedAt: IsNull() });
  if (!link || (link.expiresAt && link.expiresAt <= now)) throw deadLink();
  return link.subject;
}

/** The answer for every link that opens nothing, whatever the reason. */
export const deadLink = (): Error =>
  new Problem(
    404,
    'dead-link',
    'It may have been used, replaced by a newer one or withdrawn, or its time is over. Nothing was taken from you by it just now. If you were asked to join a peer team, the newest message about it says how things stand; whoever it names as principal adviser can tell you more.',
  );

/** Makes every link to a thing open nothing any more. */
export async function revokeLinks(
  tx: EntityManager,
  purpose: LinkPurpose,
  subject: string,
  now: Date,
): Promise<void> {
  await tx.update(Link, { purpose, subject, revokedAt: IsNull() }, { revokedAt: now });
}
