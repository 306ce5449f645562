import fc from 'fast-check';
import { listed } from '../../src/matching/teams/frame.js';
import type { Listed } from '../../src/matching/teams/frame.js';
import { begin, listing } from '../../src/matching/year/year-of.js';
import { shared } from '../../src/matching/year/shared-lists.js';
import { instance } from '../../bench/instances.js';

/** Who sits where at what worth, whatever the kind of numbers it is kept in. */
const plain = ({ kinds, lists, entangled }: Listed): unknown => ({
  kinds,
  entangled: [...entangled],
  lists: lists.map(({ groups, counts, empty }) => ({
    counts,
    empty,
    groups: groups.map(({ kind, peers, values, regionless }) => ({
      kind,
      peers: [...peers],
      values: [...values],
      regionless: [...regionless],
    })),
  })),
});

const listOf = (rows: { peers: number[]; values: number[]; regionless: number[] }[]): Listed => {
  const groups = rows.map(({ peers, values, regionless }, kind) => ({
    kind,
    peers: Int32Array.from(peers),
    values: Int32Array.from(values),
    regionless: Int32Array.from(regionless),
  }));
  const seat = { groups, counts: true, empty: -200 };
  return { kinds: [], lists: [seat, { ...seat, counts: false }], entangled: new Set([3]) };
};

describe('lists in memory that threads share', () => {
  it('say the same as before, of a year', () => {
    for (const { question, pins, keeping } of begin({ programme: instance(7, 300, 8), incumbent: [] })
      .questions)
      expect(plain(listing({ question, pins, keeping }))).toEqual(plain(listed(question, pins, keeping)));
  });

  it('hold numbers of any size, next to each other', () => {
    const edges = [0, 1, -1, 32_767, 32_768, 65_535, 65_536, -32_768, -32_769, 2_147_483_647, -2_147_483_648];
    const row = fc.array(
      fc.oneof(fc.constantFrom(...edges), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
    );
    fc.assert(
      fc.property(fc.array(fc.record({ peers: row, values: row, regionless: row })), (rows) => {
        const before = listOf(rows);
        expect(plain(shared(before))).toEqual(plain(before));
      }),
    );
  });

  it('stay one list for seats that ask the same, take two bytes for most numbers, and are seen by another thread', () => {
    const before = listOf([{ peers: [1, 2, 3], values: [40, 20, -5], regionless: [] }]);
    const [one, other] = shared(before).lists;
    expect(one?.groups).toBe(other?.groups);
    const { peers, values } = structuredClone(shared(before)).lists[0]?.groups[0] ?? {};
    expect(peers?.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(peers?.buffer.byteLength).toBe(16);
    expect([...(values ?? [])]).toEqual([40, 20, -5]);
  });
});
