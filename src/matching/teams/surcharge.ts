import { NONE } from '../problem/pool.js';
import { Bounds, topsOf, type Frame } from './bound.js';
import type { StayCosts } from './stay-costs.js';

/** How far surcharges move, round by round, in points. */
const STEPS = [8, 8, 6, 6, 4, 4, 3, 3, 2, 2, 1, 1, 1];

/**
 * Two peers of one council cannot serve together, which the dynamic programme does not see. A surcharge on councils counted on
 * twice, given back once for each council whoever comes, lets it see: any surcharges of 0 and more give a true bound. This looks
 * for ones that give a low bound, `enough` or less (a few rounds of the subgradient method), and leaves them in the frame; null
 * when the ones there are the best found.
 */
export function surchargeFor(frame: Frame, costs: StayCosts, start: Bounds, enough: number): Bounds | null {
  const { council } = frame.question.pool;
  const before = frame.surcharge;
  let best = { surcharge: before, bounds: start };
  let bounds = start;
  let least = bounds.from(0, 0, false) + sumOf(before);
  for (const step of STEPS) {
    if (least <= enough) break;
    const uses = new Map<number, number>();
    for (const p of bounds.relaxedTeam())
      if (p !== NONE && council[p] !== NONE) uses.set(council[p]!, (uses.get(council[p]!) ?? 0) + 1);
    const next = frame.surcharge.map((points, home) =>
      Math.max(0, points > 0 && !uses.has(home) ? points - step : points),
    );
    let changed = next.some((points, home) => points !== frame.surcharge[home]);
    for (const [home, times] of uses) {
      if (times < 2) continue;
      next[home]! += step;
      changed = true;
    }
    if (!changed) break;
    frame.surcharge = next;
    bounds = new Bounds(frame, topsOf(frame, costs), costs);
    const bound = bounds.from(0, 0, false) + sumOf(next);
    if (bound < least) [best, least] = [{ surcharge: next, bounds }, bound];
  }
  frame.surcharge = best.surcharge;
  return best.surcharge === before ? null : best.bounds;
}

export function sumOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
