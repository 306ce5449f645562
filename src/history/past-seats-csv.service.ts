import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import { councilCodes } from '../councils/council-codes.js';
import { Database } from '../database/database.js';
import type { Access } from '../people/access.js';
import { record } from '../people/audit.js';
import { readRows, rowNumber, type ReadCell } from '../web/cells.js';
import { readCsv, refuseRows, writeCsv } from '../web/csv.js';
import { inChunks, runImport, type ImportReport } from '../web/imports.js';
import { onePastImport } from './past-imports.js';
import {
  PAST_SEAT_COLUMNS,
  pastSeatCells,
  samePerson,
  seatFaults,
  type PoolPeer,
  type SeatCells,
} from './past-seat-cells.js';
import { PastSeat } from './past-seat.entity.js';
import { twoPlaces } from './two-places.js';

/** Who sat in the teams of before this service, out and in by the same columns. */
@Injectable()
export class PastSeatsCsv {
  constructor(private readonly db: Database) {}

  async export(): Promise<string> {
    const rows = await this.db.query<Record<(typeof PAST_SEAT_COLUMNS)[number], string | null>[]>(
      `SELECT s.reference AS challenge, s.seat, s.peer_id AS peer, coalesce(p.name, s.name) AS name, s.post, h.code AS council, s.days::text
       FROM past_seats s LEFT JOIN peers p ON p.id = s.peer_id LEFT JOIN councils h ON h.id = s.council_id ORDER BY s.reference, s.seat, name`,
    );
    return writeCsv(PAST_SEAT_COLUMNS, rows);
  }

  /** References by which somebody sat in a team that no file of challenges has brought yet, and those that are said to be followed. */
  async waiting(): Promise<string[]> {
    const rows = await this.db.query<{ reference: string }[]>(
      `SELECT reference FROM past_seats UNION SELECT follows_reference FROM past_challenges WHERE follows_reference IS NOT NULL
       EXCEPT SELECT reference FROM past_challenges ORDER BY 1`,
    );
    return rows.map(({ reference }) => reference);
  }

  /** How each column is read. */
  async cells(tx: EntityManager, access: Access): Promise<Record<keyof SeatCells, ReadCell>> {
    return pastSeatCells(await poolOf(tx), await councilCodes(tx, access));
  }

  /**
   * All or nothing. A row is known by the reference of its challenge, which may come by a later file, the seat, and who sat there: a peer by id or
   * e-mail, or somebody who is not in the pool by name. An empty cell leaves what is held; `remove` takes somebody out. Throws a 400 that
   * names every row and column at fault.
   */
  import(access: Access, csv: string, dryRun: boolean): Promise<ImportReport> {
    return runImport(this.db, dryRun, async (tx) => {
      await onePastImport(tx);
      const cells = readRows<SeatCells>(readCsv(csv, PAST_SEAT_COLUMNS), await this.cells(tx, access));
      refuseRows(seatFaults(cells));
      const held = await this.held(tx);
      const fresh = cells.filter((one) => !held(one) && !one.remove);
      const gone = cells.flatMap((one) => (one.remove ? (held(one)?.id ?? []) : []));
      let changed = gone.length;
      for (const one of cells) {
        const known = one.remove ? undefined : held(one);
        if (known && (await change(tx, known, one))) changed++;
      }
      await inChunks(gone, (ids) => tx.delete(PastSeat, { id: In(ids) }));
      await inChunks(fresh.map(rowOf), (some) => tx.insert(PastSeat, some));
      refuseRows(
        (await twoPlaces(tx)).flatMap(({ reference, peerId, detail }) => {
          const n = cells.findIndex((one) => one.challenge === reference && one.peer?.id === peerId);
          return n < 0 ? [] : [{ pointer: `row ${String(rowNumber(cells[n] ?? {}))}, peer`, detail }];
        }),
      );
      const counts = { added: fresh.length, changed };
      await record(tx, access.actor, 'history.imported', 'seats', counts);
      return counts;
    });
  }

  /** Finds the seat that a row is about; somebody who was held by name and is in the pool now is the same. */
  private async held(tx: EntityManager): Promise<(cells: SeatCells) => PastSeat | undefined> {
    const seats = new Map(
      (await tx.find(PastSeat)).map((seat) => [samePerson(seat, seat.peerId, seat.name), seat]),
    );
    return ({ challenge, seat, peer, name }) => {
      const at = { reference: challenge, seat };
      return (
        seats.get(samePerson(at, peer?.id ?? null, name ?? null)) ??
        (peer ? seats.get(samePerson(at, null, peer.name)) : undefined)
      );
    };
  }
}

/** Everybody of the pool, by id and by address. */
async function poolOf(tx: EntityManager): Promise<Map<string, PoolPeer>> {
  const rows = await tx.query<(PoolPeer & { email: string | null })[]>(
    'SELECT id, name, lower(email) AS email FROM peers',
  );
  return new Map(
    rows.flatMap((peer): [string, PoolPeer][] => [
      [peer.id, peer],
      ...(peer.email === null ? [] : [[peer.email, peer] as [string, PoolPeer]]),
    ]),
  );
}

/** Writes what the file says otherwise, and says whether there was anything. */
async function change(tx: EntityManager, known: PastSeat, cells: SeatCells): Promise<boolean> {
  const { id: _, ...said } = { ...known, ...rowOf(cells) };
  const by: Partial<PastSeat> = {
    peerId: said.peerId,
    name: said.peerId === null ? known.name : null,
    post: said.post ?? known.post,
    councilId: said.councilId ?? known.councilId,
    days: said.days ?? known.days,
  };
  const isOther = Object.entries(by).some(([name, value]) => value !== known[name as keyof PastSeat]);
  if (isOther) await tx.update(PastSeat, known.id, by);
  return isOther;
}

const rowOf = ({ challenge, seat, peer, name, post, council, days }: SeatCells): Omit<PastSeat, 'id'> => ({
  reference: challenge,
  seat,
  peerId: peer?.id ?? null,
  // Of a peer the pool knows the name.
  name: peer ? null : (name ?? null),
  post: post ?? null,
  councilId: council ?? null,
  days: days ?? null,
});
