import type { EntityManager } from 'typeorm';
import { Council } from './council.entity.js';
import { CouncilLink } from './council-link.entity.js';
import type { CivilDate } from '../calendar/dates.js';
import { type Control, sameControl } from './control.js';
import type { FieldError } from '../web/problems.js';
import type { RegisterRow } from './register.js';
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

/** The codes of linked bodies by "id relation", nearest or most alike first. */
export async function linksByCouncil(tx: EntityManager): Promise<Map<string, string[]>> {
  const links = await tx.query<
    { council_id: string; relation: 'neighbour' | 'comparable'; codes: string[] }[]
  >(
    `SELECT l.council_id, l.relation, array_agg(o.code ORDER BY l.rank, o.code) AS codes FROM council_links l JOIN councils o ON o.id = l.other_id WHERE l.relation <> 'member' GROUP BY 1, 2`,
  );
  return new Map(links.map(({ council_id: id, relation, codes }) => [`${id} ${relation}`, codes]));
}

/** Whether a row says anything new of a body that is known, or of its links. */
export function changes(
  { facts, neighbours, comparable }: RegisterRow,
  known: Council | undefined,
  codesOf: Map<string, string[]>,
): boolean {
  if (!known) return false;
  const links = {
    neighbours: codesOf.get(`${known.id} neighbour`) ?? [],
    comparable: codesOf.get(`${known.id} comparable`) ?? [],
  };
  return differs(known, facts) || differs(links, { neighbours, comparable });
}

/** Links to bodies that neither the file nor the register knows. */
export function unknownCodes(rows: RegisterRow[], codes: Set<string>): FieldError[] {
  return rows.flatMap(({ row, neighbours = [], comparable = [] }) =>
    [
      ...neighbours.map((code) => ['neighbours', code]),
      ...comparable.map((code) => ['comparable', code]),
    ].flatMap(([column, code]) =>
      codes.has(code ?? '')
        ? []
        : [
            {
              pointer: `row ${String(row)}, ${column ?? ''}`,
              detail: `found "${code ?? ''}"; allowed: codes of the register or of this file`,
            },
          ],
    ),
  );
}

/** Writes the links that a file says, in place of those before. */
export async function replaceLinks(
  tx: EntityManager,
  rows: RegisterRow[],
  ids: Map<string, string>,
): Promise<void> {
  const links: Partial<CouncilLink>[] = [];
  for (const { facts, neighbours, comparable } of rows) {
    const councilId = ids.get(facts.code) ?? '';
    for (const [relation, codes] of [
      ['neighbour', neighbours],
      ['comparable', comparable],
    ] as const) {
      if (!codes) continue;
      await tx.delete(CouncilLink, { councilId, relation });
      codes.forEach((code, index) =>
        links.push({
          councilId,
          otherId: ids.get(code) ?? '',
          relation,
          rank: relation === 'comparable' ? index + 1 : 0,
        }),
      );
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
