import { NONE, type Pool } from '../problem/pool.js';
import type { Question } from '../problem/question.js';
import type { PeerKinds } from './kinds.js';
import type { Group, SeatList } from './seat-lists.js';
import type { StayCosts } from './stay-costs.js';
import type { TeamStates } from './team-states.js';

/** What stays the same for a challenge in every stay and at every price. */
export interface Frame {
  question: Question;
  kinds: PeerKinds;
  states: TeamStates;
  lists: SeatList[];
  /** Those of the lists who may clash with another of them by more than one and the same council. */
  entangled: ReadonlySet<number>;
  /** Points by council that make it dear to count on two of its peers; carried from one stay to the next. */
  surcharge: Float64Array;
}

/** The most that each group of each seat can bring in a stay, a new region included, and who; -Infinity where nobody can come. */
export interface Tops {
  values: Float64Array;
  peers: Int32Array;
}

export function topsOf({ question, lists, surcharge }: Frame, costs: StayCosts): Tops[] {
  const known = new Map<Group[], Tops>();
  return lists.map(({ groups, counts }, s) => {
    let tops = known.get(groups);
    if (!tops)
      known.set(
        groups,
        (tops = groupTops(
          question.pool,
          groups,
          costs.of(s),
          surcharge,
          counts ? question.policy.extraRegion : 0,
        )),
      );
    return tops;
  });
}

function groupTops(
  { region, council }: Pool,
  groups: Group[],
  costs: StayCosts,
  surcharge: Float64Array,
  extraRegion: number,
): Tops {
  const tops = { values: new Float64Array(groups.length), peers: new Int32Array(groups.length).fill(NONE) };
  for (let g = 0; g < groups.length; g++) {
    const { peers, values } = groups[g]!;
    let top = -Infinity;
    for (let i = 0; i < peers.length && values[i]! + extraRegion > top; i++) {
      const p = peers[i]!;
      const home = council[p]!;
      const value =
        values[i]! -
        costs.at(p) +
        (region[p] === NONE ? 0 : extraRegion) -
        (home === NONE ? 0 : surcharge[home]!);
      if (value > top) {
        top = value;
        tops.peers[g] = p;
      }
    }
    tops.values[g] = top;
  }
  return tops;
}

/** The best of each seat by itself, as if the team as a whole lacked nothing that can be had. */
export function roughBound({ states, lists }: Frame, tops: readonly Tops[]): number {
  let sum = states.least;
  for (let s = 0; s < lists.length; s++) {
    let best = lists[s]!.empty;
    for (const value of tops[s]!.values) if (value > best) best = value;
    sum += best;
  }
  return sum;
}

/**
 * The most that the seats from one on can add, by a dynamic programme over team states in which peers may clash and every region
 * may be new; with clashes counted out by the search, that bound is close enough to leave it little to do.
 */
export class Bounds {
  /** For each seat and state, once a region is in the team. */
  readonly bySeat: Float64Array[];
  /** The most of those to come if none of them is from a region, for each seat. */
  private readonly regionless: Float64Array;

  constructor(
    private readonly frame: Frame,
    readonly tops: readonly Tops[],
    costs: StayCosts,
  ) {
    const { states, lists } = frame;
    this.bySeat = new Array<Float64Array>(lists.length + 1);
    this.bySeat[lists.length] = states.finalPoints;
    this.regionless = new Float64Array(lists.length + 1);
    this.regionless[lists.length] = states.least;
    for (let s = lists.length - 1; s >= 0; s--) {
      this.bySeat[s] = this.before(lists[s]!, tops[s]!.values, this.bySeat[s + 1]!);
      this.regionless[s] = this.regionless[s + 1]! + this.bestRegionless(lists[s]!, costs.of(s));
    }
  }

  /** The most that seat s and those after it can add to a team with or without a region so far. */
  from(s: number, state: number, hasRegion: boolean): number {
    const most = this.bySeat[s]![state]!;
    // The first region of a team brings nothing.
    return hasRegion ? most : Math.max(most - this.frame.question.policy.extraRegion, this.regionless[s]!);
  }

  /** A team that reaches the bound when peers may clash: NONE where a seat stays empty. */
  relaxedTeam(): number[] {
    const { states, lists } = this.frame;
    let state = 0;
    return lists.map(({ groups, counts, empty }, s) => {
      const [now, after] = [this.bySeat[s]!, this.bySeat[s + 1]!];
      if (now[state] === empty + after[state]!) return NONE;
      const { values, peers } = this.tops[s]!;
      const g = groups.findIndex(({ kind }, at) => {
        const rest = counts
          ? after[states.steps(kind)[state]!]! + states.joining(state, kind)
          : after[state]!;
        return now[state] === values[at]! + rest;
      });
      if (counts && g >= 0) state = states.steps(groups[g]!.kind)[state]!;
      return peers[g] ?? NONE;
    });
  }

  private before({ groups, counts, empty }: SeatList, tops: Float64Array, after: Float64Array): Float64Array {
    const { kinds, states, question } = this.frame;
    const most = after.map((value) => value + empty);
    for (let g = 0; g < groups.length; g++) {
      const top = tops[g]!;
      const { kind } = groups[g]!;
      if (top === -Infinity || (counts && isOutdone(kinds, groups, tops, g))) continue;
      const steps = counts ? states.steps(kind) : null;
      const second = counts && kinds.kinds[kind]!.novice ? question.policy.extraNovice : 0;
      for (let state = 0; state < most.length; state++) {
        const sum = top + (steps ? after[steps[state]!]! - (state & 1 ? second : 0) : after[state]!);
        if (sum > most[state]!) most[state] = sum;
      }
    }
    return most;
  }

  private bestRegionless({ groups, empty }: SeatList, costs: StayCosts): number {
    let best = empty;
    for (const { peers, values, regionless } of groups) {
      for (const place of regionless) {
        if (values[place]! <= best) break;
        best = Math.max(best, values[place]! - costs.at(peers[place]!));
      }
    }
    return best;
  }
}

/** Whether another group brings as much and suits every team as well. */
function isOutdone(kinds: PeerKinds, groups: readonly Group[], tops: Float64Array, g: number): boolean {
  for (let other = 0; other < groups.length; other++) {
    const lead = tops[other]! - tops[g]!;
    if (
      other !== g &&
      (lead > 0 || (lead === 0 && other < g)) &&
      kinds.atLeastAsGood(groups[other]!.kind, groups[g]!.kind)
    )
      return true;
  }
  return false;
}
