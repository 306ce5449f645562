import { In, type EntityManager } from 'typeorm';
import { addDays, type CivilDate, type DateRange } from '../../calendar/dates.js';
import { CouncilLink } from '../../councils/council-link.entity.js';
import { Council } from '../../councils/council.entity.js';
import { Houses, type Belonging, type Following } from '../../councils/houses.js';
import type { Peer } from '../../peers/peer.entity.js';

/** What of a peer makes the problem. */
export type PoolPeer = Pick<
  Peer,
  | 'id'
  | 'class'
  | 'party'
  | 'councilId'
  | 'homes'
  | 'positions'
  | 'skills'
  | 'accreditations'
  | 'conflicts'
  | 'availability'
  | 'refusedRegions'
  | 'releasedUntil'
  | 'reviews'
  | 'served'
  | 'rating'
  | 'maxChallenges'
  | 'maxDays'
  | 'restDays'
>;

/** Days that a peer is held or booked for. */
export interface Served {
  peerId: string;
  challengeId: string;
  /** The challenge, or the one of which it is a further stay. */
  familyId: string;
  firstDay: CivilDate;
  lastDay: CivilDate;
}

/** How many challenges some visits are: two stays of one are one. */
export const challengesIn = (served: readonly Served[]): number =>
  new Set(served.map(({ familyId }) => familyId)).size;

/** Rows of the database that make a problem; `peers` are the active ones, in the order that breaks ties. */
export interface ProblemRows {
  councils: Council[];
  /** Who adjoins whom. */
  links: Pick<CouncilLink, 'councilId' | 'otherId'>[];
  /** Which of them are one house. */
  houses: Houses;
  peers: PoolPeer[];
  served: Served[];
}

/** A part of the pool, where the question is about some seats and people only. */
export interface Among {
  positions: string[];
  ids: string[];
}

/** Which bodies are one house on some day of a range. Read as plain rows, since every look at a team asks for them. */
export async function loadHouses(tx: EntityManager, days: DateRange): Promise<Houses> {
  const belongings = await tx.query<Belonging[]>(
    `SELECT council_id AS "councilId", other_id AS "otherId", since::text, until::text FROM council_links WHERE relation IN ('member', 'parent')`,
  );
  const followings = await tx.query<Following[]>(
    'SELECT predecessor_id AS "predecessorId", successor_id AS "successorId" FROM successions',
  );
  return new Houses(belongings, followings, days);
}

/**
 * Every host body, or hosts and the homes of some peers; which are one house on some day of a range; and who adjoins whom, or the hosts and
 * their houses, where some are named.
 */
export async function loadCouncils(
  tx: EntityManager,
  days: DateRange,
  { hostIds, homes = null }: { hostIds?: string[]; homes?: string[] | null } = {},
): Promise<Pick<ProblemRows, 'councils' | 'links' | 'houses'>> {
  const ids = homes && [...(hostIds ?? []), ...homes];
  const councils = await tx.find(Council, {
    order: { code: 'ASC' },
    ...(ids ? { where: { id: In(ids) } } : {}),
  });
  const houses = await loadHouses(tx, days);
  const links = await tx.findBy(CouncilLink, {
    relation: 'neighbour',
    ...(hostIds ? { councilId: In(hostIds.flatMap((id) => [id, ...houses.kinOf(id)])) } : {}),
  });
  return { councils, links, houses };
}

/** The active pool, in the order that breaks ties. Read as plain rows: thousands of entities cost more than the search itself. */
export function loadPool(tx: EntityManager, among: Among | null = null): Promise<PoolPeer[]> {
  return tx.query<PoolPeer[]>(
    `SELECT id, class, party, council_id AS "councilId", homes, positions, skills, accreditations, conflicts, availability,
       refused_regions AS "refusedRegions", released_until::text AS "releasedUntil", reviews, coalesce(s.served, 0) AS served, rating,
       max_challenges AS "maxChallenges", max_days AS "maxDays", rest_days AS "restDays"
     FROM peers LEFT JOIN peer_served s ON s.peer_id = peers.id WHERE state = 'active' AND ($1::text[] IS NULL OR positions && $1 OR id = ANY($2::uuid[])) ORDER BY name, id`,
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

/** Live bookings, and seats of before this service, of all peers, or of some, that matter for a range of days: within it, or near enough for the twelve months before and the rest after. */
export function loadServed(
  tx: EntityManager,
  { from, to }: DateRange,
  peerIds: string[] | null = null,
): Promise<Served[]> {
  return tx.query<Served[]>(
    `SELECT peer_id AS "peerId", challenge_id AS "challengeId", family_id AS "familyId", first_day::text AS "firstDay", last_day::text AS "lastDay"
     FROM (SELECT peer_id, challenge_id, family_id, first_day, last_day FROM bookings WHERE live AND NOT off_site
       UNION ALL SELECT peer_id, challenge_id, challenge_id, reckoned_from, last_day FROM past_service) b
     WHERE last_day >= $1 AND first_day <= $2 AND ($3::uuid[] IS NULL OR peer_id = ANY($3))`,
    [addDays(from, -365), addDays(to, 365), peerIds],
  );
}
