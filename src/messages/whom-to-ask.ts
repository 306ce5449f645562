import type { EntityManager } from 'typeorm';
import type { CivilDate } from '../calendar/dates.js';

/** A member of staff whom the council and the peers of a challenge may ask. */
export interface WhomToAsk {
  role: 'Principal adviser' | 'Challenge manager';
  name: string;
  email: string;
  /** As they gave it; null where they gave none. */
  telephone: string | null;
  /** Whom they stand in for while that adviser is away; null for those whose own challenge it is. */
  standsInFor: string | null;
}

const REACHED = 'a.name, a.email, a.telephone';

/** Whom those concerned by a challenge ask on a day, the first before others: its adviser, or who stands in for them, and its manager. */
export async function whomToAsk(
  tx: EntityManager,
  challengeId: string,
  today: CivilDate,
): Promise<WhomToAsk[]> {
  const managers = await tx.query<Omit<WhomToAsk, 'role' | 'standsInFor'>[]>(
    `SELECT ${REACHED} FROM challenge_people p JOIN accounts a ON a.id = p.account_id AND a.state = 'active'
     WHERE p.challenge_id = $1 AND p.role = 'manager'`,
    [challengeId],
  );
  const advisers = await advisersWhere(
    tx,
    'SELECT council_id FROM challenges WHERE id = $1',
    challengeId,
    today,
  );
  return [
    ...advisers,
    ...managers.map((one) => ({ role: 'Challenge manager' as const, ...one, standsInFor: null })),
  ];
}

/** Whom a council asks on a day where it has no challenge, or about all of them. */
export const adviserOfCouncil = (
  tx: EntityManager,
  councilId: string,
  today: CivilDate,
): Promise<WhomToAsk[]> => advisersWhere(tx, 'SELECT $1::uuid', councilId, today);

/** Those who are away come in only where nobody else is there. */
async function advisersWhere(
  tx: EntityManager,
  council: string,
  id: string,
  today: CivilDate,
): Promise<WhomToAsk[]> {
  const rows = await tx.query<(Omit<WhomToAsk, 'role'> & { away: boolean })[]>(
    `SELECT ${REACHED}, s.away, (SELECT o.name FROM advisers_of(h.region, $2) i JOIN accounts o ON o.id = i.id AND i.away
       WHERE o.deputy_id = a.id LIMIT 1) AS "standsInFor" FROM councils h, advisers_of(h.region, $2) s JOIN accounts a ON a.id = s.id
     WHERE h.id = (${council}) ORDER BY a.name, a.id`,
    [id, today],
  );
  const there = rows.filter(({ away }) => !away);
  return (there.length > 0 ? there : rows).map(({ name, email, telephone, standsInFor }) => ({
    role: 'Principal adviser',
    name,
    email,
    telephone,
    standsInFor,
  }));
}
