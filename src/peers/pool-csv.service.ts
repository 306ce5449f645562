import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { In, type EntityManager, type SelectQueryBuilder } from 'typeorm';
import type { DateRange } from '../calendar/dates.js';
import { Council } from '../councils/council.entity.js';
import { Database } from '../database/database.js';
import { narrow, type Access, type Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import type { ReadCell } from '../web/cells.js';
import { readCsv, refuseRows, writeCsv } from '../web/csv.js';
import { differs, inChunks, type ImportReport } from '../web/imports.js';
import { addressFaults } from './addresses.js';
import { AVAILABILITY_COLUMNS, availabilityCells, readAvailability } from './availability-csv.js';
import { NOTHING_SAID } from './availability.js';
import { olderThanHeld, saidAnew } from './availability-said.js';
import { homesAfterMove } from './homes.js';
import { PeerChanges } from './peer-changes.service.js';
import { importFaults, peerFaults } from './peer-faults.js';
import { Peer } from './peer.entity.js';
import { PEER_COLUMNS, peerCells, readPeers, seesColumn, type PeerRow } from './peers-csv.js';
import { writePeer } from './write-peer.js';
import { PeersService } from './peers.service.js';

/** Whether a row gives what whoever brings it may not see. */
const givesUnseen = ({ role }: Actor, facts: Partial<Peer>): boolean =>
  PEER_COLUMNS.some(
    (column) => !seesColumn(role, column) && (facts as Record<string, unknown>)[column] !== undefined,
  );

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
      const rows = readPeers(readCsv(csv, PEER_COLUMNS), references, await tx.find(Peer));
      const known = await this.keptFor(tx, rows);
      refuseRows(importFaults(rows, known));
      const given = rows.map(({ id, facts, row }) => {
        const was: Partial<Peer> = { ...known.get(id ?? '') };
        const peer = known.get(id ?? '') ?? tx.create(Peer, { availability: NOTHING_SAID });
        return { row, was, isNew: id === null, facts, peer: Object.assign(peer, facts) };
      });
      const at = (row: number, property: string): string => `row ${String(row)}, ${property}`;
      refuseRows(given.flatMap(({ peer, row }) => peerFaults(peer, references, (name) => at(row, name))));
      refuseRows(
        await addressFaults(
          tx,
          given.map(({ peer, row }) => ({ peer, pointer: at(row, 'email') })),
        ),
      );
      const written = given.filter(({ isNew, was, facts }) => isNew || differs(was, facts));
      // Whoever gives what they may not see does not learn from what is counted whether it was so already.
      const blind = given.filter((one) => !written.includes(one) && givesUnseen(actor, one.facts));
      const added = written.filter(({ isNew }) => isNew).length;
      const report = { dryRun, added, changed: written.length - added + blind.length };
      if (dryRun) return report;
      for (const { peer, was, isNew } of written)
        if (!isNew) peer.homes = homesAfterMove(was, peer, this.db.today());
      await inChunks(written, (some) => tx.save(some.map(({ peer }) => peer)));
      await tx.query('UPDATE peers SET version = version + 1 WHERE id = ANY($1)', [
        blind.map(({ peer }) => peer.id),
      ]);
      for (const { peer, was } of written) await this.changes.note(tx, actor, was, peer);
      await record(tx, actor, 'peers.imported', 'peers', { added, changed: report.changed });
      return report;
    });
  }

  /** The peers whom rows name, by id; those who would be another are kept from others, and nobody else is. */
  private async keptFor(tx: EntityManager, rows: readonly PeerRow[]): Promise<Map<string, Peer>> {
    const ids = rows.flatMap(({ id }) => (id !== null && isUUID(id) ? [id] : []));
    const known = new Map((await tx.findBy(Peer, { id: In(ids) })).map((peer) => [peer.id, peer]));
    const other = rows.flatMap(({ id, facts }) =>
      id !== null && differs(known.get(id) ?? {}, facts) ? [id] : [],
    );
    for (const peer of await this.lockedPool(
      tx,
      other.filter((id) => isUUID(id)),
    ))
      known.set(peer.id, peer);
    return known;
  }

  /** The peers whom somebody may see, as far as they may see them; narrowed further where a list was. */
  async export(
    access: Access,
    only: (rows: SelectQueryBuilder<Peer>) => void = () => undefined,
  ): Promise<string> {
    const rows = narrow(this.pool(), access, { region: 'h.region', peer: 'p.id', party: 'p.party' });
    only(rows);
    const { role } = access.actor;
    return this.file(
      rows,
      PEER_COLUMNS.filter((column) => seesColumn(role, column)),
    );
  }

  /** All of the pool with all columns: to compare, and shown to nobody. */
  whole(): Promise<string> {
    return this.file(this.pool(), PEER_COLUMNS);
  }

  private pool(): SelectQueryBuilder<Peer> {
    return this.db.manager
      .createQueryBuilder(Peer, 'p')
      .leftJoin('p.council', 'h')
      .orderBy('p.name')
      .addOrderBy('p.id');
  }

  private async file(rows: SelectQueryBuilder<Peer>, columns: readonly string[]): Promise<string> {
    const councils = await this.db.manager.find(Council, { select: { id: true, code: true } });
    const codes = new Map(councils.map(({ id, code }) => [id, code]));
    return writeCsv(
      columns,
      (await rows.getMany()).map((peer) => writePeer(peer, codes)),
    );
  }

  /**
   * Adds days to what peers said, the latest winning; or puts them in place of all that they said of the days `within`. It counts as said by
   * the peers themselves only where a row tells when they did. Throws a 400 where a peer has said something since what a file tells.
   */
  async importAvailability(
    actor: Actor,
    csv: string,
    { dryRun = false, within = null }: { dryRun?: boolean; within?: DateRange | null } = {},
  ): Promise<ImportReport> {
    return this.db.transact(async (tx) => {
      const known = await tx.find(Peer, { select: { id: true, name: true } });
      const ids = new Map(known.map(({ id, name }) => [id, name]));
      const file = readCsv(csv, AVAILABILITY_COLUMNS);
      const said = readAvailability(file, ids, { today: this.db.today(), within });
      const peers = await this.lockedPool(tx, [...said.keys()]);
      const told = peers.flatMap((peer) => {
        const of = said.get(peer.id);
        const availability = of ? saidAnew(peer.availability, of, within) : null;
        return of && availability ? [{ peer, of, availability }] : [];
      });
      refuseRows(told.flatMap(({ peer, of }) => olderThanHeld(peer, of)));
      const report = { dryRun, added: 0, changed: told.length };
      if (dryRun) return report;
      for (const { peer, availability } of told) peer.availability = availability;
      await tx.save(
        told.map(({ peer }) => peer),
        { chunk: 200 },
      );
      await record(tx, actor, 'availability.imported', 'peers', { peers: said.size, ...within });
      return report;
    });
  }

  /** How each column of the pool is read, and of availability. */
  async cells(): Promise<{ peers: Record<string, ReadCell>; availability: Record<string, ReadCell> }> {
    const tx = this.db.manager;
    return { peers: peerCells(await this.peers.references(tx)), availability: availabilityCells(new Map()) };
  }

  async exportAvailability(): Promise<string> {
    const peers = await this.db.manager.find(Peer, { order: { name: 'ASC', id: 'ASC' } });
    return writeCsv(
      AVAILABILITY_COLUMNS,
      peers.flatMap(({ id, name, availability }) =>
        availability.ranges.map((range) => ({
          ...{ peer: id, name, ...range },
          said_on: availability.confirmedOn ?? '',
        })),
      ),
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
