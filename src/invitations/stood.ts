import type { EntityManager } from 'typeorm';
import type { Accreditation } from '../peers/peer.entity.js';

/** What a peer was who served, as of their yes, and then as of the first day on site: it stays when they move on. */
export interface Stood {
  councilId: string | null;
  organisation: string | null;
  positions: string[];
  party: string | null;
  /** Challenges served before. */
  experience: number;
  /** For the kind of the challenge; null without one. */
  accreditation: Accreditation | null;
}

/** Writes down what those are now who have said yes: to one challenge or to any, one peer or all. */
export async function noteStanding(
  tx: EntityManager,
  { challengeId = null, peerId = null }: { challengeId?: string | null; peerId?: string | null },
): Promise<void> {
  await tx.query(
    `UPDATE bookings b SET stood = jsonb_build_object('councilId', p.council_id, 'organisation', p.organisation, 'positions', p.positions, 'party', p.party,
       'experience', p.reviews + coalesce((SELECT s.served FROM peer_served s WHERE s.peer_id = p.id), 0),
       'accreditation', (SELECT a FROM jsonb_array_elements(p.accreditations) a WHERE a->>'kind' = c.kind LIMIT 1))
     FROM peers p, challenges c WHERE p.id = b.peer_id AND c.id = b.challenge_id AND b.state = 'booked'
       AND ($1::uuid IS NULL OR b.challenge_id = $1) AND ($2::uuid IS NULL OR b.peer_id = $2)`,
    [challengeId, peerId],
  );
}
