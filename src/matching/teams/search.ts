import type { Found, Sought, Choice } from './found.js';
import { NONE } from '../problem/pool.js';
import { mayServeTogether } from '../rules/rules.js';
import { Bounds, roughBound, topsOf, type Frame, type Tops } from './bound.js';
import { looseLoss } from './loose-loss.js';
import { sumOf, surchargeFor } from './surcharge.js';
import type { StayCosts } from './stay-costs.js';

/** How many of a team's peers must be outside each better team. */
const DIFFERENT = 2;
/** `best` looks first for teams this near the bound, in points, then ever further. */
const FIRST_MARGIN = 3;
const WIDEST_MARGIN = 1000;

/**
 * The teams of one stay: depth first through the seats in the order of the file, with the bounds of `Bounds`. `best` finds the
 * highest score; `firstAt` then finds, of all teams with that score, the one whose peers come first in the file; `above` lists
 * every team from a score on.
 */
export class TeamSearch {
  /** A higher and cheaper bound. */
  readonly rough: number;
  private tops: readonly Tops[];
  private bounds: Bounds | null = null;
  private surcharge: Float64Array;
  private surcharged: number;
  private isTight = false;
  private readonly team: number[];
  private readonly outside: number[];
  private readonly regionCount: Int32Array;
  private regions = 0;
  private found: Found | null = null;

  constructor(
    private readonly frame: Frame,
    private readonly window: number,
    private readonly costs: StayCosts,
    private readonly earlier: readonly ReadonlySet<number>[] = [],
  ) {
    this.team = new Array<number>(frame.lists.length).fill(NONE);
    this.outside = earlier.map(() => 0);
    this.regionCount = new Int32Array(frame.question.pool.regionNames.length);
    this.tops = topsOf(frame, costs);
    this.surcharge = frame.surcharge;
    this.surcharged = sumOf(this.surcharge);
    this.rough = this.start + roughBound(frame, this.tops);
  }

  /** No team of this stay scores more. */
  get bound(): number {
    return this.exactly().from(0, 0, false) + this.start;
  }

  private exactly(): Bounds {
    return (this.bounds ??= new Bounds(this.frame, this.tops, this.costs));
  }

  /** Brings the bound down by making councils dear that it counts on more than once. */
  private tighten(above: number): void {
    if (this.isTight) return;
    this.isTight = true;
    const better = surchargeFor(this.frame, this.costs, this.exactly(), above + this.penalty);
    if (!better) return;
    this.surcharge = this.frame.surcharge;
    this.surcharged = sumOf(this.surcharge);
    [this.tops, this.bounds] = [better.tops, better];
  }

  /** What a team has before anybody joins: surcharges not paid are a part of the bound. */
  private get start(): number {
    return this.surcharged - this.penalty;
  }

  private latest(): Found | null {
    return this.found;
  }

  private get penalty(): number {
    return this.frame.question.stays[this.window]!.penalty;
  }

  /** The best team that scores more than `above`; null where there is none. */
  best(above: number): Found | null {
    if (this.bound === -Infinity) return null;
    this.found = null;
    for (let margin = FIRST_MARGIN; ; margin *= 4) {
      const floor = margin > WIDEST_MARGIN ? above : Math.max(above, this.bound - margin);
      this.climb(0, 0, this.start, floor);
      const found = this.latest();
      if (found || floor >= this.bound || floor === above) return found;
      this.tighten(above);
    }
  }

  /** The first team, seat by seat in the order of the file and empty last, of those that score at least `score`. */
  firstAt(score: number): Found | null {
    this.found = null;
    this.walk(0, 0, this.start, score);
    return this.found;
  }

  /** Every team that scores more than `above`, until `most` are found. */
  above(above: number, most: number): Found[] {
    const sought: Sought = { above, most, all: [] };
    this.gather(0, 0, this.start, sought);
    return sought.all;
  }

  /** Tries the most promising first; returns the score to beat from here on. */
  private climb(seat: number, state: number, sum: number, above: number): number {
    if (seat === this.team.length) return this.accept(sum, state, above);
    let toBeat = above;
    for (const choice of this.worthTrying(seat, this.choices(seat, state, sum, above))) {
      if (choice.bound <= toBeat) break;
      toBeat = this.take(seat, choice, state, (next, added) =>
        this.climb(seat + 1, next, sum + added, toBeat),
      );
    }
    return toBeat;
  }

  /** Tries in the order of the file; true once a team is found. */
  private walk(seat: number, state: number, sum: number, score: number): boolean {
    if (seat === this.team.length) return this.accept(sum, state, score - 1) >= score;
    const place = ({ p }: Choice): number => (p === NONE ? this.frame.question.pool.size : p);
    const choices = this.worthTrying(seat, this.choices(seat, state, sum, score - 1)).sort(
      (a, b) => place(a) - place(b),
    );
    return choices.some((choice) =>
      this.take(seat, choice, state, (next, added) => this.walk(seat + 1, next, sum + added, score)),
    );
  }

  private gather(seat: number, state: number, sum: number, sought: Sought): void {
    const { above, most, all } = sought;
    if (seat === this.team.length) {
      if (this.accept(sum, state, above) > above) all.push(this.found!);
      return;
    }
    for (const choice of this.choices(seat, state, sum, above)) {
      if (all.length >= most) return;
      this.take(seat, choice, state, (next, added) => {
        this.gather(seat + 1, next, sum + added, sought);
      });
    }
  }

  /** What may be put in a seat and the most that can come of it; what cannot beat `above` is left out. */
  private choices(seat: number, state: number, sum: number, above: number): Choice[] {
    const { question, states, lists } = this.frame;
    const bounds = this.exactly();
    const { groups, counts, empty } = lists[seat]!;
    const tops = this.tops[seat]!.values;
    const start = sum - looseLoss(this.frame, this.team, seat);
    const costs = this.costs.of(seat);
    const choices: Choice[] = [];
    for (let g = 0; g < groups.length; g++) {
      const { peers, values, kind } = groups[g]!;
      const next = counts ? states.steps(kind)[state]! : state;
      const joining = counts ? states.joining(state, kind) : 0;
      // What is still needed of a peer's own value, were the region new and the best of all to follow.
      const most = start + joining + bounds.from(seat + 1, next, true);
      if (most + tops[g]! <= above) continue;
      const extra = counts ? question.policy.extraRegion : 0;
      for (let i = 0; i < peers.length && most + extra + values[i]! > above; i++) {
        const p = peers[i]!;
        const value = values[i]! - costs.at(p) - this.surchargeOf(p);
        if (most + extra + value <= above || !this.fits(p, seat)) continue;
        const bound =
          start +
          joining +
          value +
          (counts ? this.withRegion(p, seat + 1, next) : this.ahead(seat + 1, next));
        if (bound > above)
          choices.push({ p, kind, value: value + joining, bound, worth: value + this.surchargeOf(p) });
      }
    }
    const bound = start + empty + this.ahead(seat + 1, state);
    if (bound > above && this.canStillDiffer(seat, NONE))
      choices.push({ p: NONE, kind: NONE, value: empty, bound, worth: empty });
    return choices;
  }

  /**
   * Sorts choices, the highest bound first, and drops those that are no loss: of one kind and region, somebody of a council of
   * which a better one is there; and all after as many better ones as there are seats to come and one more, since one of these
   * is still free whatever follows. Peers of earlier teams are no reason to drop another, so that a team is no more alike; nor are
   * those who may clash with somebody of another council.
   */
  private worthTrying(seat: number, choices: Choice[]): Choice[] {
    if (choices.length <= 1) return choices;
    choices.sort((a, b) => b.worth - a.worth || a.p - b.p);
    const { region, council, regionNames } = this.frame.question.pool;
    const { entangled } = this.frame;
    const wanted = this.team.length - seat;
    const better = new Map<number, number[]>();
    const kept = choices.filter(({ p, kind }) => {
      if (p === NONE || this.earlier.some((team) => team.has(p))) return true;
      const key = kind * (regionNames.length + 1) + region[p]!;
      const homes = better.get(key);
      if (homes && (homes.length >= wanted || (council[p] !== NONE && homes.includes(council[p]!))))
        return false;
      if (!entangled.has(p)) better.set(key, [...(homes ?? []), council[p]!]);
      return true;
    });
    return kept.sort((a, b) => b.bound - a.bound || a.p - b.p);
  }

  private surchargeOf(p: number): number {
    const home = this.frame.question.pool.council[p]!;
    return home === NONE ? 0 : this.surcharge[home]!;
  }

  private ahead(seat: number, state: number): number {
    return this.exactly().from(seat, state, this.regions > 0);
  }

  /** The points of a peer's region, and the most that may follow. */
  private withRegion(p: number, seat: number, state: number): number {
    const isRegionless = this.frame.question.pool.region[p] === NONE;
    return this.regionPoints(p) + this.exactly().from(seat, state, this.regions > 0 || !isRegionless);
  }

  private take<T>(
    seat: number,
    { p, kind, value }: Choice,
    state: number,
    go: (state: number, added: number) => T,
  ): T {
    if (p === NONE) return go(state, value);
    const { counts } = this.frame.lists[seat]!;
    const added = value + (counts ? this.regionPoints(p) : 0);
    this.put(seat, p, counts, 1);
    const result = go(counts ? this.frame.states.steps(kind)[state]! : state, added);
    this.put(seat, p, counts, -1);
    return result;
  }

  private put(seat: number, p: number, counts: boolean, sign: 1 | -1): void {
    this.team[seat] = sign === 1 ? p : NONE;
    this.earlier.forEach((team, u) => {
      if (!team.has(p)) this.outside[u]! += sign;
    });
    const region = this.frame.question.pool.region[p]!;
    if (!counts || region === NONE) return;
    const before = this.regionCount[region]!;
    this.regionCount[region] = before + sign;
    if (before + sign === (sign === 1 ? 1 : 0)) this.regions += sign;
  }

  private fits(p: number, seat: number): boolean {
    const { question, entangled } = this.frame;
    const { pool } = question;
    const { council } = pool;
    const home = council[p]!;
    for (let s = 0; s < seat; s++) {
      const other = this.team[s]!;
      if (other === NONE) continue;
      if (other === p || (home !== NONE && council[other] === home)) return false;
      if (entangled.has(p) && !mayServeTogether(pool, other, p)) return false;
    }
    return this.canStillDiffer(seat, p);
  }

  private canStillDiffer(seat: number, p: number): boolean {
    const left = this.team.length - seat - 1;
    return this.earlier.every(
      (team, u) => this.outside[u]! + left + (p !== NONE && !team.has(p) ? 1 : 0) >= DIFFERENT,
    );
  }

  /** Points for the region of a peer who joins now: the first of a team brings none. */
  private regionPoints(p: number): number {
    const region = this.frame.question.pool.region[p]!;
    return region !== NONE && this.regions > 0 && this.regionCount[region] === 0
      ? this.frame.question.policy.extraRegion
      : 0;
  }

  private accept(sum: number, state: number, above: number): number {
    const paid = this.team.reduce((total, p) => total + (p === NONE ? 0 : this.surchargeOf(p)), 0);
    const score =
      sum -
      this.surcharged +
      paid +
      this.frame.states.finalPoints[state]! -
      looseLoss(this.frame, this.team, this.team.length);
    if (score <= above) return above;
    this.found = { window: this.window, team: [...this.team], score };
    return score;
  }
}
