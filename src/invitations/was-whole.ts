import type { EntityManager } from 'typeorm';

/** Whether everybody was told that the team of a challenge is complete, on the way that it is on: since it was put off or scoped anew last. */
export async function wasWhole(tx: EntityManager, challengeId: string): Promise<boolean> {
  const [row] = await tx.query<{ was: boolean }[]>(
    `SELECT EXISTS (SELECT FROM challenge_changes x WHERE x.challenge_id = $1 AND x."to" = 'confirmed'
       AND NOT EXISTS (SELECT FROM challenge_changes y WHERE y.challenge_id = $1 AND y.id > x.id AND y."to" = ANY('{postponed,scoped}'))) AS was`,
    [challengeId],
  );
  return row?.was ?? false;
}
