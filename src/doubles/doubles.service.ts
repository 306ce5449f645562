import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { In, type EntityManager } from 'typeorm';
import { sayDays } from '../calendar/phrases.js';
import { Database } from '../database/database.js';
import { textColumns } from '../erasure/columns.js';
import { rename } from '../erasure/rename.js';
import { LIVE_INVITATIONS } from '../invitations/invitation.entity.js';
import { PeerChanges } from '../peers/peer-changes.service.js';
import { Peer } from '../peers/peer.entity.js';
import type { Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { badField, conflict, notFound } from '../web/problems.js';
import { PeersApart } from './apart.entity.js';
import { combined } from './combined.js';

/** Two peers of one name who have a body in common. */
export interface Pair {
  oneId: string;
  otherId: string;
  name: string;
  /** Of one of them; null for people from outside the register. */
  council: string | null;
}

/**
 * Names without titles before and honours behind, accents, spaces and punctuation, and "Bell, Ann" as "Ann Bell"; every body of a peer, of
 * now and before, an organisation outside the register by its name.
 */
const PAIRS = `
  WITH known AS (
    SELECT p.id, p.name, h.name AS council, regexp_replace(
        regexp_replace(regexp_replace(regexp_replace(normalize(translate(replace(replace(lower(p.name), 'ß', 'ss'), 'æ', 'ae'), 'øłđ', 'old'), NFD),
          '^([^,]+),\\s*(.+)$', '\\2 \\1'),
          '^\\s*((rt\\.?\\s*hon|the|cllr|councillor|ald|alderman|dr|prof|professor|rev|mr|mrs|ms|miss|mx|sir|dame|lord|lady|baroness)\\M\\.?\\s*)+', ''),
          '(\\s+(cbe|obe|mbe|bem|kbe|dbe|qpm|qfsm|kfsm|jp|dl|mp|phd|cpfa|fcca))+\\s*$', ''), '[^[:alpha:]]', '', 'g') AS key,
      array_remove(p.council_id::text || ARRAY(SELECT h->>'councilId' FROM jsonb_array_elements(p.homes) h) || lower(p.organisation), NULL) AS bodies
    FROM peers p LEFT JOIN councils h ON h.id = p.council_id WHERE p.state <> 'retired'
  )
  SELECT a.id AS "oneId", b.id AS "otherId", a.name, coalesce(a.council, b.council) AS council
  FROM known a JOIN known b ON a.key = b.key AND a.id < b.id AND a.bodies && b.bodies
  WHERE a.key <> '' AND NOT EXISTS (SELECT FROM peers_apart x WHERE x.one_id = a.id AND x.other_id = b.id) ORDER BY a.name, a.id, b.id`;

/** Both were asked, and one of them still is; or both are proposed, or were there: one person cannot be both. */
const TOGETHER = `
  SELECT h.name FROM challenges c JOIN councils h ON h.id = c.council_id
  WHERE EXISTS (SELECT FROM invitations i JOIN invitations j USING (challenge_id) WHERE i.challenge_id = c.id
      AND i.peer_id = $1::text::uuid AND j.peer_id = $2::text::uuid AND (i.state = ANY($3) OR j.state = ANY($3)))
    OR EXISTS (SELECT FROM proposals p WHERE p.challenge_id = c.id AND p.state = ANY($4)
      AND p.seats::text LIKE '%' || $1::text || '%' AND p.seats::text LIKE '%' || $2::text || '%')
    OR EXISTS (SELECT FROM past_service s JOIN past_service t USING (challenge_id)
      WHERE s.challenge_id = c.id AND s.peer_id = $1::text::uuid AND t.peer_id = $2::text::uuid)
  ORDER BY h.name LIMIT 1`;

/** What one of them has and the other has too, where there can be only one. */
const ONE_ONLY = [
  'DELETE FROM peers_apart WHERE $2 IN (one_id, other_id) AND $1::uuid <> $2',
  'DELETE FROM demographics WHERE peer_id = $2 AND EXISTS (SELECT FROM demographics WHERE peer_id = $1)',
  'DELETE FROM event_places e WHERE peer_id = $2 AND EXISTS (SELECT FROM event_places o WHERE o.event_id = e.event_id AND o.peer_id = $1)',
  'DELETE FROM soundings s WHERE peer_id = $2 AND EXISTS (SELECT FROM soundings o WHERE o.challenge_id = s.challenge_id AND o.peer_id = $1)',
];

/** Peers who are perhaps one person: found, joined with the history of both, or kept apart. */
@Injectable()
export class DoublesService {
  constructor(
    private readonly db: Database,
    private readonly changes: PeerChanges,
  ) {}

  /** Those of one name, titles and accents aside, who have a body in common, now or before, and of whom nobody has said that they are two. */
  pairs(tx: EntityManager = this.db.manager): Promise<Pair[]> {
    return tx.query<Pair[]>(PAIRS);
  }

  /** Both of a pair. Throws a 404 where one is not there, a 400 where they are one record. */
  async both(oneId: string, otherId: string, tx: EntityManager = this.db.manager): Promise<[Peer, Peer]> {
    if (oneId === otherId)
      throw badField('/goesId', `found "${otherId}" twice; allowed: two different peers`);
    if (!isUUID(oneId) || !isUUID(otherId)) throw notFound('peer');
    const found = await tx.find(Peer, { where: { id: In([oneId, otherId]) }, relations: { council: true } });
    const [one, other] = [oneId, otherId].map((id) => found.find((peer) => peer.id === id));
    if (!one || !other) throw notFound('peer');
    return [one, other];
  }

  /** They are two people, and not shown as perhaps one any more. Saying it twice is saying it once. */
  async keepApart(actor: Actor, oneId: string, otherId: string): Promise<void> {
    await this.db.transact(async (tx) => {
      await this.both(oneId, otherId, tx);
      const [first = oneId, second = otherId] = [oneId, otherId].sort();
      await tx
        .createQueryBuilder()
        .insert()
        .into(PeersApart)
        .values({ oneId: first, otherId: second, actor: actor.id })
        .orIgnore()
        .execute();
      await record(tx, actor, 'peers.apart', `peer:${first}`, { other: second });
    });
  }

  /**
   * One record instead of two: whatever refers to the one that goes, invitations, days, seats of before, accounts, events and all the rest,
   * refers to the one that stays; a peer who pauses in one of them pauses. Throws a 409 where somebody said that they are two, where both
   * are in one team, or are held or booked on the same days, or need them for rest.
   */
  async join(actor: Actor, staysId: string, goesId: string): Promise<Peer> {
    return this.db.transact(async (tx) => {
      await this.both(staysId, goesId, tx);
      await lockForJoining(tx, [staysId, goesId]);
      const [stays, goes] = await this.both(staysId, goesId, tx);
      if (stays.state === 'retired' && goes.state !== 'retired')
        throw conflict(
          'retired-stays',
          `${stays.name} is retired in the record that is to stay; let the other one stay.`,
        );
      await requireNotApart(tx, stays, goes);
      await requireApart(tx, stays, goes);
      const before = { ...stays };
      if (goes.state === 'paused' && stays.state === 'active') stays.become('paused');
      Object.assign(stays, combined(stays, goes));
      for (const statement of ONE_ONLY) await tx.query(statement, [staysId, goesId]);
      await rename(tx, await textColumns(tx), 'peers', goesId, staysId);
      await this.changes.note(tx, actor, before, await tx.save(stays));
      await record(tx, actor, 'peers.joined', `peer:${staysId}`, { from: goesId });
      return stays;
    });
  }
}

/** Challenges before peers, each in the order of their ids, as everybody locks who promises days. */
async function lockForJoining(tx: EntityManager, ids: string[]): Promise<void> {
  await tx.query(
    `SELECT FROM challenges WHERE id IN (SELECT challenge_id FROM invitations WHERE peer_id = ANY($1)) ORDER BY id FOR NO KEY UPDATE`,
    [ids],
  );
  await tx.query('SELECT FROM peers WHERE id = ANY($1) ORDER BY id FOR UPDATE', [ids]);
}

/** Days for which one and the other are kept. */
interface TwoBookings {
  name: string;
  other: string;
  first: string;
  last: string;
  otherFirst: string;
  otherLast: string;
}

/** Throws a 409 where somebody has said that the two are two people. */
async function requireNotApart(tx: EntityManager, stays: Peer, goes: Peer): Promise<void> {
  const [oneId, otherId] = [stays.id, goes.id].sort();
  if (await tx.existsBy(PeersApart, { oneId, otherId }))
    throw conflict(
      'kept-apart',
      `${stays.name} and ${goes.name} are kept apart: somebody has said that they are two people.`,
    );
}

/** Throws a 409 where the two cannot be one, by where they sit and when. */
async function requireApart(tx: EntityManager, stays: Peer, goes: Peer): Promise<void> {
  const [team] = await tx.query<{ name: string }[]>(TOGETHER, [
    stays.id,
    goes.id,
    [...LIVE_INVITATIONS],
    ['proposed', 'agreed'],
  ]);
  if (team)
    throw conflict(
      'one-team',
      `Both are, or were, asked or proposed for a team for ${team.name}: take one of them out first, or keep them apart.`,
    );
  const [days] = await tx.query<TwoBookings[]>(
    `SELECT h.name, g.name AS other, a.first_day::text AS first, a.last_day::text AS last, b.first_day::text AS "otherFirst", b.last_day::text AS "otherLast"
     FROM bookings a JOIN bookings b ON b.peer_id = $2 AND b.live AND (a.family_id <> b.family_id AND a.days && b.days
       OR NOT a.off_site AND NOT b.off_site AND daterange(a.first_day, a.last_day, '[]') && daterange(b.first_day, b.last_day, '[]'))
       JOIN challenges c ON c.id = a.challenge_id JOIN councils h ON h.id = c.council_id
       JOIN challenges d ON d.id = b.challenge_id JOIN councils g ON g.id = d.council_id
     WHERE a.peer_id = $1 AND a.live LIMIT 1`,
    [stays.id, goes.id],
  );
  if (days)
    throw conflict(
      'double-booking',
      `One is held or booked for ${days.name} on ${sayDays(days.first, days.last)}, and the other for ${days.other} on ${sayDays(days.otherFirst, days.otherLast)}: on the same days, or without the rest between them. End one of the two first.`,
    );
}
