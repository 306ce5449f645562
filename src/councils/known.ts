import type { EntityManager } from 'typeorm';
import { requireInScope, type Access } from '../people/access.js';
import type { Named } from '../reference/content.js';
import { badField, notFound } from '../web/problems.js';
import { Council } from './council.entity.js';

/** Throws a 400 that names what the list has. */
export function requireOne<T extends Named>(list: readonly T[], id: string, pointer: string): T {
  const found = list.find((one) => one.id === id);
  if (!found) throw badField(pointer, `found "${id}"; allowed: ${list.map((one) => one.id).join(', ')}`);
  return found;
}

/** Throws the same 404 for a council out of scope as for one that is not there. */
export async function requireCouncil(tx: EntityManager, access: Access, id: string): Promise<Council> {
  const council = await tx.findOneBy(Council, { id });
  if (!council) throw notFound('host body');
  requireInScope(access, { region: council.region, councilId: council.id }, 'host body');
  return council;
}
