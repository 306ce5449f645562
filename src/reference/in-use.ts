import type { EntityManager } from 'typeorm';
import { badField } from '../web/problems.js';
import { amount } from '../english/words.js';
import type { Finding, Framework, Position, ReferenceData } from './content.js';

/** Lists that people choose from, and the office changes. */
export type List = Extract<
  keyof ReferenceData,
  | 'positions'
  | 'skills'
  | 'signals'
  | 'supports'
  | 'priorities'
  | 'criteria'
  | 'frameworks'
  | 'findings'
  | 'themes'
  | 'groups'
  | 'groupings'
>;

/** Where the entries of each list are named, as a query of their ids, one row for each use. */
const USES: Record<List, string> = {
  positions: `SELECT unnest(positions) AS id FROM peers UNION ALL
    SELECT x FROM kinds k, jsonb_array_elements(k.content->'seats') s, jsonb_array_elements_text(s->'positions') x UNION ALL
    SELECT x FROM challenges c, jsonb_array_elements(c.seats) s, jsonb_array_elements_text(s->'positions') x
      WHERE c.state IN (SELECT state FROM challenge_states WHERE open)`,
  skills: `SELECT jsonb_object_keys(skills) AS id FROM peers UNION ALL
    SELECT jsonb_object_keys(s->'skills') FROM kinds k, jsonb_array_elements(k.content->'seats') s UNION ALL
    SELECT c->>'skill' FROM kinds k, jsonb_array_elements(k.content->'coverage') c UNION ALL
    SELECT jsonb_object_keys(s->'skills') FROM challenges c, jsonb_array_elements(c.seats) s
      WHERE c.state IN (SELECT state FROM challenge_states WHERE open) UNION ALL
    SELECT x->>'skill' FROM challenges c, jsonb_array_elements(c.coverage) x
      WHERE c.state IN (SELECT state FROM challenge_states WHERE open)`,
  signals: 'SELECT type AS id FROM signals',
  supports: `SELECT type AS id FROM supports UNION ALL
    SELECT x->>'support' FROM policies p, jsonb_array_elements(p.content) x WHERE p.id = 'findings'`,
  priorities: 'SELECT reason AS id FROM offer_priorities',
  criteria: 'SELECT unnest(criteria) AS id FROM applications',
  frameworks: 'SELECT framework AS id FROM inspections',
  findings: 'SELECT finding AS id FROM plan_reviews',
  themes: 'SELECT theme AS id FROM good_practice',
  // Groups are recorded by their names.
  groups: `SELECT g->>'id' AS id FROM policies p, jsonb_array_elements(p.content) g
    JOIN (SELECT party AS name FROM peers UNION ALL SELECT leading_group FROM councils) x ON x.name = g->>'name' WHERE p.id = 'groups'`,
  groupings: 'SELECT unnest(groupings) AS id FROM councils',
};

/** How often each entry of a list is named by what is recorded. */
export async function usesOf(tx: EntityManager, list: List): Promise<Map<string, number>> {
  const rows = await tx.query<{ id: string | null; uses: number }[]>(
    `SELECT id, count(*)::int AS uses FROM (${USES[list]}) u GROUP BY 1`,
  );
  return new Map(rows.flatMap(({ id, uses }) => (id === null ? [] : [[id, uses]])));
}

/**
 * Throws a 400 for a list, as it is stored now, without an entry that is in use, and for one that names what is on no list: support that a finding
 * leads to, a judgement taken off that inspections hold, another class of a position that people hold. Other pieces of policy are let by.
 */
export async function requireKept(tx: EntityManager, id: string, content: object): Promise<void> {
  if (!Object.hasOwn(USES, id)) return;
  const list = id as List;
  const ids = new Set((content as { id: string }[]).map((one) => one.id));
  const before = await listBefore(tx, list);
  for (const [entry, uses] of await usesOf(tx, list))
    // What was off the list already is not asked for again.
    if (!ids.has(entry) && before.some((one) => one.id === entry))
      throw badField(
        '/entries',
        `"${entry}" is missing, which ${amount(uses, 'record')} ${uses === 1 ? 'names' : 'name'}; give it another name, or change those first`,
      );
  if (list === 'positions') await requireClasses(tx, content as Position[], before as Position[]);
  if (list === 'findings') await requireSupports(tx, content as Finding[]);
  if (list === 'frameworks') await requireJudgements(tx, content as Framework[], before as Framework[]);
}

/** The list before its last change. */
async function listBefore(tx: EntityManager, list: List): Promise<{ id: string }[]> {
  const [row] = await tx.query<{ before: { id: string }[] | null }[]>(
    'SELECT before FROM policy_changes WHERE policy_id = $1 ORDER BY at DESC LIMIT 1',
    [list],
  );
  return row?.before ?? [];
}

async function requireClasses(
  tx: EntityManager,
  positions: readonly Position[],
  before: readonly Position[],
): Promise<void> {
  const uses = await usesOf(tx, 'positions');
  for (const { id, class: of } of positions) {
    const was = before.find((one) => one.id === id)?.class;
    if (was !== undefined && was !== of && uses.has(id))
      throw badField('/entries', `"${id}" is of "${of}"; people hold it as "${was}", so that this stays`);
  }
}

async function requireSupports(tx: EntityManager, findings: readonly Finding[]): Promise<void> {
  const rows = await tx.query<{ id: string }[]>(
    `SELECT x->>'id' AS id FROM policies p, jsonb_array_elements(p.content) x WHERE p.id = 'supports'`,
  );
  const known = rows.map(({ id }) => id);
  const wrong = findings.find(({ support }) => support !== null && !known.includes(support));
  if (wrong)
    throw badField(
      '/entries',
      `"${wrong.id}" leads to "${wrong.support ?? ''}"; allowed: ${known.join(', ')}, or no support`,
    );
}

async function requireJudgements(
  tx: EntityManager,
  frameworks: readonly Framework[],
  before: readonly Framework[],
): Promise<void> {
  const held = await tx.query<{ framework: string; judgement: string; uses: number }[]>(
    `SELECT framework, judgement, count(*)::int AS uses FROM inspections WHERE judgement IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2`,
  );
  for (const { framework, judgement, uses } of held) {
    const gives = (list: readonly Framework[]): boolean =>
      list.some(({ id, judgements }) => id === framework && judgements.includes(judgement));
    if (gives(before) && !gives(frameworks))
      throw badField(
        '/entries',
        `"${judgement}" is missing from "${framework}", as which ${amount(uses, 'inspection')} ${uses === 1 ? 'is' : 'are'} judged`,
      );
  }
}
