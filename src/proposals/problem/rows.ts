import type { EntityManager } from 'typeorm';
import type { CivilDate, DateRange } from '../../calendar/dates.js';
import type * as matching from '../../matching/problem/programme.js';
import { CouncilLink } from '../../councils/council-link.entity.js';
import { Council } from '../../councils/council.entity.js';
import { Houses, type Belonging, type Following } from '../../councils/houses.js';
import type { Peer } from '../../peers/peer.entity.js';

/** What of a peer makes the problem. */
export type PoolPeer = Pick<
  Peer,
  | 'id'
  | 'name'
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

/** Host bodies, and how they belong together. */
export interface Bodies {
  councils: readonly Council[];
  /** Who adjoins whom. */
  links: readonly Pick<CouncilLink, 'councilId' | 'otherId'>[];
  belongings: readonly Belonging[];
  followings: readonly Following[];
}

export type Days = [from: CivilDate, to: CivilDate];

/** What of a pool is the same for all questions about some years: made for the first of them, and kept with its rows. */
export interface Basis {
  /** Whole years around the days asked about; days outside are left out. */
  range: DateRange;
  councils: ReadonlyMap<string, Council>;
  /** Pre-election periods by council: its members are busy then. */
  elections: ReadonlyMap<string, readonly Days[]>;
  /** Whether the kinds are told for which a peer is accredited; else each challenge says who is not. */
  tellsKinds: boolean;
  /** Peers as they are where nothing about what is asked makes them different, by id, with the rows that they were made of. */
  usual: Map<string, { row: PoolPeer; peer: matching.Peer }>;
}

/** Rows of the database that make a problem; `peers` are the active ones, in the order that breaks ties. */
export interface ProblemRows extends Pick<Bodies, 'councils' | 'links'> {
  /** Which of them are one house on the days asked about. */
  houses: Houses;
  peers: readonly PoolPeer[];
  /** Live bookings, and seats of before this service, by peer. */
  served: ReadonlyMap<string, readonly Served[]>;
  /** What was worked out of these host bodies and peers for one question and serves others. */
  bases: Map<string, Basis>;
}

/** A part of the pool, where the question is about some seats and people only. */
export interface Among {
  positions: string[];
  ids: string[];
}

/** All of them, as plain rows where they are many. */
export async function loadBodies(tx: EntityManager): Promise<Bodies> {
  const councils = await tx.find(Council, { order: { code: 'ASC' } });
  const links = await tx.query<Bodies['links']>(
    `SELECT council_id AS "councilId", other_id AS "otherId" FROM council_links WHERE relation = 'neighbour'`,
  );
  const belongings = await tx.query<Belonging[]>(
    `SELECT council_id AS "councilId", other_id AS "otherId", since::text, until::text FROM council_links WHERE relation IN ('member', 'parent')`,
  );
  const followings = await tx.query<Following[]>(
    'SELECT predecessor_id AS "predecessorId", successor_id AS "successorId" FROM successions',
  );
  return { councils, links, belongings, followings };
}

/**
 * The active peers, or those of them that are named, in the order that breaks ties. Read as plain rows: thousands of entities cost more than the
 * search itself.
 */
export function loadPool(tx: EntityManager, ids: readonly string[] | null = null): Promise<PoolPeer[]> {
  return tx.query<PoolPeer[]>(
    `SELECT id, name, class, party, council_id AS "councilId", homes, positions, skills, accreditations, conflicts, availability,
       refused_regions AS "refusedRegions", released_until::text AS "releasedUntil", reviews, coalesce(s.served, 0) AS served, rating,
       max_challenges AS "maxChallenges", max_days AS "maxDays", rest_days AS "restDays"
     FROM peers LEFT JOIN peer_served s ON s.peer_id = peers.id
     WHERE state = 'active' AND ($1::uuid[] IS NULL OR id = ANY($1)) ORDER BY name, id`,
    [ids],
  );
}

/** The ids of the active peers in the order that breaks ties. */
export async function loadOrder(tx: EntityManager): Promise<string[]> {
  const rows = await tx.query<{ id: string }[]>(
    `SELECT id FROM peers WHERE state = 'active' ORDER BY name, id`,
  );
  return rows.map(({ id }) => id);
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

/** Live bookings, and seats of before this service, of all peers or of some. */
export function loadServed(tx: EntityManager, peerIds: readonly string[] | null = null): Promise<Served[]> {
  return tx.query<Served[]>(
    `SELECT peer_id AS "peerId", challenge_id AS "challengeId", family_id AS "familyId", first_day::text AS "firstDay", last_day::text AS "lastDay"
     FROM (SELECT peer_id, challenge_id, family_id, first_day, last_day FROM bookings WHERE live AND NOT off_site
       UNION ALL SELECT peer_id, challenge_id, challenge_id, reckoned_from, last_day FROM past_service) b
     WHERE $1::uuid[] IS NULL OR peer_id = ANY($1) ORDER BY first_day, challenge_id`,
    [peerIds],
  );
}

/** What was served, by who served. */
export function servedByPeer(served: Iterable<Served>): Map<string, Served[]> {
  const byPeer = new Map<string, Served[]>();
  for (const one of served) {
    const known = byPeer.get(one.peerId);
    if (known) known.push(one);
    else byPeer.set(one.peerId, [one]);
  }
  return byPeer;
}
