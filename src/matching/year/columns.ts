import { NONE } from '../problem/pool.js';
import type { Prices } from './prices.js';
import { peersOf, type Option, type YearProblem } from './year-problem.js';

/** An option of a challenge, as a column of a programme. */
export interface Column {
  c: number;
  option: Option;
  peers: readonly number[];
}

/** The options of all challenges met so far, each once. */
export class Columns {
  private readonly known: Map<string, Column>[];

  constructor(private readonly problem: YearProblem) {
    this.known = problem.challenges.map(() => new Map<string, Column>());
    problem.challenges.forEach(({ nothing, frame }, c) => {
      if (nothing > -Infinity)
        this.add(c, { window: NONE, team: frame.lists.map(() => NONE), value: nothing });
    });
  }

  /** Adds an option; false where it is known. */
  add(c: number, option: Option): boolean {
    const key = keyOf(option);
    if (this.known[c]!.has(key)) return false;
    this.known[c]!.set(key, columnOf(c, option));
    return true;
  }

  /** The best of each of some challenges at some prices, so many of each, of those that may be had. */
  best(
    some: readonly number[],
    prices: Prices,
    most: number,
    isFine: (column: Column) => boolean = () => true,
  ): Column[] {
    return some.flatMap((c) => {
      const own = [...this.known[c]!.values()].filter(isFine);
      const ranked = own.map((column) => ({ column, net: this.netOf(column, prices) }));
      ranked.sort((a, b) => b.net - a.net);
      // Without any window a challenge is in nobody's way: that is always among them.
      return ranked
        .filter(({ column }, at) => at < most || column.option.window === NONE)
        .map(({ column }) => column);
    });
  }

  /** What an option is worth after the prices of its people. */
  private netOf({ c, option, peers }: Column, prices: Prices): number {
    if (option.window === NONE) return option.value;
    const costs = prices.costs[this.problem.challenges[c]!.stayOf[option.window]!]!;
    let net = option.value;
    for (const p of peers) net -= costs.at(p);
    return net;
  }
}

export function columnOf(c: number, option: Option): Column {
  return { c, option, peers: option.window === NONE ? [] : peersOf(option) };
}

/** Columns and, where they are not among them, those of a choice of one option for each challenge. */
export function withChoice(columns: readonly Column[], choice: readonly Option[]): Column[] {
  const known = new Set(columns.map(({ c, option }) => `${String(c)} ${keyOf(option)}`));
  const missing = choice.flatMap((option, c) =>
    known.has(`${String(c)} ${keyOf(option)}`) ? [] : [columnOf(c, option)],
  );
  return [...columns, ...missing];
}

/** One and the same for options that are the same. */
export function keyOf({ window, team }: Option): string {
  return `${String(window)} ${team.join(' ')}`;
}
