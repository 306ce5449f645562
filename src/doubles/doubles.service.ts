import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { In, type EntityManager } from 'typeorm';
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
}

/** Names without titles, accents, spaces and punctuation; every body of a peer, of now and before. */
const PAIRS = `
  WITH known AS (
    SELECT id, name, regexp_replace(regexp_replace(normalize(lower(name), NFD),
        '^\\s*(cllr|councillor|dr|prof|professor|rev|mr|mrs|ms|miss|mx|sir|dame|lord|lady|baroness)\\M\\.?', ''), '[^a-z]', '', 'g') AS key,
      array_remove(council_id || ARRAY(SELECT (h->>'councilId')::uuid FROM jsonb_array_elements(homes) h), NULL) AS bodies
    FROM peers WHERE state <> 'retired'
  )
  SELECT a.id AS "oneId", b.id AS "otherId", a.name FROM known a JOIN known b ON a.key = b.key AND a.id < b.id AND a.bodies && b.bodies
  WHERE a.key <> '' AND NOT EXISTS (SELECT FROM peers_apart x WHERE x.one_id = a.id AND x.other_id = b.id) ORDER BY a.name, a.id, b.id`;

/** Both hold a seat, or are asked for one, or are proposed for one, where one of them cannot be both. */
const TOGETHER = `
  SELECT h.name FROM challenges c JOIN councils h ON h.id = c.council_id
  WHERE EXISTS (SELECT FROM invitations i WHERE i.challenge_id = c.id AND i.peer_id = $1::text::uuid AND i.state = ANY($3))
      AND EXISTS (SELECT FROM invitations i WHERE i.challenge_id = c.id AND i.peer_id = $2::text::uuid AND i.state = ANY($3))
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
      throw badField('/otherId', `found "${otherId}" twice; allowed: two different peers`);
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
   * refers to the one that stays. Throws a 409 where both are in one team, or are held or booked on the same days, or need them for rest.
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
      await requireApart(tx, stays, goes);
      const before = { ...stays };
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
      `Both are in a team for ${team.name}, or asked or proposed for one: take one of them out first, or keep them apart.`,
    );
  const [days] = await tx.query<{ name: string; other: string }[]>(
    `SELECT h.name, g.name AS other FROM bookings a JOIN bookings b ON b.peer_id = $2 AND b.live AND a.days && b.days
       JOIN challenges c ON c.id = a.challenge_id JOIN councils h ON h.id = c.council_id
       JOIN challenges d ON d.id = b.challenge_id JOIN councils g ON g.id = d.council_id
     WHERE a.peer_id = $1 AND a.live LIMIT 1`,
    [stays.id, goes.id],
  );
  if (days)
    throw conflict(
      'double-booking',
      `One is held or booked for ${days.name} and the other for ${days.other} on the same days, or too near: end one of the two first.`,
    );
}
