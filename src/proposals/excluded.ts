import type { EntityManager } from 'typeorm';
import { lastDay, type CivilDate } from '../calendar/dates.js';
import { sayDay } from '../calendar/phrases.js';
import type { Accreditation } from '../peers/peer.entity.js';
import { notAgainWords, type NotAgain } from './not-again.service.js';
import { isAccredited, isReleased } from './problem/windows.js';

/** The days for which somebody is to serve at a challenge. */
export interface ForDays {
  challengeId: string;
  firstDay: CivilDate;
  days: number;
}

interface Facts {
  id: string;
  releasedUntil: CivilDate | null;
  refusedRegions: string[];
  accreditations: Accreditation[];
  kind: string;
  accreditation: boolean;
  region: string | null;
  how: NotAgain['how'] | null;
  reason: string | null;
}

/** Why peers are excluded from a challenge, which is one bar for the engine and several for people; by id. */
export async function whyExcluded(
  tx: EntityManager,
  { challengeId, firstDay, days }: ForDays,
  peerIds: string[],
): Promise<Map<string, string>> {
  const facts = await tx.query<Facts[]>(
    `SELECT p.id, p.released_until::text AS "releasedUntil", p.refused_regions AS "refusedRegions", p.accreditations, c.kind,
       coalesce((k.content->>'accreditation')::boolean, false) AS accreditation, h.region, n.how, n.reason
     FROM challenges c JOIN councils h ON h.id = c.council_id LEFT JOIN kinds k ON k.id = c.kind
     JOIN peers p ON p.id = ANY($2) LEFT JOIN not_again n ON n.challenge_id = c.id AND n.peer_id = p.id WHERE c.id = $1`,
    [challengeId, peerIds],
  );
  return new Map(facts.map((one) => [one.id, wordsOf(one, lastDay(firstDay, days))]));
}

function wordsOf(facts: Facts, last: CivilDate): string {
  const { how, reason, releasedUntil, region, kind } = facts;
  if (how) return notAgainWords({ how, reason });
  if (releasedUntil && !isReleased(facts, { lastDay: last }))
    return `released by their employer until ${sayDay(releasedUntil)}`;
  if (region !== null && facts.refusedRegions.includes(region)) return 'does not serve in this region';
  if (facts.accreditation && !isAccredited(facts, kind, { lastDay: last }))
    return `not accredited for this kind up to ${sayDay(last)}`;
  return 'not to be asked for this challenge';
}
