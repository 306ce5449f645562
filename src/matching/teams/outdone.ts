import { NONE, type Pool } from '../problem/pool.js';
import type { Candidate } from './relaxation.js';

/**
 * The candidates for each seat without those who are no loss: of one kind and region, somebody of a council of which a better one is there, and
 * all after as many better ones of different councils as there are seats, since one of these is still free whatever the others are. Who is
 * special stands for nobody else and is always kept.
 */
export function withoutOutdone(
  { council, region, regionNames }: Pool,
  seats: Candidate[][],
  isSpecial: (p: number) => boolean,
): Candidate[][] {
  return seats.map((candidates) => {
    if (candidates.length <= 2) return candidates;
    const better = new Map<number, number[]>();
    const kept = new Set<Candidate>();
    for (const one of [...candidates].sort((a, b) => b.worth - a.worth || a.p - b.p)) {
      const { p, kind } = one;
      const key = kind * (regionNames.length + 1) + (p === NONE ? NONE : region[p]!);
      const homes = better.get(key) ?? [];
      const isOutdone =
        p !== NONE && (homes.length >= seats.length || (council[p] !== NONE && homes.includes(council[p]!)));
      if (isOutdone && !isSpecial(p)) continue;
      kept.add(one);
      if (p !== NONE && !isSpecial(p)) better.set(key, [...homes, council[p]!]);
    }
    return candidates.filter((one) => kept.has(one));
  });
}
