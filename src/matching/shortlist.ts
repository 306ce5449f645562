import type { PeerKinds, SeatRanking } from './candidates.js';
import { NONE } from './pool.js';
import type { Question, Stay } from './question.js';
import { passesAll, stayChecks } from './rules.js';

/** Some peers of a ranking, still best first. */
export interface Shortlist {
  peers: Int32Array;
  values: Float64Array;
}

/**
 * Finds the peers of a ranking that a best team may need in a stay: those free, without any for whom as many others as the team
 * has seats, each from a council of its own, are at least as good in every respect.
 *
 * Why nothing is lost: the team has one seat fewer besides, so that one of the better ones is neither in it nor from a council in
 * it; putting that one in the seat never lowers the score, and wins every tie. A better one of the same council could take the
 * seat in any case. Peers of `earlier` teams are no reason to drop another, so that the exchange never makes a team more alike.
 */
export class Shortlister {
  private readonly seen: Int32Array;
  private readonly wanted: number;
  private round = 0;

  constructor(
    private readonly question: Question,
    private readonly kinds: PeerKinds,
  ) {
    this.seen = new Int32Array(question.pool.councils.length);
    this.wanted = question.challenge.seats.length;
  }

  of(ranking: SeatRanking, stay: Stay, earlier: ReadonlySet<number>): Shortlist {
    const checks = stayChecks(this.question, stay);
    const better: number[] = [];
    const chosen: number[] = [];
    const queue = new PlaceQueue(ranking.firstOfKind);
    // Best first over all kinds; a kind leaves the queue once enough others beat all that is left of it.
    for (let place = queue.take(); place !== NONE; place = queue.take()) {
      const p = ranking.peers[place]!;
      const free = passesAll(checks, p);
      const stronger = free ? this.countBetter(ranking, better, place) : 0;
      if (stronger < this.wanted) queue.put(ranking.nextOfKind[place]!);
      if (!free || stronger >= this.wanted || this.hasBetterColleague(ranking, better, place)) continue;
      chosen.push(place);
      if (!earlier.has(p)) better.push(place);
    }
    return { peers: Int32Array.from(chosen, (i) => ranking.peers[i]!), values: Float64Array.from(chosen, (i) => ranking.values[i]!) };
  }

  /** The highest value of those free in a stay; -Infinity where nobody is. */
  bestFree(ranking: SeatRanking, stay: Stay): number {
    const checks = stayChecks(this.question, stay);
    const place = ranking.peers.findIndex((p) => passesAll(checks, p));
    return place < 0 ? -Infinity : ranking.values[place]!;
  }

  /** Peers at least as good in every respect, one for each council, counted as far as is wanted. */
  private countBetter(ranking: SeatRanking, better: readonly number[], place: number): number {
    const { council } = this.question.pool;
    const round = ++this.round;
    let count = 0;
    for (let b = 0; b < better.length && count < this.wanted; b++) {
      const other = better[b]!;
      if (!this.isBetter(ranking, other, place)) continue;
      const home = council[ranking.peers[other]!]!;
      if (home !== NONE && this.seen[home] === round) continue;
      if (home !== NONE) this.seen[home] = round;
      count++;
    }
    return count;
  }

  private hasBetterColleague(ranking: SeatRanking, better: readonly number[], place: number): boolean {
    const { council } = this.question.pool;
    const home = council[ranking.peers[place]!]!;
    return (
      home !== NONE &&
      this.seen[home] === this.round &&
      better.some((other) => council[ranking.peers[other]!] === home && this.isBetter(ranking, other, place))
    );
  }

  private isBetter(ranking: SeatRanking, other: number, place: number): boolean {
    const lead = ranking.values[other]! - ranking.values[place]!;
    const loss = this.kinds.loss(ranking.kinds[place]!, ranking.kinds[other]!);
    return lead > loss || (lead === loss && ranking.peers[other]! < ranking.peers[place]!);
  }
}

/** Places in a ranking, the lowest first: a binary heap. */
class PlaceQueue {
  private readonly heap: number[];

  /** Takes places in rising order, which is a heap already. */
  constructor(rising: readonly number[]) {
    this.heap = [...rising];
  }

  put(place: number): void {
    if (place === NONE) return;
    const { heap } = this;
    let at = heap.push(place) - 1;
    for (let parent = (at - 1) >> 1; at > 0 && heap[parent]! > place; parent = (at - 1) >> 1) {
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = place;
  }

  /** The lowest place, or NONE when none is left. */
  take(): number {
    const { heap } = this;
    const lowest = heap[0] ?? NONE;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return lowest;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child + 1 < heap.length && heap[child + 1]! < heap[child]!) child++;
      if (child >= heap.length || heap[child]! >= last) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return lowest;
  }
}
