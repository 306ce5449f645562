import fc from 'fast-check';
import {
  release,
  show,
  within,
  type Release,
  type Shown,
} from '../../src/programme/pool/protected-totals.js';

const GROUPS = ['a', 'b', 'c', 'd'];

/** Somebody of the pool at the end of a quarter: what they said (or nothing), and whether they were used. */
interface Person {
  group: string | null;
  used: boolean;
}

const person = fc.record({ group: fc.option(fc.constantFrom(...GROUPS), { freq: 3 }), used: fc.boolean() });
/** Some quarters of a pool that changes a little from one to the next. */
const history = fc
  .tuple(
    fc.array(person, { minLength: 1, maxLength: 60 }),
    fc.array(fc.array(fc.tuple(fc.nat(59), person), { maxLength: 8 }), { minLength: 1, maxLength: 6 }),
  )
  .map(([first, changes]) => {
    const quarters = [first];
    for (const change of changes) {
      const next = [...(quarters.at(-1) ?? [])];
      for (const [at, one] of change) next[Math.min(at, next.length)] = one;
      quarters.push(next);
    }
    return quarters;
  });

const count = (people: Person[], used: boolean): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const one of people)
    if (one.group !== null && (!used || one.used)) counts[one.group] = (counts[one.group] ?? 0) + 1;
  return counts;
};

/** Everything that was ever released, for the pool and for those used; the latter as it is shown beside the pool. */
function released(quarters: Person[][]): { pool: Release; used: Release; usedShown: Shown }[] {
  const all: { pool: Release; used: Release; usedShown: Shown }[] = [];
  for (const people of quarters) {
    const before = all.at(-1);
    const pool = release(before?.pool ?? null, count(people, false));
    const used = release(before?.used ?? null, count(people, true));
    all.push({ pool, used, usedShown: within(used.shown, pool.shown) });
  }
  return all;
}

/** The numbers that a shown figure may stand for, as far as an attacker can tell. */
const possible = (shown: number | null | undefined): [least: number, most: number] =>
  shown == null ? [0, 4] : [shown, shown + 4];

describe('totals of personal attributes, to an attacker who has all tables of all quarters', () => {
  it('never differ by one to four: between groups, between pool and used, from one quarter to another', () => {
    fc.assert(
      fc.property(history, (quarters) => {
        const numbers = released(quarters).flatMap(({ pool, usedShown }) => [
          ...Object.values(pool.shown),
          ...Object.values(usedShown),
        ]);
        for (const one of numbers)
          for (const other of numbers) {
            const difference = Math.abs((one ?? 0) - (other ?? 0));
            expect(difference === 0 || difference >= 5).toBe(true);
          }
      }),
    );
  });

  it('leave every hidden group open from nobody to its true size, whoever of the pool is known to have answered nothing', () => {
    fc.assert(
      fc.property(history, (quarters) => {
        released(quarters).forEach(({ pool, usedShown }, quarter) => {
          const everybody = quarters[quarter]?.length ?? 0;
          for (const group of Object.keys(pool.counts)) {
            // What the attacker knows: the size of the pool, all other groups of the same table, and that those used are of the pool.
            const others = Object.keys(pool.counts).filter((other) => other !== group);
            const taken = others.reduce((sum, other) => sum + possible(pool.shown[other])[0], 0);
            const most = Math.min(possible(pool.shown[group])[1], Math.max(0, everybody - taken));
            const least = Math.max(possible(pool.shown[group])[0], possible(usedShown[group])[0]);
            if (pool.shown[group] === null) expect(least).toBe(0);
            // A figure is of this quarter or of the one in which the table last changed: the truth then was never excluded.
            if (count(quarters[quarter] ?? [], false)[group] === pool.counts[group])
              expect(most).toBeGreaterThanOrEqual(pool.counts[group] ?? 0);
          }
        });
      }),
    );
  });

  it('stay as they were while fewer than five answers have changed, so that nobody who comes or goes is told by them', () => {
    const one = fc.tuple(
      fc.array(person, { minLength: 5, maxLength: 60 }),
      fc.array(fc.tuple(fc.nat(59), person), { maxLength: 4 }),
    );
    fc.assert(
      fc.property(one, ([people, changes]) => {
        const after = [...people];
        for (const [at, changed] of changes) after[at % people.length] = changed;
        const before = release(null, count(people, false));
        expect(release(before, count(after, false))).toBe(before);
      }),
    );
  });

  it('are shown as the multiple of five that is reached, and not at all under five', () => {
    expect(show({ none: 0, four: 4, five: 5, nine: 9, many: 123 })).toEqual({
      none: null,
      four: null,
      five: 5,
      nine: 5,
      many: 120,
    });
  });

  it('follow once five answers have changed', () => {
    const before = release(null, { a: 10, b: 20 });
    expect(release(before, { a: 14, b: 20 })).toBe(before);
    expect(release(before, { a: 15, b: 20 }).shown).toEqual({ a: 15, b: 20 });
    expect(release(before, { a: 15, b: 15 }).shown).toEqual({ a: 15, b: 15 });
  });
});
