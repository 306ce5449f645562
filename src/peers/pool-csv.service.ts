import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { In, type EntityManager, type SelectQueryBuilder } from 'typeorm';
import { Council } from '../councils/council.entity.js';
import { Database } from '../database/database.js';
import { narrow, type Access, type Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import type { ReadCell } from '../web/cells.js';
import { readCsv, refuseRows, writeCsv } from '../web/csv.js';
import { differs, inChunks, type ImportReport } from '../web/imports.js';
import { addressFaults } from './addresses.js';
import { AVAILABILITY_COLUMNS, availabilityCells, readAvailability } from './availability-csv.js';
import { NOTHING_SAID, saysMore } from './availability.js';
import { homesAfterMove } from './homes.js';
import { PeerChanges } from './peer-changes.service.js';
import { importFaults, peerFaults } from './peer-faults.js';
import { Peer } from './peer.entity.js';
import { PEER_COLUMNS, peerCells, readPeers, seesColumn } from './peers-csv.js';
import { writePeer } from './write-peer.js';
import { PeersService } from './peers.service.js';

/** The pool and its availability as files, out and in by the same columns. */
@Injectable()
export class PoolCsv {
  constructor(
    private readonly db: Database,
    private readonly peers: PeersService,
    private readonly changes: PeerChanges,
  ) {}

  /**
   * Adds peers and changes those named by id, or by the address and name that they have, all or nothing; columns that the file lacks stay as
   * they are.
   */
  async import(actor: Actor, csv: string, dryRun: boolean): Promise<ImportReport> {
    return this.db.transact(async (tx) => {
      const references = await this.peers.references(tx);
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
        .leftJoin('p.council', 'h')
        .orderBy('p.name')
        .addOrderBy('p.id'),
      access,
      {
        region: 'h.region',
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
    return { peers: peerCells(await this.peers.references(tx)), availability: availabilityCells(new Set()) };
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
}
