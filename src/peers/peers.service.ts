import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { holds } from '../web/lists.js';
import { In, type EntityManager, type SelectQueryBuilder } from 'typeorm';
import { Council } from '../councils/council.entity.js';
import { narrow, type Access, type Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { readCsv, refuseRows, writeCsv } from '../web/csv.js';
import { differs, inChunks, type ImportReport } from '../web/imports.js';
import { badInput, notFound, type FieldError } from '../web/problems.js';
import { requireVersion } from '../web/versions.js';
import {
  saysMore,
  type Availability,
  type AvailabilityPattern,
  type AvailabilityRange,
} from './availability.js';
import { lockedPeer } from './lock-peers.js';
import { Peer, type PeerNeeds, type PeerState } from './peer.entity.js';
import { addressFaults } from './addresses.js';
import { homesAfterMove } from './homes.js';
import { PeerChanges } from './peer-changes.service.js';
import type { ReadCell } from '../web/cells.js';
import { AVAILABILITY_COLUMNS, availabilityCells, readAvailability } from './availability-csv.js';
import {
  PEER_COLUMNS,
  peerCells,
  readPeers,
  writePeer,
  type PoolReferences,
  seesColumn,
} from './peers-csv.js';
import type { CreatePeer, EditPeer, PeerQuery } from './peers.dto.js';
import { ReferenceService } from '../reference/reference.service.js';
import { KindsService } from '../kinds/kinds.service.js';
import { Database } from '../database/database.js';
import { importFaults, peerFaults, withGroup } from './peer-faults.js';

const NOTHING_SAID: Availability = { patterns: [], ranges: [], confirmedOn: null };

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

  /**
   * Adds peers and changes those named by id, or by the address and name that they have, all or nothing; columns that the file lacks stay as
   * they are.
   */
  async import(actor: Actor, csv: string, dryRun: boolean): Promise<ImportReport> {
    return this.db.transact(async (tx) => {
      const references = await this.references(tx);
      // Before anybody is kept from others: a file may be long, and be none.
      const file = readCsv(csv, PEER_COLUMNS);
      const rows = readPeers(file, references, await tx.find(Peer));
      // Those whom it is about are kept from others, and nobody else is.
      const named = rows.flatMap(({ id }) => (id !== null && isUUID(id) ? [id] : []));
      const known = new Map((await this.lockedPool(tx, named)).map((peer) => [peer.id, peer]));
      refuseRows(importFaults(rows, known));
      const before = rows.map(({ id }) => ({ ...known.get(id ?? '') }));
      const peers = rows.map(({ id, facts }) =>
        Object.assign(
          id === null ? tx.create(Peer, { availability: NOTHING_SAID }) : (known.get(id) ?? tx.create(Peer)),
          facts,
        ),
      );
      refuseRows(
        peers.flatMap((peer, index) =>
          peerFaults(peer, references, (property) => `row ${String(rows[index]?.row ?? 0)}, ${property}`),
        ),
      );
      refuseRows(
        await addressFaults(
          tx,
          peers.map((peer, index) => ({ peer, pointer: `row ${String(rows[index]?.row ?? 0)}, email` })),
        ),
      );
      const written = peers
        .map((peer, index) => ({ peer, was: before[index] ?? {}, ...rows[index] }))
        .filter(({ id, was, facts = {} }) => id === null || differs(was, facts));
      const added = written.filter(({ id }) => id === null).length;
      const report = { dryRun, added, changed: written.length - added };
      if (dryRun) return report;
      for (const { peer, was, id } of written)
        if (id) peer.homes = homesAfterMove(was, peer, this.db.today());
      await inChunks(written, (some) => tx.save(some.map(({ peer }) => peer)));
      for (const { peer, was } of written) await this.changes.note(tx, actor, was, peer);
      await record(tx, actor, 'peers.imported', 'peers', { added, changed: report.changed });
      return report;
    });
  }

  /** The peers whom somebody may see, as far as they may see them; narrowed further where a list was. */
  async export(
    access: Access,
    only: (rows: SelectQueryBuilder<Peer>) => void = () => undefined,
  ): Promise<string> {
    const councils = new Map(
      (await this.db.manager.find(Council, { select: { id: true, code: true } })).map(({ id, code }) => [
        id,
        code,
      ]),
    );
    const rows = narrow(
      this.db.manager
        .createQueryBuilder(Peer, 'p')
        .leftJoin('p.council', 'c')
        .orderBy('p.name')
        .addOrderBy('p.id'),
      access,
      {
        region: 'c.region',
        peer: 'p.id',
        party: 'p.party',
      },
    );
    only(rows);
    const peers = await rows.getMany();
    const { role } = access.actor;
    return writeCsv(
      PEER_COLUMNS.filter((column) => seesColumn(role, column)),
      peers.map((peer) => writePeer(peer, councils)),
    );
  }

  /** Adds days to what peers said, the latest winning; nothing that was said goes, nor does it count as said by the peers themselves. */
  async importAvailability(actor: Actor, csv: string, dryRun: boolean): Promise<ImportReport> {
    return this.db.transact(async (tx) => {
      const ids = new Set((await tx.find(Peer, { select: { id: true } })).map(({ id }) => id));
      const ranges = readAvailability(readCsv(csv, AVAILABILITY_COLUMNS), ids);
      const peers = await this.lockedPool(tx, [...ranges.keys()]);
      const told = peers.filter(({ id, availability }) =>
        saysMore(availability.ranges, ranges.get(id) ?? []),
      );
      const report = { dryRun, added: 0, changed: told.length };
      if (dryRun) return report;
      for (const peer of told) {
        const all = [...peer.availability.ranges, ...(ranges.get(peer.id) ?? [])];
        peer.availability = { ...peer.availability, ranges: all };
      }
      await tx.save(told, { chunk: 200 });
      await record(tx, actor, 'availability.imported', 'peers', { peers: ranges.size });
      return report;
    });
  }

  /** How each column of the pool is read, and of availability. */
  async cells(): Promise<{ peers: Record<string, ReadCell>; availability: Record<string, ReadCell> }> {
    const tx = this.db.manager;
    return { peers: peerCells(await this.references(tx)), availability: availabilityCells(new Set()) };
  }

  async exportAvailability(): Promise<string> {
    const peers = await this.db.manager.find(Peer, { order: { name: 'ASC', id: 'ASC' } });
    return writeCsv(
      AVAILABILITY_COLUMNS,
      peers.flatMap(({ id, availability }) => availability.ranges.map((range) => ({ peer: id, ...range }))),
    );
  }

  /** Some of the pool, kept from others until a file is taken in: what they changed meanwhile would be lost. */
  private lockedPool(tx: EntityManager, ids: string[]): Promise<Peer[]> {
    return tx.find(Peer, {
      where: { id: In(ids) },
      order: { id: 'ASC' },
      lock: { mode: 'pessimistic_write' },
    });
  }

  private async references(tx: EntityManager): Promise<PoolReferences> {
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
