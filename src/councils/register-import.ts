import type { EntityManager } from 'typeorm';
import { Council } from './council.entity.js';
import type { BelongingTo } from './belonging-cells.js';
import { CouncilLink, RELATIONS, type Relation } from './council-link.entity.js';
import type { CivilDate } from '../calendar/dates.js';
import { type Control, sameControl } from './control.js';
import type { FieldError } from '../web/problems.js';
import { LINK_COLUMNS, type RegisterLinks, type RegisterRow } from './register.js';
import { differs } from '../web/imports.js';
/** What a council of a file lacks, that neither the file nor the register says. */
export function missingFacts(rows: RegisterRow[], known: Map<string, Council>): FieldError[] {
  const needed = ['name', 'type', 'region', 'population', 'latitude', 'longitude', 'rurality'] as const;
  return rows.flatMap(({ row, facts }) => {
    const whole = { ...known.get(facts.code), ...facts };
    const lacking =
      (whole.body ?? 'council') === 'council'
        ? needed.filter((name) => (whole[name] ?? null) === null)
        : whole.name
          ? []
          : (['name'] as const);
    return lacking.map((name) => ({
      pointer: `row ${String(row)}, ${name}`,
      detail: 'is empty; a council needs it',
    }));
  });
}

interface Turned {
  row: number;
  council: Council;
  now: Control;
}

/** Councils of which the file says that somebody else controls them; one of which nothing was known has not turned. */
export function controlChanges(rows: RegisterRow[], known: Map<string, Council>, today: CivilDate): Turned[] {
  return rows.flatMap(({ row, facts }) => {
    const council = known.get(facts.code);
    if (!council || (council.control === null && council.leadingGroup === null)) return [];
    const { control, leadingGroup } = { ...council, ...facts };
    return sameControl(council, { control, leadingGroup })
      ? []
      : [{ row, council, now: { control, leadingGroup, asOf: facts.controlAsOf ?? today } }];
  });
}

/** Changes of control that are older than what is known. */
export function controlFaults(turned: Turned[]): FieldError[] {
  return turned.flatMap(({ row, council: { controlAsOf }, now: { asOf } }) =>
    controlAsOf !== null && asOf < controlAsOf
      ? [
          {
            pointer: `row ${String(row)}, control_as_of`,
            detail: `found ${asOf}; what is known is of ${controlAsOf}, so allowed: that day or later`,
          },
        ]
      : [],
  );
}

/** What each body, or one of them, is linked to, nearest or most alike first. */
export async function linksByCouncil(
  tx: EntityManager,
  id: string | null = null,
): Promise<Map<string, Required<RegisterLinks>>> {
  const links = await tx.query<(BelongingTo & { id: string; relation: Relation })[]>(
    `SELECT l.council_id AS id, l.relation, o.code, l.since::text, l.until::text
     FROM council_links l JOIN councils o ON o.id = l.other_id WHERE $1::uuid IS NULL OR l.council_id = $1 ORDER BY l.council_id, l.rank, o.code`,
    [id],
  );
  const known = new Map<string, Required<RegisterLinks>>();
  for (const { id: of, relation, ...link } of links) {
    const its = known.get(of) ?? NO_LINKS();
    its[relation].push(link);
    known.set(of, its);
  }
  return known;
}

export const NO_LINKS = (): Required<RegisterLinks> => ({
  neighbour: [],
  comparable: [],
  member: [],
  parent: [],
});

/** Nobody else changes the bodies that a file names until the transaction ends; others are not kept waiting. */
export const lockBodies = (tx: EntityManager, codes: readonly string[]): Promise<unknown> =>
  tx.query('SELECT FROM councils WHERE code = ANY($1) ORDER BY id FOR NO KEY UPDATE', [codes]);

/** Whether a row says anything new of a body that is known, or of its links. */
export function changes(
  { facts, links }: RegisterRow,
  known: Council | undefined,
  linksOf: Map<string, Required<RegisterLinks>>,
): boolean {
  return (
    known !== undefined && (differs(known, facts) || differs(linksOf.get(known.id) ?? NO_LINKS(), links))
  );
}

/** Days of bodies that a reorganisation says: a file does not change them. */
export function lifeFaults(
  rows: RegisterRow[],
  known: Map<string, Council>,
  parting: ReadonlySet<string>,
): FieldError[] {
  return rows.flatMap(({ row, facts }) => {
    const council = known.get(facts.code);
    const merged = { ...council, ...facts };
    const backward =
      merged.validFrom && merged.validTo && merged.validTo < merged.validFrom
        ? [
            {
              pointer: `row ${String(row)}, valid_to`,
              detail: `found ${merged.validTo}; allowed: ${merged.validFrom} or later`,
            },
          ]
        : [];
    if (!council || !parting.has(council.id)) return backward;
    return (['validFrom', 'validTo'] as const).flatMap((name) =>
      facts[name] === undefined || facts[name] === council[name]
        ? []
        : [
            {
              pointer: `row ${String(row)}, ${name === 'validFrom' ? 'valid_from' : 'valid_to'}`,
              detail: `found "${facts[name] ?? ''}"; a reorganisation says ${council[name] ?? 'nothing'}: change it there`,
            },
          ],
    );
  });
}

/** Links to bodies that neither the file nor the register knows. */
export function unknownCodes(rows: RegisterRow[], codes: Set<string>): FieldError[] {
  return rows.flatMap(({ row, facts, links }) =>
    Object.entries(LINK_COLUMNS).flatMap(([column, relation]) =>
      (links[relation] ?? []).flatMap(({ code }, index, all) => {
        const detail =
          all.findIndex((one) => one.code === code) < index
            ? `found "${code}" twice; allowed: each once`
            : code === facts.code
              ? `found "${code}"; allowed: other bodies than itself`
              : codes.has(code)
                ? null
                : `found "${code}"; allowed: codes of the register or of this file`;
        return detail === null ? [] : [{ pointer: `row ${String(row)}, ${column}`, detail }];
      }),
    ),
  );
}

/** Writes the links that a file says, in place of those before. Neighbours are so both ways, whichever row names them. */
export async function replaceLinks(
  tx: EntityManager,
  rows: RegisterRow[],
  ids: Map<string, string>,
): Promise<void> {
  const links: Partial<CouncilLink>[] = [];
  for (const { facts, links: said } of rows) {
    const councilId = ids.get(facts.code) ?? '';
    for (const relation of RELATIONS) {
      const others = said[relation];
      if (!others) continue;
      await tx.delete(CouncilLink, { councilId, relation });
      if (relation === 'neighbour') await tx.delete(CouncilLink, { otherId: councilId, relation });
      for (const [index, { code, ...days }] of others.entries()) {
        const link = { councilId, otherId: ids.get(code) ?? '', relation, ...days };
        links.push({ ...link, rank: relation === 'neighbour' ? 0 : index + 1 });
        if (relation === 'neighbour')
          links.push({ ...link, councilId: link.otherId, otherId: councilId, rank: 0 });
      }
    }
  }
  for (let at = 0; at < links.length; at += 1000) {
    await tx
      .createQueryBuilder()
      .insert()
      .into(CouncilLink)
      .values(links.slice(at, at + 1000))
      .orIgnore()
      .execute();
  }
}
