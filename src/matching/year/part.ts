import { Draft } from './draft.js';
import { Prices } from './prices.js';
import type { Option, YearProblem } from './year-problem.js';

/** Some challenges of a year, with all others where a draft has them: what these leave of people's time is what there is. */
export function partOf(problem: YearProblem, draft: Draft, chosen: readonly number[]): YearProblem {
  const saved = chosen.map((c) => draft.remove(c));
  const used = [...new Set(chosen.flatMap((c) => problem.challenges[c]!.stayOf))];
  const newIndex = new Map(used.map((stay, index) => [stay, index]));
  const daysOf = (p: number): number =>
    draft.staysOf(p).reduce((sum, stay) => sum + problem.stays[stay]!.days, 0);
  const part: YearProblem = {
    pool: problem.pool,
    repeatSum: problem.repeatSum,
    challenges: chosen.map((c) => ({
      ...problem.challenges[c]!,
      stayOf: problem.challenges[c]!.stayOf.map((stay) => newIndex.get(stay)!),
    })),
    stays: used.map((stay) => problem.stays[stay]!),
    free: used.map((stay) => freeBeside(problem, draft, stay)),
    served: problem.served.map((count, p) => count + draft.staysOf(p).length),
    most: problem.most.map((most, p) => Math.min(most - draft.staysOf(p).length, chosen.length)),
    daysLeft: problem.daysLeft.map((days, p) => days - daysOf(p)),
  };
  chosen.forEach((c, i) => {
    if (saved[i]) draft.place(c, saved[i]);
  });
  return part;
}

function freeBeside(problem: YearProblem, draft: Draft, stay: number): Uint8Array {
  const free = problem.free[stay]!.slice();
  for (const p of draft.placed) if (draft.cost(p, stay) === Infinity) free[p] = 0;
  return free;
}

/** Prices for a part of a year as they are known for the whole. */
export function pricesFrom(part: YearProblem, from: Prices): Prices {
  const prices = new Prices(part);
  const values: number[] = [];
  from.limits.forEach((limit, index) => {
    const price = from.price[index]!;
    if (price > 0 && part.most[limit.p]! > 0) values[prices.add(limit)] = price;
  });
  prices.setAll(values);
  return prices;
}

/** What options are worth together, prices of repeated service included. */
export function worthOf(problem: YearProblem, options: readonly Option[]): number {
  const draft = new Draft(problem);
  options.forEach((option, c) => {
    draft.place(c, option);
  });
  return draft.value;
}
