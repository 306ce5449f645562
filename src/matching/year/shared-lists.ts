import type { Listed } from '../teams/frame.js';
import type { Group, SeatList, Whole } from '../teams/seat-lists.js';

/** Bytes that every row of numbers begins at a multiple of. */
const WORD = 4;

/** The same lists in memory that threads read together, each number in two bytes where that is enough. */
export function shared({ kinds, lists, entangled }: Listed): Listed {
  const different = [...new Set(lists.map(({ groups }) => groups))];
  const room = different
    .flat()
    .reduce((sum, group) => sum + rowsOf(group).reduce((all, row) => all + sizeOf(row), 0), 0);
  const memory = new SharedArrayBuffer(room);
  let at = 0;
  const place = (row: Whole): Whole => {
    // The types of this version of the language do not know that rows may lie in shared memory.
    const copy = new (shortest(row))(memory as unknown as ArrayBuffer, at, row.length);
    copy.set(row);
    at += sizeOf(row);
    return copy;
  };
  const copies = new Map<Group[], Group[]>();
  for (const groups of different)
    copies.set(
      groups,
      groups.map(({ kind, peers, values, regionless }) => ({
        kind,
        peers: place(peers),
        values: place(values),
        regionless: place(regionless),
      })),
    );
  return {
    kinds,
    entangled,
    // Seats that ask the same go on sharing one list.
    lists: lists.map((list): SeatList => ({ ...list, groups: copies.get(list.groups)! })),
  };
}

const rowsOf = ({ peers, values, regionless }: Group): Whole[] => [peers, values, regionless];

const sizeOf = (row: Whole): number =>
  Math.ceil((row.length * shortest(row).BYTES_PER_ELEMENT) / WORD) * WORD;

function shortest(row: Whole): Int16ArrayConstructor | Uint16ArrayConstructor | Int32ArrayConstructor {
  let [least, most] = [0, 0];
  for (const value of row) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  if (least >= -(2 ** 15) && most < 2 ** 15) return Int16Array;
  return least >= 0 && most < 2 ** 16 ? Uint16Array : Int32Array;
}
