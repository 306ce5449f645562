import type { EntityManager } from 'typeorm';
import { badField } from '../web/problems.js';
import type { ReferenceData } from './content.js';

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
    SELECT x FROM kinds k, jsonb_array_elements(k.content->'seats') s, jsonb_array_elements_text(s->'positions') x`,
  skills: `SELECT jsonb_object_keys(skills) AS id FROM peers UNION ALL
    SELECT jsonb_object_keys(s->'skills') FROM kinds k, jsonb_array_elements(k.content->'seats') s UNION ALL
    SELECT c->>'skill' FROM kinds k, jsonb_array_elements(k.content->'coverage') c`,
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

/** Lists of which an entry that is in use cannot be taken off: matching goes by them. */
const KEPT: readonly List[] = ['positions', 'skills'];

/** How often each entry of a list is named by what is recorded. */
export async function usesOf(tx: EntityManager, list: List): Promise<Map<string, number>> {
  const rows = await tx.query<{ id: string | null; uses: number }[]>(
    `SELECT id, count(*)::int AS uses FROM (${USES[list]}) u GROUP BY 1`,
  );
  return new Map(rows.flatMap(({ id, uses }) => (id === null ? [] : [[id, uses]])));
}

/** Throws a 400 for a list without an entry that kinds or peers still name. */
export async function requireKept(
  tx: EntityManager,
  list: List,
  entries: readonly { id: string }[],
): Promise<void> {
  if (!KEPT.includes(list)) return;
  const ids = new Set(entries.map(({ id }) => id));
  for (const [id, uses] of await usesOf(tx, list))
    if (!ids.has(id))
      throw badField(
        '/entries',
        `"${id}" is missing, which peers or kinds name ${String(uses)} times; change those first`,
      );
}
