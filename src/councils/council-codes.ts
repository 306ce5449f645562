import type { EntityManager } from 'typeorm';
import { narrow, type Access } from '../people/access.js';
import { keyOf, type ReadCell } from '../web/cells.js';
import { Council } from './council.entity.js';

/** Ids by code of the councils in somebody's scope, those that have ended too. */
export async function councilCodes(tx: EntityManager, access: Access): Promise<Map<string, string>> {
  const rows = narrow(tx.createQueryBuilder(Council, 'c'), access, { region: 'c.region' });
  return new Map((await rows.getMany()).map(({ code, id }) => [code, id]));
}

/** Reads the code of a council in somebody's scope as its id. */
export async function readCouncil(tx: EntityManager, access: Access): Promise<ReadCell> {
  return keyOf(await councilCodes(tx, access), 'codes of councils that are yours');
}
