import { NONE } from '../problem/pool.js';
import type { Frame } from './frame.js';
import type { Group } from './seat-lists.js';
import type { StayCosts } from './stay-costs.js';
import type { Surcharges } from './surcharges.js';

/** The most that each group of a list can bring to a seat in a stay, surcharges paid. */
export class Tops {
  /** By group; -Infinity where nobody can come. */
  readonly values: Float64Array;
  readonly peers: Int32Array;
  /** The places of groups that no other makes up for. */
  worthwhile: number[] = [];

  constructor(
    private readonly frame: Frame,
    private readonly groups: readonly Group[],
    private readonly counts: boolean,
    private readonly costs: StayCosts,
  ) {
    this.values = new Float64Array(groups.length);
    this.peers = new Int32Array(groups.length);
  }

  /** Works them out for surcharges as they are. */
  fill(surcharges: Surcharges): void {
    const { frame, groups, counts, costs } = this;
    const { council, region } = frame.question.pool;
    const { ofCouncil, ofRegionAt, most } = surcharges;
    const room = most + (counts ? frame.question.policy.extraRegion : 0);
    for (let g = 0; g < groups.length; g++) {
      const { peers, values } = groups[g]!;
      let [top, best] = [-Infinity, NONE];
      for (let i = 0; i < peers.length && values[i]! + room > top; i++) {
        const p = peers[i]!;
        let value = values[i]! - costs.at(p) + ofCouncil[council[p]! + 1]!;
        if (counts) value += ofRegionAt[region[p]! + 1]!;
        if (most > 0) value += surcharges.ofEarlier(p);
        if (value > top) [top, best] = [value, p];
      }
      this.values[g] = top;
      this.peers[g] = best;
    }
    this.worthwhile = this.notOutdone();
  }

  /** The places of groups of whom somebody can come and no other brings as much and suits every team as well. */
  private notOutdone(): number[] {
    const { groups, counts, values } = this;
    const { kinds, asGood } = this.frame;
    const kept: number[] = [];
    for (let g = 0; g < groups.length; g++) {
      const { kind } = groups[g]!;
      let isOutdone = values[g] === -Infinity;
      for (let other = 0; counts && !isOutdone && other < groups.length; other++) {
        const lead = values[other]! - values[g]!;
        isOutdone =
          (lead > 0 || (lead === 0 && other < g)) && asGood[groups[other]!.kind * kinds.length + kind] === 1;
      }
      if (!isOutdone) kept.push(g);
    }
    return kept;
  }
}
