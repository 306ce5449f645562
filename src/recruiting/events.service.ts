import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { addMonths, type CivilDate } from '../calendar/dates.js';
import { Peer, type Accreditation } from '../peers/peer.entity.js';
import type { Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { badField, notFound } from '../web/problems.js';
import { EventPlace } from './event-place.entity.js';
import { Event } from './event.entity.js';
import { requireEvaluable } from './evaluation.js';
import { ReferenceService } from '../reference/reference.service.js';
import { KindsService } from '../kinds/kinds.service.js';
import { Database } from '../database/database.js';

/** An accreditation that ends soon, or has ended. */
export interface Expiry {
  peerId: string;
  name: string;
  kind: string;
  expiresOn: CivilDate;
}

/** A new peer who has not been on a visit yet, and so waits for a shadow seat. */
export interface Newcomer {
  id: string;
  name: string;
  positions: string[];
  since: CivilDate;
}

/** Briefings and trainings, who was there, and what that is good for. */
@Injectable()
export class EventsService {
  constructor(
    private readonly db: Database,
    private readonly kinds: KindsService,
    private readonly reference: ReferenceService,
  ) {}

  list(): Promise<(Event & { invited: number; came: number; written: number })[]> {
    return this.db.query(
      `SELECT e.id, e.type, e.title, e.held_on::text AS "heldOn", e.place, e.kinds, e.valid_months AS "validMonths", e.scores,
         count(p.peer_id)::int AS invited, count(*) FILTER (WHERE p.attended)::int AS came,
         count(p.attended)::int AS written
       FROM events e LEFT JOIN event_places p ON p.event_id = e.id GROUP BY e.id ORDER BY e.held_on DESC, e.id`,
    );
  }

  async get(id: string): Promise<Event> {
    const found = await this.db.manager.findOneBy(Event, { id });
    if (!found) throw notFound('event');
    return found;
  }

  places(eventId: string): Promise<EventPlace[]> {
    return this.db.manager.find(EventPlace, {
      where: { eventId },
      relations: { peer: true },
      order: { peer: { name: 'ASC', id: 'ASC' } },
    });
  }

  async add(
    actor: Actor,
    facts: Omit<Event, 'id' | 'actor' | 'createdAt' | 'scores' | 'scoredAt'>,
  ): Promise<Event> {
    return this.db.transact(async (tx) => {
      const kinds = (await this.kinds.all(tx)).map(({ id }) => id);
      const unknown = facts.kinds.find((kind) => !kinds.includes(kind));
      if (unknown !== undefined) throw badField('/kinds', `found "${unknown}"; allowed: ${kinds.join(', ')}`);
      const saved = await tx.save(tx.create(Event, { ...facts, actor: actor.id }));
      await record(tx, actor, 'event.added', `event:${saved.id}`);
      return saved;
    });
  }

  /** The groupings of councils that there are, each with how many active peers they would bring. */
  async groupings(): Promise<{ id: string; name: string; peers: number }[]> {
    const rows = await this.db.query<{ grouping: string; peers: number }[]>(
      `SELECT g AS grouping, count(*)::int AS peers FROM peers p JOIN councils c ON c.id = p.council_id CROSS JOIN unnest(c.groupings) g
       WHERE p.state = 'active' GROUP BY g`,
    );
    const known = await this.reference.get('groupings');
    return known.map(({ id, name }) => ({
      id,
      name,
      peers: rows.find(({ grouping }) => grouping === id)?.peers ?? 0,
    }));
  }

  /** Gives places to peers by their addresses. Throws a 400 that names every address of nobody in the pool. */
  async give(actor: Actor, id: string, emails: string[]): Promise<void> {
    await this.db.transact(async (tx) => {
      const missing: string[] = [];
      for (const email of emails) if (!(await peerOf(tx, email))) missing.push(email);
      if (missing.length > 0)
        throw badField('/emails', `nobody in the pool has: ${missing.slice(0, 10).join(', ')}`);
      for (const email of emails) await this.giveWithin(tx, id, email);
      await record(tx, actor, 'event.places', `event:${id}`, { peers: emails.length });
    });
  }

  /** Gives places to all active peers of councils of a grouping; who has one keeps it. Throws a 400 where there is nobody. */
  async giveToGrouping(actor: Actor, id: string, grouping: string): Promise<void> {
    await this.db.transact(async (tx) => {
      const known = (await this.reference.get('groupings', tx)).map((one) => one.id);
      if (!known.includes(grouping))
        throw badField('/grouping', `found "${grouping}"; allowed: ${known.join(', ')}`);
      const peers = await tx.query<{ id: string }[]>(
        `SELECT p.id FROM peers p JOIN councils c ON c.id = p.council_id WHERE p.state = 'active' AND $1 = ANY(c.groupings)`,
        [grouping],
      );
      if (peers.length === 0)
        throw badField('/grouping', 'nobody of the pool is of a council that belongs to it');
      const places = peers.map((peer) => ({ eventId: id, peerId: peer.id }));
      await tx.createQueryBuilder().insert().into(EventPlace).values(places).orIgnore().execute();
      await record(tx, actor, 'event.places', `event:${id}`, { peers: peers.length, grouping });
    });
  }

  /** One place, inside a transaction; one that is there already stays as it is. Throws a 400 for the address of nobody in the pool. */
  async giveWithin(
    tx: EntityManager,
    eventId: string,
    email: string,
  ): Promise<{ peerId: string; isNew: boolean; attended: boolean | null }> {
    const peerId = await peerOf(tx, email);
    if (!peerId) throw badField('/email', `found "${email}"; allowed: the address of somebody in the pool`);
    const known = await tx.findOneBy(EventPlace, { eventId, peerId });
    if (!known) await tx.insert(EventPlace, { eventId, peerId });
    return { peerId, isNew: !known, attended: known?.attended ?? null };
  }

  /** Writes down who came. Those who did are accredited for the event's kinds, as long as it says; longer ones are kept. */
  async attended(actor: Actor, id: string, came: readonly string[]): Promise<void> {
    await this.db.transact(async (tx) => {
      const places = await tx.findBy(EventPlace, { eventId: id });
      const stranger = came.find((peerId) => !places.some((place) => place.peerId === peerId));
      if (stranger !== undefined)
        throw badField('/came', 'somebody who came has no place; give them one first');
      await this.writeDown(tx, id, new Map(places.map(({ peerId }) => [peerId, came.includes(peerId)])));
      await record(tx, actor, 'event.attended', `event:${id}`, { came: came.length });
    });
  }

  /** Who of some peers came and who did not, inside a transaction. */
  async writeDown(tx: EntityManager, eventId: string, came: ReadonlyMap<string, boolean>): Promise<void> {
    const event = await tx.findOneByOrFail(Event, { id: eventId });
    for (const [peerId, attended] of [...came].sort(([a], [b]) => (a < b ? -1 : 1))) {
      await tx.update(EventPlace, { eventId, peerId }, { attended });
      if (!attended || event.kinds.length === 0) continue;
      const peer = await tx.findOneOrFail(Peer, {
        where: { id: peerId },
        lock: { mode: 'pessimistic_write' },
      });
      peer.accreditations = withAccreditations(peer.accreditations, event);
      await tx.save(peer);
    }
  }

  /** Keeps how many gave the event 1, 2, 3 and 4. Throws a 400 before it is held, and for more answers than people came. */
  async evaluate(actor: Actor, id: string, scores: number[]): Promise<void> {
    await this.db.transact(async (tx) => {
      const event = await tx.findOne(Event, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!event) throw notFound('event');
      const came = await tx.countBy(EventPlace, { eventId: id, attended: true });
      requireEvaluable(scores, { heldOn: event.heldOn, came }, this.db.today());
      await tx.save(Object.assign(event, { scores, scoredAt: this.db.now() }));
      await record(tx, actor, 'event.evaluated', `event:${id}`);
    });
  }

  /** Accreditations that end by a day, or have ended within the year before, soonest first. */
  expiries(today: CivilDate, until: CivilDate): Promise<Expiry[]> {
    return this.db.query(
      `SELECT p.id AS "peerId", p.name, a->>'kind' AS kind, a->>'expiresOn' AS "expiresOn" FROM peers p, jsonb_array_elements(p.accreditations) a
       WHERE p.state = 'active' AND a->>'expiresOn' BETWEEN $1 AND $2 ORDER BY a->>'expiresOn', p.name, kind`,
      [addMonths(today, -12), until],
    );
  }

  /** Peers accredited within two years who have not served yet. */
  newcomers(today: CivilDate): Promise<Newcomer[]> {
    return this.db.query(
      `SELECT p.id, p.name, p.positions, max(c.at AT TIME ZONE 'Europe/London')::date::text AS since
       FROM applications a JOIN peers p ON p.id = a.peer_id JOIN application_changes c ON c.application_id = a.id AND c.to = 'accredited'
       WHERE p.state = 'active' AND p.reviews = 0 AND NOT EXISTS (SELECT FROM peer_served s WHERE s.peer_id = p.id) AND c.at > $1::date - interval '2 years'
         AND NOT EXISTS (SELECT FROM bookings b WHERE b.peer_id = p.id AND b.live) GROUP BY p.id ORDER BY since, p.name`,
      [today],
    );
  }
}

/** The id of the peer with an address; undefined for nobody in the pool. */
async function peerOf(tx: EntityManager, email: string): Promise<string | undefined> {
  const [peer] = await tx.query<{ id: string }[]>(
    `SELECT id FROM peers WHERE lower(email) = lower($1) AND state <> 'retired' LIMIT 1`,
    [email],
  );
  return peer?.id;
}

/** What somebody holds after an event. */
export function withAccreditations(
  held: readonly Accreditation[],
  { kinds, heldOn, validMonths }: Pick<Event, 'kinds' | 'heldOn' | 'validMonths'>,
): Accreditation[] {
  const expiresOn = validMonths === null ? null : addMonths(heldOn, validMonths);
  const kept = held.filter(
    ({ kind, expiresOn: end }) =>
      !kinds.includes(kind) || end === null || (expiresOn !== null && end >= expiresOn),
  );
  return [
    ...kept,
    ...kinds.filter((kind) => !kept.some((one) => one.kind === kind)).map((kind) => ({ kind, expiresOn })),
  ];
}
