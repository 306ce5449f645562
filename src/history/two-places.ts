import type { EntityManager } from 'typeorm';

/** Somebody who was in two teams on the same days, by the reference of one of them. */
export interface TwoPlaces {
  reference: string;
  peerId: string;
  detail: string;
}

/**
 * Who was in a team of before this service and in another on the same days. Nothing is said of a month of which nobody knows the days, nor
 * where a file says how many days they gave: then they may have been at both for a part.
 */
export function twoPlaces(tx: EntityManager): Promise<TwoPlaces[]> {
  return tx.query<TwoPlaces[]>(
    `WITH past AS (
       SELECT s.reference, s.peer_id, c.id, c.council_id, c.first_day, c.last_day
       FROM past_seats s JOIN past_challenges x USING (reference) JOIN challenges c ON c.id = x.challenge_id
       WHERE s.peer_id IS NOT NULL AND s.days IS NULL AND NOT x.month_only),
     visits AS (
       SELECT peer_id, id, council_id, first_day, last_day FROM past
       UNION ALL SELECT b.peer_id, c.id, c.council_id, b.first_day, b.last_day FROM bookings b JOIN challenges c ON c.id = b.challenge_id WHERE b.state = 'booked')
     SELECT p.reference, p.peer_id AS "peerId",
       m.name || ' was in a team at ' || h.name || ' on the same days: correct the days, or say in the column days of their seat how many they gave' AS detail
     FROM past p JOIN visits v ON v.peer_id = p.peer_id AND v.id <> p.id AND v.first_day <= p.last_day AND v.last_day >= p.first_day
       JOIN peers m ON m.id = p.peer_id JOIN councils h ON h.id = v.council_id ORDER BY p.reference, h.name`,
  );
}
