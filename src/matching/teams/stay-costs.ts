import type { Question, Stay } from '../problem/question.js';
import { passesAll, stayChecks } from '../rules/rules.js';

/** What it costs to have each peer for one stay: 0 or a price, Infinity for one who cannot come. Found on demand where NaN. */
export class StayCosts {
  constructor(
    readonly column: Float64Array,
    private readonly find: (p: number) => number = () => Infinity,
  ) {}

  at(p: number): number {
    const known = this.column[p]!;
    return Number.isNaN(known) ? (this.column[p] = this.find(p)) : known;
  }
}

/** Nobody has a price; those stopped by a bar of dates cannot come. */
export function freeOfCharge(question: Question, stay: Stay): StayCosts {
  const checks = stayChecks(question, stay);
  return new StayCosts(new Float64Array(question.pool.size).fill(NaN), (p) =>
    passesAll(checks, p) ? 0 : Infinity,
  );
}
