import { keyOf, needed, number, oneOf, type ReadCell, rowNumber } from '../web/cells.js';
import type { FieldError } from '../web/problems.js';
import { ALL_CODES, reference, short } from './past-challenge-cells.js';

/** The columns of who sat in teams of before this service, for import and export alike; `remove` takes somebody out again. */
export const PAST_SEAT_COLUMNS = [
  'challenge',
  'seat',
  'peer',
  'name',
  'post',
  'council',
  'days',
  'remove',
] as const;

/** A peer of the pool, as far as a row needs to know. */
export interface PoolPeer {
  id: string;
  name: string;
}

/** A row that was read; what is empty or left out says nothing. */
export interface SeatCells {
  challenge: string;
  seat: string;
  peer?: PoolPeer | null;
  name?: string | null;
  post?: string | null;
  council?: string | null;
  days?: number | null;
  remove?: 'yes' | null;
}

/** More than the days of any month are a mistake. */
const MOST_DAYS = 31;

/** How each column is read. */
export const pastSeatCells = (
  pool: ReadonlyMap<string, PoolPeer>,
  councils: ReadonlyMap<string, string>,
): Record<(typeof PAST_SEAT_COLUMNS)[number], ReadCell> => ({
  challenge: needed(reference),
  seat: needed(short),
  peer: optional((cell) =>
    keyOf(
      pool,
      'the id or e-mail of somebody in the pool; of anybody else the name alone',
    )(cell.toLowerCase()),
  ),
  name: short,
  post: short,
  council: optional(keyOf(councils, ALL_CODES)),
  days: number(0, MOST_DAYS),
  remove: oneOf(['yes']),
});

const optional =
  (read: ReadCell): ReadCell =>
  (cell) =>
    cell === '' ? null : read(cell);

/** "Jo  Reed" and "jo reed" are one person. */
const plain = (name: string): string => name.normalize('NFC').toLowerCase().replace(/\s+/g, ' ').trim();

/** By what a seat of somebody is known. */
export const samePerson = (
  { reference: challenge, seat }: { reference: string; seat: string },
  peerId: string | null,
  name: string | null,
): string => JSON.stringify([challenge, plain(seat), peerId ?? plain(name ?? '')]);

/** What is wrong with rows besides their cells. */
export function seatFaults(cells: readonly SeatCells[]): FieldError[] {
  const seen = new Map<string, number>();
  return cells.flatMap(({ challenge, seat, peer = null, name = null }, n) => {
    const at = (column: string, detail: string): FieldError[] => [
      { pointer: `row ${String(rowNumber(cells[n] ?? {}))}, ${column}`, detail },
    ];
    if (peer === null && name === null)
      return at('name', 'is empty; it is needed of somebody who is not in the pool');
    if (peer !== null && name !== null && plain(peer.name) !== plain(name))
      return at(
        'name',
        `found "${name}"; the peer of this id or e-mail is ${peer.name}: correct one of the two, or leave the name empty`,
      );
    const key = samePerson({ reference: challenge, seat }, peer?.id ?? null, name);
    const twice = seen.get(key);
    seen.set(key, rowNumber(cells[n] ?? {}));
    return twice === undefined ? [] : at('seat', `stands in row ${String(twice)} too, with the same person`);
  });
}
