import type { EntityManager } from 'typeorm';
import { narrow, type Access } from '../people/access.js';
import { plainName } from '../people/same-name.js';
import { keyOf, rowNumber, type ReadCell } from '../web/cells.js';
import type { FieldError } from '../web/problems.js';
import { Council } from './council.entity.js';

const bodiesOf = (tx: EntityManager, access: Access): Promise<Council[]> =>
  narrow(tx.createQueryBuilder(Council, 'c'), access, { region: 'c.region' }).getMany();

/** Ids by code of the councils in somebody's scope, those that have ended too. */
export async function councilCodes(tx: EntityManager, access: Access): Promise<Map<string, string>> {
  return new Map((await bodiesOf(tx, access)).map(({ code, id }) => [code, id]));
}

/** Reads the code of a council in somebody's scope as its id, or its name where no other has it. */
export async function readCouncil(tx: EntityManager, access: Access): Promise<ReadCell> {
  const bodies = await bodiesOf(tx, access);
  const codes = new Map(bodies.map(({ code, id }) => [code, id]));
  const names = byShortName(bodies);
  return (cell) => {
    const [named, ...others] = names.get(shortName(cell)) ?? [];
    return named && others.length === 0 && !codes.has(cell)
      ? named
      : keyOf(codes, 'codes of councils that are yours')(cell);
  };
}

/** Faults of rows in which a code stands beside the name of another body. A name that is nobody's is passed over. */
export async function otherNames(
  tx: EntityManager,
  rows: readonly { code?: unknown; council?: unknown }[],
): Promise<FieldError[]> {
  const bodies = await tx.find(Council, { select: { id: true, name: true } });
  const [names, nameOf] = [byShortName(bodies), new Map(bodies.map(({ id, name }) => [id, name]))];
  return rows.flatMap((row) => {
    if (typeof row.council !== 'string' || typeof row.code !== 'string') return [];
    const whose = names.get(shortName(row.council)) ?? [];
    const detail = `found "${row.council}" beside the code of ${nameOf.get(row.code) ?? ''}: which of them is it?`;
    return whose.length === 0 || whose.includes(row.code)
      ? []
      : [{ pointer: `row ${String(rowNumber(row))}, council`, detail }];
  });
}

function byShortName(bodies: readonly Pick<Council, 'id' | 'name'>[]): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const { id, name } of bodies) names.set(shortName(name), [...(names.get(shortName(name)) ?? []), id]);
  return names;
}

/** "Exeter" for Exeter City Council. */
const shortName = (name: string): string =>
  plainName(name)
    .replace(/\b(council|city|borough|county|district|metropolitan|london|royal|the|of)\b/g, '')
    .replace(/ +/g, ' ')
    .trim();
