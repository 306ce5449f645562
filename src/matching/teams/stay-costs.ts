import type { Seat } from '../problem/programme.js';
import type { Question, Stay } from '../problem/question.js';
import { presenceKey } from '../problem/presence.js';
import { passesAll, stayChecks } from '../rules/rules.js';

/** What it costs to have each peer for one stay: 0 or a price, Infinity for one who cannot come. Found on demand where NaN. */
export class StayCosts {
  constructor(
    readonly column: Float64Array,
    private readonly find: (p: number) => number = () => Infinity,
    private readonly bySeat: readonly StayCosts[] = [],
  ) {}

  /** The same for one seat, where seats are wanted on different days. */
  of(seat: number): StayCosts {
    return this.bySeat[seat] ?? this;
  }

  at(p: number): number {
    const known = this.column[p]!;
    return Number.isNaN(known) ? (this.column[p] = this.find(p)) : known;
  }
}

/** Nobody has a price; those stopped by a bar of dates cannot come. */
export function freeOfCharge(question: Question, stay: Stay): StayCosts {
  const known = new Map<string, StayCosts>();
  const bySeat = question.challenge.seats.map((seat) => {
    const key = presenceKey(seat);
    const costs = known.get(key) ?? freeForSeat(question, stay, seat);
    known.set(key, costs);
    return costs;
  });
  return new StayCosts(new Float64Array(0), undefined, bySeat);
}

function freeForSeat(question: Question, stay: Stay, seat: Seat): StayCosts {
  const checks = stayChecks(question, stay, seat);
  return new StayCosts(new Float64Array(question.pool.size).fill(NaN), (p) =>
    passesAll(checks, p) ? 0 : Infinity,
  );
}
