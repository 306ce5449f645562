import { NONE } from '../problem/pool.js';
import { mayServeTogether } from '../rules/rules.js';
import type { Found } from './found.js';
import type { Frame } from './frame.js';
import { looseLoss } from './loose-loss.js';
import { withoutOutdone } from './outdone.js';
import { Relaxation, type Candidate } from './relaxation.js';
import type { StayCosts } from './stay-costs.js';
import { DIFFERENT, Surcharges } from './surcharges.js';

/** `best` looks first for teams this near the bound, in points, then ever further. */
const FIRST_MARGIN = 2;
const WIDEST_MARGIN = 1000;

/** What to do with a team that scores more than was asked for: the score to beat from then on. */
type Take = (found: Found) => number;

/**
 * The teams of one stay: candidates that the relaxation leaves, tried depth first through the seats in the order of the file. `best`
 * finds the highest score; `firstAt` then finds, of all teams with that score, the one whose peers come first in the file; `above` lists
 * every team from a score on.
 */
export class TeamSearch {
  private readonly relaxation: Relaxation;
  private isReady = false;
  private readonly penalty: number;
  private readonly team: number[];
  private readonly earlier: readonly ReadonlySet<number>[];
  /** How many are outside each of these. */
  private readonly outside: number[];
  private readonly regionCount: Int32Array;
  private regions = 0;
  private seats: Candidate[][] = [];
  private take: Take = ({ score }) => score;
  private found: Found[] = [];

  constructor(
    private readonly frame: Frame,
    private readonly window: number,
    costs: StayCosts,
    surcharges = new Surcharges(frame.question),
  ) {
    this.relaxation = new Relaxation(frame, costs, surcharges);
    this.penalty = frame.question.stays[window]!.penalty;
    this.team = new Array<number>(frame.lists.length).fill(NONE);
    this.earlier = surcharges.teams;
    this.outside = this.earlier.map(() => 0);
    this.regionCount = new Int32Array(frame.question.pool.regionNames.length);
  }

  /** A higher and cheaper bound. */
  get rough(): number {
    return this.relaxation.rough() - this.penalty;
  }

  /** No team of this stay scores more. */
  get bound(): number {
    if (!this.isReady) this.relaxation.renew();
    this.isReady = true;
    return this.relaxation.bound - this.penalty;
  }

  /** The best team that scores more than `above`, last, after others on the way to it; empty where there is none. */
  best(above: number): Found[] {
    if (this.bound <= above) return [];
    this.relaxation.lower(above + this.penalty);
    for (let margin = FIRST_MARGIN; this.bound > above; margin *= 4) {
      const floor = margin > WIDEST_MARGIN ? above : Math.max(above, this.bound - margin);
      const found = this.look(
        floor,
        (seats) => seats,
        ({ score }) => score,
      );
      if (found.length > 0 || floor === above) return found;
    }
    return [];
  }

  /** The first team, seat by seat in the order of the file and empty last, of those that score at least `score`. */
  firstAt(score: number): Found | null {
    const place = ({ p }: Candidate): number => (p === NONE ? this.frame.question.pool.size : p);
    const inOrder = (seats: Candidate[][]): Candidate[][] =>
      seats.map((all) => all.sort((a, b) => place(a) - place(b)));
    return this.bound < score ? null : (this.look(score - 1, inOrder, () => Infinity)[0] ?? null);
  }

  /** Every team that scores more than `above`, until `most` are found. */
  above(above: number, most: number): Found[] {
    if (this.bound <= above || most <= 0) return [];
    let left = most;
    return this.look(above, null, () => (--left > 0 ? above : Infinity));
  }

  /** Tries all teams that could score more than `above`, without an order those too that are no better than another; returns those taken. */
  private look(above: number, order: ((seats: Candidate[][]) => Candidate[][]) | null, take: Take): Found[] {
    const seats = this.relaxation.candidates(above + this.penalty);
    for (const all of seats) all.sort((a, b) => b.bound - a.bound || a.p - b.p);
    this.seats = order ? order(withoutOutdone(this.frame.question.pool, seats, this.isSpecial)) : seats;
    this.take = take;
    this.found = [];
    if (this.seats.every((all) => all.length > 0))
      this.climb(0, 0, this.relaxation.surcharges.given - this.penalty, -this.penalty, above);
    return this.found;
  }

  /** Peers of earlier teams stand for nobody else, so that no team is more alike; nor do those with several homes. */
  private readonly isSpecial = (p: number): boolean =>
    this.frame.entangled.has(p) || this.earlier.some((team) => team.has(p));

  /**
   * Fills the seats from one on; `sum` is what the seats before bring with surcharges, `real` without. Returns the score to beat from
   * then on.
   */
  private climb(seat: number, state: number, sum: number, real: number, above: number): number {
    if (seat === this.team.length) return this.accept(real, state, above);
    const { states, lists } = this.frame;
    const { counts } = lists[seat]!;
    const loss = looseLoss(this.frame, this.team, seat);
    let toBeat = above;
    for (const candidate of this.seats[seat]!) {
      const { p, kind } = candidate;
      if (candidate.bound - this.penalty <= toBeat || !this.mayJoin(seat, p)) continue;
      const isCounted = counts && p !== NONE;
      const next = isCounted ? states.steps(kind)[state]! : state;
      const joining = isCounted ? states.joining(state, kind) : 0;
      const region = isCounted ? this.frame.question.pool.region[p]! : NONE;
      const value = candidate.value + joining + this.correction(region);
      const hasRegion = this.regions > 0 || region !== NONE;
      if (sum + value - loss + this.relaxation.from(seat + 1, next, hasRegion) <= toBeat) continue;
      const worth = candidate.worth + joining + this.regionPoints(region);
      this.put(seat, p, region, 1);
      toBeat = this.climb(seat + 1, next, sum + value, real + worth, toBeat);
      this.put(seat, p, region, -1);
      if (toBeat === Infinity) break;
    }
    return toBeat;
  }

  private put(seat: number, p: number, region: number, sign: 1 | -1): void {
    this.team[seat] = sign === 1 ? p : NONE;
    if (p === NONE) return;
    for (let u = 0; u < this.earlier.length; u++) if (!this.earlier[u]!.has(p)) this.outside[u]! += sign;
    if (region === NONE) return;
    const before = this.regionCount[region]!;
    this.regionCount[region] = before + sign;
    if (before + sign === (sign === 1 ? 1 : 0)) this.regions += sign;
  }

  private mayJoin(seat: number, p: number): boolean {
    const left = this.team.length - seat - 1;
    for (let u = 0; u < this.earlier.length; u++) {
      const joins = p !== NONE && !this.earlier[u]!.has(p) ? 1 : 0;
      if (this.outside[u]! + left + joins < DIFFERENT) return false;
    }
    if (p === NONE) return true;
    const { question, entangled } = this.frame;
    const { council } = question.pool;
    const home = council[p]!;
    for (let s = 0; s < seat; s++) {
      const other = this.team[s]!;
      if (other === NONE) continue;
      if (other === p || (home !== NONE && council[other] === home)) return false;
      if (entangled.has(p) && !mayServeTogether(question.pool, other, p)) return false;
    }
    return true;
  }

  /** What a peer who joins now brings less for the region than the relaxation counts: the first of a team brings nothing. */
  private correction(region: number): number {
    if (region === NONE) return 0;
    if (this.regionCount[region]! > 0) return -this.relaxation.surcharges.ofRegion(region);
    return this.regions > 0 ? 0 : -this.frame.question.policy.extraRegion;
  }

  private regionPoints(region: number): number {
    return region !== NONE && this.regions > 0 && this.regionCount[region] === 0
      ? this.frame.question.policy.extraRegion
      : 0;
  }

  private accept(real: number, state: number, above: number): number {
    const loss = looseLoss(this.frame, this.team, this.team.length);
    const score = real + this.frame.states.finalPoints[state]! - loss;
    if (score <= above) return above;
    const found = { window: this.window, team: [...this.team], score };
    this.found.push(found);
    return this.take(found);
  }
}
