import { In, type EntityManager } from 'typeorm';
import { addDays, type CivilDate, type DateRange } from '../../calendar/dates.js';
import { CouncilLink } from '../../councils/council-link.entity.js';
import { Council } from '../../councils/council.entity.js';
import type { Peer } from '../../peers/peer.entity.js';

/** What of a peer makes the problem. */
export type PoolPeer = Pick<
  Peer,
  | 'id'
  | 'class'
  | 'party'
  | 'councilId'
  | 'positions'
  | 'skills'
  | 'accreditations'
  | 'conflicts'
  | 'availability'
  | 'refusedRegions'
  | 'releasedUntil'
  | 'reviews'
  | 'rating'
  | 'maxChallenges'
  | 'maxDays'
  | 'restDays'
>;

/** Days that a peer is held or booked for. */
export interface Served {
  peerId: string;
  challengeId: string;
  firstDay: CivilDate;
  lastDay: CivilDate;
}

/** Rows of the database that make a problem; `peers` are the active ones, in the order that breaks ties. */
export interface ProblemRows {
  councils: Council[];
  links: Pick<CouncilLink, 'councilId' | 'otherId'>[];
  peers: PoolPeer[];
  served: Served[];
}

/** A part of the pool, where the question is about some seats and people only. */
export interface Among {
  positions: string[];
  ids: string[];
}

/** Every host body, or a host and the homes of some peers, and who adjoins whom; of one body only, where it is named. */
export async function loadCouncils(
  tx: EntityManager,
  hostId?: string,
  homes: (string | null)[] | null = null,
): Promise<Pick<ProblemRows, 'councils' | 'links'>> {
  const ids = homes && [hostId, ...homes].filter((id): id is string => typeof id === 'string');
  const councils = await tx.find(Council, {
    order: { code: 'ASC' },
    ...(ids ? { where: { id: In(ids) } } : {}),
  });
  const links = await tx.findBy(CouncilLink, {
    relation: 'neighbour',
    ...(hostId === undefined ? {} : { councilId: hostId }),
  });
  return { councils, links };
}

/** The active pool, in the order that breaks ties. Read as plain rows: thousands of entities cost more than the search itself. */
export function loadPool(tx: EntityManager, among: Among | null = null): Promise<PoolPeer[]> {
  return tx.query<PoolPeer[]>(
    `SELECT id, class, party, council_id AS "councilId", positions, skills, accreditations, conflicts, availability,
       refused_regions AS "refusedRegions", released_until::text AS "releasedUntil", reviews, rating,
       max_challenges AS "maxChallenges", max_days AS "maxDays", rest_days AS "restDays"
     FROM peers WHERE state = 'active' AND ($1::text[] IS NULL OR positions && $1 OR id = ANY($2::uuid[])) ORDER BY name, id`,
    [among?.positions ?? null, among?.ids ?? []],
  );
}

/** Who is not offered a challenge again, by challenge. */
export async function loadNotAgain(
  tx: EntityManager,
  challengeIds: string[],
): Promise<Map<string, string[]>> {
  const rows = await tx.query<{ challengeId: string; peers: string[] }[]>(
    `SELECT challenge_id AS "challengeId", array_agg(peer_id::text) AS peers FROM not_again WHERE challenge_id = ANY($1) GROUP BY challenge_id`,
    [challengeIds],
  );
  return new Map(rows.map(({ challengeId, peers }) => [challengeId, peers]));
}

/** Live bookings of all peers, or of some, that matter for a range of days: within it, or near enough for the twelve months before and the rest after. */
export function loadServed(
  tx: EntityManager,
  { from, to }: DateRange,
  peerIds: string[] | null = null,
): Promise<Served[]> {
  return tx.query<Served[]>(
    `SELECT peer_id AS "peerId", challenge_id AS "challengeId", first_day::text AS "firstDay", last_day::text AS "lastDay"
     FROM bookings WHERE live AND last_day >= $1 AND first_day <= $2 AND ($3::uuid[] IS NULL OR peer_id = ANY($3))`,
    [addDays(from, -365), addDays(to, 365), peerIds],
  );
}
