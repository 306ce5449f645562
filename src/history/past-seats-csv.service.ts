import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { councilCodes } from '../councils/council-codes.js';
import { Database } from '../database/database.js';
import type { Access } from '../people/access.js';
import { record } from '../people/audit.js';
import { groupCell, loadGroups } from '../people/party-groups.js';
import { keyOf, needed, number, readRows, text, type ReadCell } from '../web/cells.js';
import { readCsv, refuseRows, writeCsv } from '../web/csv.js';
import { runImport, type ImportReport } from '../web/imports.js';
import type { FieldError } from '../web/problems.js';
import { reference } from './past-challenge-cells.js';
import { inChunks, onePastImport } from './past-imports.js';
import { PastSeat } from './past-seat.entity.js';

/** The columns of who sat in teams of before this service, for import and export alike. */
export const PAST_SEAT_COLUMNS = [
  'challenge',
  'seat',
  'peer',
  'name',
  'post',
  'council',
  'group',
  'days',
] as const;

type TextColumn = Exclude<(typeof PAST_SEAT_COLUMNS)[number], 'days' | 'peer'>;
type Cells = Record<TextColumn, string | null | undefined> & {
  days: number | null | undefined;
  peer: PoolPeer | null | undefined;
};
type Row = Omit<PastSeat, 'id'>;
interface PoolPeer {
  id: string;
  isCouncillor: boolean;
}

const MOST_DAYS = 31;
/** What of a seat a file may change; who sat where is the seat itself. */
const SAID = ['post', 'councilId', 'party', 'days'] as const;

/** Who sat in the teams of before this service, out and in by the same columns. */
@Injectable()
export class PastSeatsCsv {
  constructor(private readonly db: Database) {}

  async export(): Promise<string> {
    const rows = await this.db.query<Record<(typeof PAST_SEAT_COLUMNS)[number], string | null>[]>(
      `SELECT s.reference AS challenge, s.seat, s.peer_id AS peer, coalesce(p.name, s.name) AS name, s.post, h.code AS council, s.party AS "group", s.days::text
       FROM past_seats s LEFT JOIN peers p ON p.id = s.peer_id LEFT JOIN councils h ON h.id = s.council_id ORDER BY s.reference, s.seat, name`,
    );
    return writeCsv(PAST_SEAT_COLUMNS, rows);
  }

  /**
   * All or nothing. A row is known by the reference of its challenge, which may come by a later file, the seat, and who sat there: a peer by id or
   * e-mail, or somebody who is not in the pool by name. Throws a 400 that names every row and column at fault.
   */
  import(access: Access, csv: string, dryRun: boolean): Promise<ImportReport> {
    return runImport(this.db, dryRun, async (tx) => {
      await onePastImport(tx);
      const cells = readRows<Cells>(readCsv(csv, PAST_SEAT_COLUMNS), {
        challenge: needed(reference),
        seat: needed(text),
        peer: await this.readPeer(tx),
        name: text,
        post: text,
        council: keyOf(
          new Map<string, string | null>([...(await councilCodes(tx, access)), ['', null]]),
          'codes of councils that are yours',
        ),
        group: groupCell(await loadGroups(tx)),
        days: number(0, MOST_DAYS),
      });
      refuseRows(faultsOf(cells));
      const held = new Map((await tx.find(PastSeat)).map((seat) => [keyOfSeat(seat), seat]));
      const fresh: Row[] = [];
      let changed = 0;
      for (const one of cells) {
        const row = rowOf(one);
        const known = held.get(keyOfSeat(row));
        if (!known) fresh.push(row);
        else if (await this.change(tx, known, one, row)) changed++;
      }
      await inChunks(fresh, (some) => tx.insert(PastSeat, some));
      refuseRows(await this.atTwoPlaces(tx, cells));
      await record(tx, access.actor, 'history.imported', 'seats', { added: fresh.length, changed });
      return { added: fresh.length, changed };
    });
  }

  /** Writes what the file says otherwise; a column that it does not have leaves what is held. */
  private async change(tx: EntityManager, known: PastSeat, cells: Cells, row: Row): Promise<boolean> {
    const sent = { post: cells.post, councilId: cells.council, party: cells.group, days: cells.days };
    const other = SAID.filter((name) => sent[name] !== undefined && row[name] !== known[name]);
    if (other.length > 0)
      await tx.update(PastSeat, known.id, Object.fromEntries(other.map((name) => [name, row[name]])));
    return other.length > 0;
  }

  /** Somebody of the pool, by id or address. */
  private async readPeer(tx: EntityManager): Promise<ReadCell> {
    const rows = await tx.query<(PoolPeer & { email: string | null })[]>(
      `SELECT id, lower(email) AS email, class = 'member' AS "isCouncillor" FROM peers`,
    );
    const pool = new Map<string, PoolPeer | null>([
      ['', null],
      ...rows.flatMap((peer): [string, PoolPeer][] => [
        [peer.id, peer],
        ...(peer.email === null ? [] : [[peer.email, peer] as [string, PoolPeer]]),
      ]),
    ]);
    const allowed = 'the id or e-mail of somebody in the pool; of anybody else the name alone';
    return (cell) => keyOf(pool, allowed)(cell.toLowerCase());
  }

  /** Nobody was in two teams on one day, unless the file says how many days they gave. */
  private async atTwoPlaces(tx: EntityManager, cells: Cells[]): Promise<FieldError[]> {
    const rows = await tx.query<{ reference: string; peer: string; other: string }[]>(
      `SELECT s.reference, s.peer_id AS peer, h.name AS other
       FROM past_seats s JOIN past_challenges x USING (reference) JOIN challenges c ON c.id = x.challenge_id
         JOIN peer_days d ON d.peer_id = s.peer_id AND d.challenge_id <> c.id AND d.first_day <= c.last_day AND d.last_day >= c.first_day
         JOIN challenges o ON o.id = d.challenge_id JOIN councils h ON h.id = o.council_id
       WHERE s.days IS NULL AND c.last_day - c.first_day < 27 AND d.last_day - d.first_day < 27`,
    );
    return rows.flatMap(({ reference: challenge, peer, other }) => {
      const n = cells.findIndex((one) => one.challenge === challenge && one.peer?.id === peer);
      const detail = `was in a team at ${other} on the same days: correct the days, or say in the column days how many they gave`;
      return n < 0 ? [] : [{ pointer: `row ${String(n + 2)}, peer`, detail }];
    });
  }
}

const rowOf = ({ challenge, seat, peer, name, post, council, group, days }: Cells): Row => ({
  reference: challenge ?? '',
  seat: seat ?? '',
  peerId: peer?.id ?? null,
  // Of a peer the pool knows the name.
  name: peer ? null : (name ?? null),
  post: post ?? null,
  councilId: council ?? null,
  party: group ?? null,
  days: days ?? null,
});

const keyOfSeat = ({
  reference: challenge,
  seat,
  peerId,
  name,
}: Pick<PastSeat, 'reference' | 'seat' | 'peerId' | 'name'>): string =>
  JSON.stringify([challenge, seat, peerId ?? name]);

function faultsOf(cells: readonly Cells[]): FieldError[] {
  const seen = new Map<string, number>();
  return cells.flatMap((one, n) => {
    const at = (column: string, detail: string): FieldError[] => [
      { pointer: `row ${String(n + 2)}, ${column}`, detail },
    ];
    const key = keyOfSeat(rowOf(one));
    const twice = seen.get(key);
    if (twice !== undefined) return at('seat', `stands in row ${String(twice)} too, with the same person`);
    seen.set(key, n + 2);
    if (!one.peer && !one.name)
      return at('name', 'is empty; it is needed of somebody who is not in the pool');
    return one.group && !one.peer?.isCouncillor
      ? at('group', 'is held of councillors of the pool only; leave it empty')
      : [];
  });
}
