import type { EntityManager } from 'typeorm';
import { CellFault, type ReadCell } from '../web/cells.js';
import { badField } from '../web/problems.js';

/** A group of councillors as the list of policy has it. */
export interface PartyGroup {
  id: string;
  name: string;
  /** Other names of it; one that ends in … stands for all that begin so. */
  also: string[];
}

/** The list, which the office may change. */
export async function loadGroups(tx: EntityManager): Promise<PartyGroup[]> {
  const [row] = await tx.query<{ content: PartyGroup[] }[]>(
    `SELECT content FROM policies WHERE id = 'groups'`,
  );
  return row?.content ?? [];
}

/** "The Labour  Party group" and "labour" are the same. */
const plain = (name: string): string =>
  name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[’‘`]/g, "'")
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^the /, '')
    .replace(/ (?:party|group)(?: group)?$/, '');

/** The name on the list of what somebody calls a group; undefined where the list does not know it. */
export function groupOf(groups: readonly PartyGroup[], said: string): string | undefined {
  const wanted = plain(said);
  const named = groups.find(({ name, also }) => [name, ...also].some((one) => plain(one) === wanted));
  const begins = groups.find(({ also }) =>
    also.some((one) => one.endsWith('…') && wanted.startsWith(plain(one.slice(0, -1)))),
  );
  return (named ?? begins)?.name;
}

/** What was found and what is allowed. */
export const groupFault = (groups: readonly PartyGroup[], said: string): string =>
  `found "${said.slice(0, 60)}"; allowed: ${groups.map(({ name }) => name).join(', ')}, or another name of one of them`;

/** A cell of a file that names a group: the name on the list; null where it is empty. */
export const groupCell = (groups: readonly PartyGroup[]): ReadCell =>
  Object.assign(
    (cell: string): string | null => {
      if (cell === '') return null;
      const known = groupOf(groups, cell);
      if (known === undefined) throw new CellFault(groupFault(groups, cell));
      return known;
    },
    { choices: groups.map(({ name }) => name) },
  );

/** The name on the list; null for nothing. Throws a 400 for a group that the list does not know. */
export function requireGroup(
  groups: readonly PartyGroup[],
  said: string | null | undefined,
  pointer: string,
): string | null {
  if (said === null || said === undefined || said.trim() === '') return null;
  const known = groupOf(groups, said);
  if (known === undefined) throw badField(pointer, groupFault(groups, said));
  return known;
}
