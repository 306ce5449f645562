import { Injectable } from '@nestjs/common';
import { holds } from '../web/lists.js';
import { type EntityManager } from 'typeorm';
import { Council } from '../councils/council.entity.js';
import { narrow, type Access, type Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { badInput, notFound, type FieldError } from '../web/problems.js';
import { requireVersion } from '../web/versions.js';
import { NOTHING_SAID, type AvailabilityPattern, type AvailabilityRange } from './availability.js';
import { lockedPeer } from './lock-peers.js';
import { Peer, type PeerNeeds, type PeerState } from './peer.entity.js';
import { addressFaults } from './addresses.js';
import { homesAfterMove } from './homes.js';
import { PeerChanges } from './peer-changes.service.js';
import { type PoolReferences } from './peers-csv.js';
import type { CreatePeer, EditPeer, PeerQuery } from './peers.dto.js';
import { ReferenceService } from '../reference/reference.service.js';
import { KindsService } from '../kinds/kinds.service.js';
import { Database } from '../database/database.js';
import { peerFaults, withGroup } from './peer-faults.js';

@Injectable()
export class PeersService {
  constructor(
    private readonly db: Database,
    private readonly reference: ReferenceService,
    private readonly kinds: KindsService,
    private readonly changes: PeerChanges,
  ) {}

  async get(id: string, tx: EntityManager = this.db.manager): Promise<Peer> {
    const peer = await tx.findOneBy(Peer, { id });
    if (!peer) throw notFound('peer');
    return peer;
  }

  async list(access: Access, query: PeerQuery, after: string[] | null, take: number): Promise<Peer[]> {
    const rows = this.db.manager
      .createQueryBuilder(Peer, 'p')
      .leftJoin('p.council', 'c')
      .orderBy('p.name')
      .addOrderBy('p.id')
      .take(take);
    narrow(rows, access, { region: 'c.region', peer: 'p.id', party: 'p.party' });
    if (query.name) rows.andWhere(holds('p.name', 'named'), { named: query.name });
    if (query.class) rows.andWhere('p.class = :class', { class: query.class });
    if (query.state) rows.andWhere('p.state = :state', { state: query.state });
    if (query.position) rows.andWhere(':position = ANY(p.positions)', { position: query.position });
    if (query.skill) rows.andWhere('jsonb_exists(p.skills, :skill)', { skill: query.skill });
    if (query.council) rows.andWhere('p.council_id = :council', { council: query.council });
    if (after) rows.andWhere('(p.name, p.id::text) > (:name, :id)', { name: after[0], id: after[1] });
    return rows.getMany();
  }

  async create(actor: Actor, body: CreatePeer): Promise<Peer> {
    return this.db.transact((tx) => this.add(tx, actor, body));
  }

  /** Adds a peer to the pool within a transaction. Throws a 400 that names every fault. */
  async add(tx: EntityManager, actor: Actor, body: CreatePeer): Promise<Peer> {
    const references = await this.references(tx);
    const facts = withGroup(body, references);
    const peer = tx.create(Peer, { ...facts, availability: NOTHING_SAID, served: 0 });
    refuse(peerFaults(peer, references, (property) => `/${property}`));
    refuse(await addressFaults(tx, [{ peer, pointer: '/email' }]));
    const saved = await tx.save(peer);
    await record(tx, actor, 'peer.added', `peer:${saved.id}`);
    return saved;
  }

  async edit(actor: Actor, id: string, version: number, body: EditPeer): Promise<Peer> {
    return this.db.transact(async (tx) => {
      const peer = await lockedPeer(tx, id);
      requireVersion(peer.version, version);
      const before = { ...peer };
      const references = await this.references(tx);
      Object.assign(peer, withGroup(body, references));
      peer.homes = homesAfterMove(before, peer, this.db.today());
      refuse(peerFaults(peer, references, (property) => `/${property}`));
      if (peer.email !== before.email) refuse(await addressFaults(tx, [{ peer, pointer: '/email' }]));
      const saved = await tx.save(peer);
      await this.changes.note(tx, actor, before, saved);
      await record(tx, actor, 'peer.changed', `peer:${id}`, { fields: Object.keys(body) });
      return saved;
    });
  }

  /** Pauses, resumes or retires. Throws a 409 where that does not follow. */
  async become(actor: Actor, id: string, state: PeerState): Promise<Peer> {
    return this.db.transact(async (tx) => {
      const peer = await lockedPeer(tx, id);
      const before = { ...peer };
      peer.become(state);
      const saved = await tx.save(peer);
      await this.changes.note(tx, actor, before, saved);
      await record(tx, actor, 'peer.state', `peer:${id}`, { state });
      return saved;
    });
  }

  /** The office of a member's party vouches for them. */
  async endorse(actor: Actor, id: string, day: string): Promise<void> {
    await this.db.transact(async (tx) => {
      const peer = await lockedPeer(tx, id);
      if (peer.endorsedOn !== null) return;
      peer.endorsedOn = day;
      await tx.save(peer);
      await record(tx, actor, 'peer.endorsed', `peer:${id}`);
    });
  }

  /** What a visit must provide for; the audit trail says that it changed, not to what. */
  async setNeeds(actor: Actor, id: string, needs: PeerNeeds): Promise<void> {
    await this.db.transact(async (tx) => {
      const peer = await lockedPeer(tx, id);
      peer.needs = needs;
      await tx.save(peer);
      await record(tx, actor, 'peer.needs', `peer:${id}`);
    });
  }

  async setAvailability(
    actor: Actor,
    id: string,
    said: { patterns: AvailabilityPattern[]; ranges: AvailabilityRange[] },
  ): Promise<Peer> {
    const backward = [
      ...said.ranges.map((range, i) => ({ ...range, at: `/ranges/${String(i)}/to` })),
      ...said.patterns.map((pattern, i) => ({ ...pattern, at: `/patterns/${String(i)}/to` })),
    ]
      .filter(({ from, to }) => to !== null && to < from)
      .map(({ at, from, to }) => ({ pointer: at, detail: `found ${to ?? ''}; allowed: ${from} or later` }));
    refuse(backward);
    return this.db.transact(async (tx) => {
      const peer = await lockedPeer(tx, id);
      peer.availability = { ...peer.availability, ...said, confirmedOn: this.db.today() };
      const saved = await tx.save(peer);
      await record(tx, actor, 'peer.availability', `peer:${id}`);
      return saved;
    });
  }

  /** What a peer may be: of which council, post, skill, group. */
  async references(tx: EntityManager): Promise<PoolReferences> {
    const councils = await tx.find(Council, { select: { id: true, code: true } });
    const names = (items: { id: string }[]): Set<string> => new Set(items.map(({ id }) => id));
    const positions = await this.reference.get('positions', tx);
    return {
      councilIds: new Map(councils.map(({ id, code }) => [code, id])),
      positions: names(positions),
      classOf: new Map(positions.map((position) => [position.id, position.class])),
      skills: names(await this.reference.get('skills', tx)),
      kinds: names(await this.kinds.all(tx)),
      groups: await this.reference.get('groups', tx),
    };
  }
}

function refuse(faults: FieldError[]): void {
  if (faults.length > 0) throw badInput('What was sent cannot be used.', faults);
}
