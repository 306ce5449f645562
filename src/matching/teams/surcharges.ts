import { NONE } from '../problem/pool.js';
import { countsForTeam, type Question } from '../problem/question.js';

/** Surcharges are multiples of this, in points, so that sums of them are exact. */
const GRAIN = 1 / 1024;
/** How many of a team's peers must be outside each better team. */
export const DIFFERENT = 2;

/**
 * What is dear in a relaxed team, in points: to count on a council, on a region, on the people of an earlier team. Each is given back for what a
 * real team may have of it: one peer of a council, the points of a region once, two people outside an earlier team. So any surcharges
 * (of a region up to the points for one) leave the bound of the relaxed team a bound on every real one.
 */
export class Surcharges {
  private readonly council: Float64Array;
  private readonly region: Float64Array;
  private readonly earlier: Float64Array;
  /** What is added by council and by region, that of nowhere first. */
  readonly ofCouncil: Float64Array;
  readonly ofRegionAt: Float64Array;
  /** What is given back whoever comes, and the part of it for regions. */
  given = 0;
  givenForRegions = 0;
  /** The most that anybody gains by surcharges. */
  most = 0;

  constructor(
    private readonly question: Question,
    /** The earlier teams. */
    readonly teams: readonly ReadonlySet<number>[] = [],
  ) {
    this.council = new Float64Array(question.pool.councils.length);
    this.region = new Float64Array(question.pool.regionNames.length);
    this.earlier = new Float64Array(teams.length);
    this.ofCouncil = new Float64Array(this.council.length + 1);
    this.ofRegionAt = new Float64Array(this.region.length + 1).fill(question.policy.extraRegion, 1);
  }

  /** Begins where others are, but for earlier teams. */
  beginAt({ council, region }: Surcharges): void {
    this.restore([council, region, this.earlier]);
  }

  /** What is added to the value of a peer in a seat: the points for a region of their own, surcharges taken off. */
  of(p: number, counts: boolean): number {
    const { council, region } = this.question.pool;
    let sum = this.ofCouncil[council[p]! + 1]!;
    if (counts) sum += this.ofRegionAt[region[p]! + 1]!;
    return sum + this.ofEarlier(p);
  }

  /** The part of it for not being of earlier teams. */
  ofEarlier(p: number): number {
    let sum = 0;
    for (let u = 0; u < this.teams.length; u++) if (!this.teams[u]!.has(p)) sum += this.earlier[u]!;
    return sum;
  }

  /** The points for a region of their own of a peer of the region, its surcharge taken off. */
  ofRegion(region: number): number {
    return this.ofRegionAt[region + 1]!;
  }

  /** One step away from what a relaxed team has too much of; false where that is nothing: then it is as good as a real one. */
  move(team: readonly number[], most: number, over: number): boolean {
    const { pool, challenge } = this.question;
    const [councils, regions] = [new Map<number, number>(), new Map<number, number>()];
    team.forEach((p, s) => {
      if (p === NONE) return;
      const [home, place] = [pool.council[p]!, pool.region[p]!];
      if (home !== NONE) councils.set(home, (councils.get(home) ?? 0) + 1);
      if (place !== NONE && countsForTeam(challenge.seats[s]!))
        regions.set(place, (regions.get(place) ?? 0) + 1);
    });
    const [ofCouncils, ofRegions] = [excess(councils, this.council), excess(regions, this.region)];
    const ofEarlier = this.teams.map((one, u): [number, number] => {
      return [u, DIFFERENT - team.filter((p) => p !== NONE && !one.has(p)).length];
    });
    const much = [...ofCouncils, ...ofRegions, ...ofEarlier].reduce((sum, [, by]) => sum + Math.abs(by), 0);
    if (much === 0) return false;
    const step = Math.max(GRAIN, Math.round(Math.min(most, over / much) / GRAIN) * GRAIN);
    const { extraRegion } = this.question.policy;
    const moves = [
      shift(this.council, ofCouncils, step, Infinity),
      shift(this.region, ofRegions, Math.min(step, extraRegion / 2), extraRegion),
      shift(this.earlier, ofEarlier, step, Infinity),
    ];
    this.count();
    return moves.includes(true);
  }

  private count(): void {
    const { extraRegion } = this.question.policy;
    for (let at = 0; at < this.council.length; at++) this.ofCouncil[at + 1] = -this.council[at]!;
    for (let at = 0; at < this.region.length; at++) this.ofRegionAt[at + 1] = extraRegion - this.region[at]!;
    this.givenForRegions = sumOf(this.region);
    this.most = sumOf(this.earlier);
    this.given = sumOf(this.council) + this.givenForRegions - DIFFERENT * this.most;
  }

  /** As they are, to come back to. */
  copy(): Float64Array[] {
    return [this.council.slice(), this.region.slice(), this.earlier.slice()];
  }

  restore([council, region, earlier]: Float64Array[]): void {
    this.council.set(council!);
    this.region.set(region!);
    this.earlier.set(earlier!);
    this.count();
  }
}

/** How much more than once each is used; less than once only where that is dear. */
function excess(uses: ReadonlyMap<number, number>, dear: Float64Array): [at: number, by: number][] {
  const found: [number, number][] = [];
  for (const [at, times] of uses) if (times > 1) found.push([at, times - 1]);
  for (let at = 0; at < dear.length; at++) if (dear[at]! > 0 && !uses.has(at)) found.push([at, -1]);
  return found;
}

/** Raises what there is too much of and lowers what there is too little of, within 0 and `most`; false where nothing changes. */
function shift(
  values: Float64Array,
  excess: readonly [number, number][],
  step: number,
  most: number,
): boolean {
  let isChanged = false;
  for (const [at, by] of excess) {
    const next = Math.min(most, Math.max(0, values[at]! + Math.sign(by) * step));
    if (next !== values[at]) isChanged = true;
    values[at] = next;
  }
  return isChanged;
}

function sumOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
