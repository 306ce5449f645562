import { NONE } from './pool.js';
import { countsForTeam, type Question } from './question.js';
import { challengeChecks, passesAll, seatChecks } from './rules.js';
import { CouncilPoints, seatValue } from './score.js';

/** What the team terms see of a peer; peers of one kind differ, for them, in nothing. */
export interface PeerKind {
  region: number;
  novice: boolean;
  experienced: boolean;
  /** For each coverage line of the challenge, 1 where the peer reaches its level. */
  covers: Uint8Array;
  /** The first kind that differs from this one by region at most. */
  alike: number;
}

/** Those who may hold a seat, best first; equal values in the order of the file. */
export interface SeatRanking {
  peers: Int32Array;
  values: Float64Array;
  /** For the team terms; those of a shadow seat are all of one kind. */
  kinds: Int32Array;
  /** The place of the first of each kind, rising; and from each place that of the next of its kind, NONE after the last. */
  firstOfKind: number[];
  nextOfKind: Int32Array;
}

/** The kinds of the peers of one challenge, found on demand. */
export class PeerKinds {
  readonly kinds: PeerKind[] = [];
  private readonly kindOf: Int32Array;
  private readonly byKey = new Map<number, number>();
  private readonly firstOfNode = new Map<number, number>();
  private readonly tree: (number | undefined)[] = [];
  private nodes = 0;
  private readonly lossRows: number[][] = [];
  private readonly levels: { column: Uint8Array; level: number }[];

  constructor(private readonly question: Question) {
    this.kindOf = new Int32Array(question.pool.size).fill(NONE);
    this.levels = question.challenge.coverage.map(({ skill, level }) => ({ column: question.pool.levels(skill), level }));
  }

  of(p: number): number {
    const known = this.kindOf[p]!;
    return known === NONE ? (this.kindOf[p] = this.find(p)) : known;
  }

  private find(p: number): number {
    const { pool, policy } = this.question;
    const region = pool.region[p]!;
    const reviews = pool.reviews[p]!;
    const [novice, experienced] = [reviews === 0, reviews >= policy.experiencedFrom];
    let node = this.step(this.step(0, novice), experienced);
    for (const { column, level } of this.levels) node = this.step(node, column[p]! >= level);
    const key = node * (pool.regionNames.length + 1) + region + 1;
    const known = this.byKey.get(key);
    if (known !== undefined) return known;
    const covers = Uint8Array.from(this.levels, ({ column, level }) => (column[p]! >= level ? 1 : 0));
    const id = this.kinds.length;
    const alike = this.firstOfNode.get(node) ?? id;
    this.kinds.push({ region, novice, experienced, covers, alike });
    this.firstOfNode.set(node, alike);
    this.byKey.set(key, id);
    return id;
  }

  /** One step down a binary tree of yes and no, whose leaves number the combinations met. */
  private step(node: number, yes: boolean): number {
    const at = node * 2 + (yes ? 1 : 0);
    return (this.tree[at] ??= ++this.nodes);
  }

  /** The most that the team terms can lose when a peer of it gives way to one of kind `to`. */
  loss(from: number, to: number): number {
    if (from === to) return 0;
    const row = (this.lossRows[from] ??= []);
    return (row[to] ??= this.mostLost(this.kinds[from]!, this.kinds[to]!));
  }

  private mostLost(from: PeerKind, to: PeerKind): number {
    const { policy } = this.question;
    let loss = from.region !== NONE && from.region !== to.region ? policy.extraRegion : 0;
    if (to.novice && !from.novice) loss += policy.extraNovice;
    if (from.experienced && !to.experienced) loss += policy.missingExperienced;
    for (let line = 0; line < from.covers.length; line++) if (from.covers[line]! > to.covers[line]!) loss += policy.uncovered;
    return loss;
  }
}

/** Ranks the peers who pass every bar but those of dates, for each seat of a challenge; seats that ask the same share a ranking. */
export function rankSeats(question: Question, kinds: PeerKinds): SeatRanking[] {
  const points = new CouncilPoints(question);
  const general = challengeChecks(question);
  const known = new Map<string, SeatRanking>();
  return question.challenge.seats.map((seat, s) => {
    const key = JSON.stringify([seat.positions, seat.party, seat.skills, countsForTeam(seat)]);
    let ranking = known.get(key);
    if (!ranking) {
      // holding() has applied the bar of positions already.
      const checks = [...seatChecks(question, seat).filter(({ bar }) => bar !== 'position'), ...general];
      const passing = question.pool.holding(seat.positions).filter((p) => passesAll(checks, p));
      ranking = ranked(question, kinds, s, passing, seatValue(question, s, points));
      known.set(key, ranking);
    }
    return ranking;
  });
}

/** A ranking of one peer, or of nobody. */
export function onlyPeer(question: Question, kinds: PeerKinds, seatIndex: number, p: number | null): SeatRanking {
  return ranked(
    question,
    kinds,
    seatIndex,
    Int32Array.from(p === null ? [] : [p]),
    seatValue(question, seatIndex, new CouncilPoints(question)),
  );
}

/** A ranking without some of its peers. */
export function without(ranking: SeatRanking, stays: (p: number) => boolean): SeatRanking {
  const places = Int32Array.from(ranking.peers.keys()).filter((place) => stays(ranking.peers[place]!));
  const kinds = places.map((place) => ranking.kinds[place]!);
  return {
    peers: places.map((place) => ranking.peers[place]!),
    values: Float64Array.from(places, (place) => ranking.values[place]!),
    kinds,
    ...chained(kinds),
  };
}

function ranked(
  question: Question,
  peerKinds: PeerKinds,
  seatIndex: number,
  passing: Int32Array,
  value: (p: number) => number,
): SeatRanking {
  const { peers, values } = sortByValue(passing, Float64Array.from(passing, value));
  const counts = countsForTeam(question.challenge.seats[seatIndex]!);
  const kinds = counts ? peers.map((p) => peerKinds.of(p)) : new Int32Array(peers.length);
  return { peers, values, kinds, ...chained(kinds) };
}

function chained(kinds: Int32Array): Pick<SeatRanking, 'firstOfKind' | 'nextOfKind'> {
  const last: number[] = [];
  const firstOfKind: number[] = [];
  const nextOfKind = new Int32Array(kinds.length).fill(NONE);
  kinds.forEach((kind, place) => {
    const before = last[kind];
    if (before === undefined) firstOfKind.push(place);
    else nextOfKind[before] = place;
    last[kind] = place;
  });
  return { firstOfKind, nextOfKind };
}

/** More different values than this are sorted by comparison. */
const MOST_BUCKETS = 100_000;

/** Highest value first, equal values in their order. Values are whole numbers, mostly few, so that counting them sorts fastest. */
function sortByValue(peers: Int32Array, values: Float64Array): Pick<SeatRanking, 'peers' | 'values'> {
  let [least, most] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const order = new Int32Array(peers.length);
  if (most - least > MOST_BUCKETS) order.set(Array.from(values.keys()).sort((a, b) => values[b]! - values[a]! || a - b));
  else {
    const starts = new Int32Array(peers.length === 0 ? 1 : most - least + 2);
    for (const value of values) starts[most - value + 1]!++;
    for (let bucket = 1; bucket < starts.length; bucket++) starts[bucket]! += starts[bucket - 1]!;
    values.forEach((value, i) => (order[starts[most - value]!++] = i));
  }
  return { peers: order.map((i) => peers[i]!), values: Float64Array.from(order, (i) => values[i]!) };
}
