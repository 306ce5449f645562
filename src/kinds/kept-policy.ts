import type { EntityManager } from 'typeorm';
import type { Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { badField } from '../web/problems.js';
import type { Kind } from './kind.js';

/** What a challenge keeps of its kind from its confirmation on: its deadlines, and the measures that it counts towards. */
export type KeptPolicy = Pick<Kind, 'clock' | 'measures'>;

export const keptOf = ({ clock, measures }: Kind): KeptPolicy => ({ clock, measures });

/** A challenge that goes on and keeps something else than its kind says. */
export interface Keeper {
  challengeId: string;
  council: string;
  lastDay: string | null;
}

/** Challenges of a kind that were confirmed and go on, and that a content of the kind would change if they took it over. */
export function keepersOf(tx: EntityManager, kind: string, content: Kind): Promise<Keeper[]> {
  return tx.query<Keeper[]>(
    `SELECT c.id AS "challengeId", h.name AS council, c.last_day::text AS "lastDay" FROM challenges c JOIN councils h ON h.id = c.council_id
     WHERE c.kind = $1 AND c.policy IS NOT NULL AND c.policy <> $2::jsonb
       AND c.state IN (SELECT state FROM challenge_states WHERE open) ORDER BY c.first_day, h.name, c.id`,
    [kind, JSON.stringify(keptOf(content))],
  );
}

/** Challenges of a kind that are not confirmed yet and go on: they go by whatever their kind says. By the name of their councils. */
export function goingBy(tx: EntityManager, kind: string): Promise<Pick<Keeper, 'challengeId' | 'council'>[]> {
  return tx.query(
    `SELECT c.id AS "challengeId", h.name AS council FROM challenges c JOIN councils h ON h.id = c.council_id
     WHERE c.kind = $1 AND c.policy IS NULL AND c.state IN (SELECT state FROM challenge_states WHERE open) ORDER BY h.name, c.id`,
    [kind],
  );
}

/** What challenges keep of their kind. */
export function policiesOf(
  tx: EntityManager,
  ids: readonly string[],
): Promise<{ id: string; policy: KeptPolicy }[]> {
  return tx.query('SELECT id, policy FROM challenges WHERE id = ANY($1) AND policy IS NOT NULL ORDER BY id', [
    ids,
  ]);
}

/** Challenges that took a change over get back what they kept before, where they still keep what it said. */
export async function giveBack(
  tx: EntityManager,
  actor: Actor,
  {
    kind,
    after,
    takenOver,
  }: { kind: string; after: Kind; takenOver: readonly { id: string; policy: object }[] },
): Promise<void> {
  for (const { id, policy } of takenOver) {
    const [, changed] = await tx.query<[unknown, number]>(
      'UPDATE challenges SET policy = $2, version = version + 1 WHERE id = $1 AND policy = $3::jsonb',
      [id, JSON.stringify(policy), JSON.stringify(keptOf(after))],
    );
    if (changed > 0) await record(tx, actor, 'challenge.policy', `challenge:${id}`, { kind });
  }
}

/** Throws a 400 for a challenge that would not take a content of a kind over: it keeps nothing else, or is over. */
export async function requireKeepers(
  tx: EntityManager,
  { kind, content }: { kind: string; content: Kind },
  ids: readonly string[],
): Promise<void> {
  const keepers = await keepersOf(tx, kind, content);
  const strange = ids.find((id) => !keepers.some(({ challengeId }) => challengeId === id));
  if (strange !== undefined)
    throw badField('/takeOver', `found "${strange}"; allowed: open challenges that keep another clock`);
}

/** Some of them take it over. Throws a 400 for a challenge that is none of them. */
export async function takeOver(
  tx: EntityManager,
  actor: Actor,
  { kind, content }: { kind: string; content: Kind },
  ids: readonly string[],
): Promise<void> {
  await requireKeepers(tx, { kind, content }, ids);
  await tx.query('UPDATE challenges SET policy = $2, version = version + 1 WHERE id = ANY($1)', [
    ids,
    JSON.stringify(keptOf(content)),
  ]);
  for (const id of ids) await record(tx, actor, 'challenge.policy', `challenge:${id}`, { kind });
}

/** Challenges that came in past their confirmation keep what their kinds say today. */
export const keepPolicies = (tx: EntityManager): Promise<unknown> =>
  tx.query(
    `UPDATE challenges c SET policy = jsonb_build_object('clock', k.content->'clock', 'measures', k.content->'measures')
     FROM kinds k WHERE k.id = c.kind AND c.policy IS NULL AND c.state IN (SELECT state FROM challenge_states WHERE confirmed)`,
  );
