import { toDayNumber, type CivilDate } from '../../calendar/dates.js';
import type { HostBody, Peer, SkillLevels } from './programme.js';

/** A challenge that a peer is already placed in; without dates it counts against the yearly caps only by number. */
export interface Placement {
  challenge: string;
  dates: { first: number; last: number } | null;
}

/** No council, party or region. */
export const NONE = -1;

/**
 * The peers and councils in columns: index = place in the file, typed arrays for what the search reads, days as numbers from
 * 1970-01-01. Built once for any number of questions; placements are added as they become known.
 */
export class Pool {
  readonly size: number;
  readonly council: Int32Array;
  readonly party: Int32Array;
  readonly region: Int32Array;
  readonly reviews: Int32Array;
  /** What a peer brings whatever the challenge: the rating, and the challenges of the last twelve months. */
  readonly rating: Int32Array;
  readonly recent: Int32Array;
  private readonly members: Uint8Array;
  readonly regionNames: string[] = [];
  private readonly councilIndex = new Map<string, number>();
  private readonly peerIndex = new Map<string, number>();
  private readonly parties = new Map<string, number>();
  private readonly busyFrom: Int32Array;
  private readonly busyTo: Int32Array;
  private readonly busyAt: Int32Array;
  private readonly byPosition = new Map<string, number[]>();
  private readonly holders = new Map<string, Int32Array>();
  private readonly accreditations = new Map<string, Uint8Array>();
  private readonly skillColumns = new Map<string, Uint8Array>();
  private readonly inConflict = new Map<string, Set<number>>();
  private readonly placed = new Map<number, Placement[]>();
  /** By peer: the further bodies that are theirs. */
  private readonly homes = new Map<number, number[]>();
  /** By body: those that are one house with it. */
  private readonly kin: ReadonlyMap<number, ReadonlySet<number>>;

  constructor(
    readonly councils: readonly HostBody[],
    readonly peers: readonly Peer[],
  ) {
    this.size = peers.length;
    const regions = new Map<string, number>();
    councils.forEach(({ id, region }, index) => {
      this.councilIndex.set(id, index);
      if (region !== null && !regions.has(region)) regions.set(region, this.regionNames.push(region) - 1);
    });
    this.council = Int32Array.from(peers, (peer) =>
      peer.council === null ? NONE : this.councilOf(peer.council),
    );
    this.region = Int32Array.from(this.council, (at) =>
      at === NONE ? NONE : (regions.get(councils[at]!.region ?? '') ?? NONE),
    );
    this.party = Int32Array.from(peers, (peer) => (peer.party === null ? NONE : this.partyCode(peer.party)));
    this.reviews = Int32Array.from(peers, ({ reviews }) => reviews);
    this.rating = Int32Array.from(peers, ({ rating }) => rating);
    this.recent = Int32Array.from(peers, ({ recent }) => recent);
    this.kin = this.kinByBody();
    this.members = Uint8Array.from(peers, (peer) => (peer.class === 'member' ? 1 : 0));
    const ranges = peers.reduce((sum, peer) => sum + peer.unavailable.length, 0);
    this.busyFrom = new Int32Array(ranges);
    this.busyTo = new Int32Array(ranges);
    this.busyAt = new Int32Array(this.size + 1);
    this.index();
  }

  private index(): void {
    let at = 0;
    const dayNumber = memo(toDayNumber);
    this.peers.forEach((peer, p) => {
      this.peerIndex.set(peer.id, p);
      this.busyAt[p] = at;
      for (const [from, to] of peer.unavailable) {
        this.busyFrom[at] = dayNumber(from);
        this.busyTo[at++] = dayNumber(to);
      }
      for (const position of new Set(peer.positions)) append(this.byPosition, position, p);
      if (peer.homes && peer.homes.length > 0) this.homes.set(p, this.indexesOf(peer.homes));
      for (const council of peer.conflicts) {
        const stopped = this.inConflict.get(council);
        if (stopped) stopped.add(p);
        else this.inConflict.set(council, new Set([p]));
      }
    });
    this.busyAt[this.size] = at;
  }

  /** Those of some bodies that are in the pool. */
  private indexesOf(ids: readonly string[]): number[] {
    return ids.flatMap((id) => this.councilIndex.get(id) ?? []);
  }

  private kinByBody(): ReadonlyMap<number, ReadonlySet<number>> {
    const bodies = [...this.councils.entries()].filter(([, { kin }]) => kin !== undefined);
    return new Map(bodies.map(([at, { kin = [] }]) => [at, new Set(this.indexesOf(kin))]));
  }

  /** The bodies of a peer by index: where they come from first. */
  bodiesOf(p: number): number[] {
    const [council, more] = [this.council[p]!, this.homes.get(p) ?? []];
    return council === NONE ? more : [council, ...more];
  }

  /** Whether one of a peer's bodies is marked with 1. */
  isOfAny(p: number, marked: Uint8Array): boolean {
    return marked[this.council[p]!] === 1 || (this.homes.get(p)?.some((body) => marked[body] === 1) ?? false);
  }

  /** Whether two peers come from bodies that are one, or one house, by any of their homes. */
  areOneHouse(a: number, b: number): boolean {
    if (this.homes.size === 0 && this.kin.size === 0) return false;
    const [ofA, ofB] = [this.bodiesOf(a), this.bodiesOf(b)];
    return ofA.some((one) => ofB.some((other) => one === other || this.kin.get(one)?.has(other)));
  }

  /**
   * Of some peers, those who may clash with another of them though both come from different councils: by a second home, or by a house
   * of several bodies.
   */
  entangled(listed: Iterable<number>): ReadonlySet<number> {
    const found = new Set<number>();
    if (this.homes.size === 0 && this.kin.size === 0) return found;
    const byBody = new Map<number, number[]>();
    for (const p of listed) for (const body of this.bodiesOf(p)) append(byBody, body, p);
    for (const [body, peers] of byBody) {
      const isShared = peers.some((p) => this.homes.has(p));
      const relatives = [...(this.kin.get(body) ?? [])].some((other) => byBody.has(other));
      if (isShared || relatives) for (const p of peers) found.add(p);
    }
    return found;
  }

  /** The index of a council by id. Throws a RangeError for one that is not in the pool. */
  councilOf(id: string): number {
    const index = this.councilIndex.get(id);
    if (index === undefined) throw new RangeError(`no council "${id}"`);
    return index;
  }

  /** The index of a peer by id; undefined for one that is not in the pool. */
  find(id: string): number | undefined {
    return this.peerIndex.get(id);
  }

  /** A number for a party, so that parties compare as integers. */
  partyCode(name: string): number {
    const known = this.parties.get(name);
    if (known !== undefined) return known;
    this.parties.set(name, this.parties.size);
    return this.parties.size - 1;
  }

  isMember(p: number): boolean {
    return this.members[p] === 1;
  }

  /** Those who hold at least one of the positions, in the order of the file. */
  holding(positions: readonly string[]): Int32Array {
    const key = JSON.stringify(positions);
    let holders = this.holders.get(key);
    if (!holders) {
      const lists = [...new Set(positions)].map((position) => this.byPosition.get(position) ?? []);
      holders = Int32Array.from(new Set(lists.flat())).sort();
      this.holders.set(key, holders);
    }
    return holders;
  }

  /** Every position that somebody holds, in the order first met. */
  get positions(): string[] {
    return [...this.byPosition.keys()];
  }

  /** The level of each peer in a skill, 0 where not held. */
  levels(skill: string): Uint8Array {
    const known = this.skillColumns.get(skill);
    if (known) return known;
    const column = Uint8Array.from(this.peers, (peer) => levelIn(peer.skills, skill));
    this.skillColumns.set(skill, column);
    return column;
  }

  /** For each peer 1 where accredited for a kind of challenge. */
  accredited(kind: string): Uint8Array {
    const known = this.accreditations.get(kind);
    if (known) return known;
    const column = Uint8Array.from(this.peers, ({ kinds }) => (!kinds || kinds.includes(kind) ? 1 : 0));
    this.accreditations.set(kind, column);
    return column;
  }

  /** Those with a declared conflict with a council. */
  inConflictWith(council: string): ReadonlySet<number> {
    return this.inConflict.get(council) ?? new Set();
  }

  /** Whether a peer is free on every day from first to last (day numbers). */
  isFree(p: number, first: number, last: number): boolean {
    for (let i = this.busyAt[p]!; i < this.busyAt[p + 1]!; i++) {
      if (this.busyFrom[i]! <= last && first <= this.busyTo[i]!) return false;
    }
    return true;
  }

  place(p: number, placement: Placement): void {
    append(this.placed, p, placement);
  }

  placements(p: number): readonly Placement[] {
    return this.placed.get(p) ?? [];
  }
}

/** The level of a skill, 0 where it is not among the levels. */
export function levelIn(skills: SkillLevels, skill: string): number {
  return Object.hasOwn(skills, skill) ? skills[skill]! : 0;
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}

function memo(compute: (date: CivilDate) => number): (date: CivilDate) => number {
  const known = new Map<CivilDate, number>();
  return (date) => {
    let value = known.get(date);
    if (value === undefined) known.set(date, (value = compute(date)));
    return value;
  };
}
