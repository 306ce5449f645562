import { NONE } from '../problem/pool.js';
import type { Random } from '../problem/random.js';
import { withChoice, type Column, type Columns } from './columns.js';
import type { Draft } from './draft.js';
import { chooseBest, optionsThatMatter } from './integer.js';
import type { Tools } from './linear.js';
import { partOf, pricesFrom, worthOf } from './part.js';
import type { Prices } from './prices.js';
import { bestOption } from './pricing.js';
import { peersOf, type Option, type YearProblem } from './year-problem.js';

/** The most options of an integer programme, and how far they may fall short of the best of their challenge at first. */
const MOST_OPTIONS = 2500;
const FIRST_SLACK = 8;
const LEAST_SLACK = 0.2;
const SHRINK = 0.6;
const NODES = 40;
/** Of each challenge, so many of the best options tell whom it wants. */
const TELLING = 15;
/** What a challenge that falls short of nothing, or wants nobody in common, still counts. */
const LEAST = 0.3;

/**
 * Sets some challenges free and places them anew, all others staying: of the options that are best at the prices beside these others the
 * best choice, by an integer programme. Null where nothing as good is found, or nothing can be better. Throws Stopped.
 */
export function settleBeside(
  { solver, problem, clock }: Tools,
  draft: Draft,
  from: Prices,
  chosen: readonly number[],
): Option[] | null {
  const part = partOf(problem, draft, chosen);
  const prices = pricesFrom(part, from);
  const now = chosen.map((c) => draft.options[c]!);
  const value = worthOf(part, now);
  const best = part.challenges.map((challenge) => bestOption(challenge, prices.costs));
  const nets = best.map((one) => one?.net ?? -Infinity);
  const bound = nets.reduce((sum, net) => sum + net, prices.allowance());
  if (bound < value + 1) return null;
  let columns: Column[] | null = null;
  for (let slack = Math.min(FIRST_SLACK, bound - value); !columns; slack *= SHRINK) {
    // Where options are all alike there are too many however near they are.
    if (slack < LEAST_SLACK) return null;
    columns = optionsThatMatter(part, prices.costs, nets, { slack, most: MOST_OPTIONS }, clock);
  }
  const all = withChoice(columns, now);
  const { chosen: found } = chooseBest(solver, part, all, { known: now, nodes: NODES }, clock);
  return found && worthOf(part, found) >= value ? found : null;
}

/** Whom each challenge wants, and how dear they are: by challenge, from its best options at some prices. */
export function wantedBy(problem: YearProblem, columns: Columns, prices: Prices): Map<number, number>[] {
  return problem.challenges.map(({ stayOf }, c) => {
    const dear = new Map<number, number>();
    for (const { option, peers } of columns.best([c], prices, TELLING)) {
      if (option.window === NONE) continue;
      const costs = prices.costs[stayOf[option.window]!]!;
      for (const p of peers) if (costs.at(p) > 0) dear.set(p, Math.max(costs.at(p), dear.get(p) ?? 0));
    }
    return dear;
  });
}

/**
 * Some challenges to set free together, in the order of the file: a seed, likelier the more it falls short of what it could be worth at the
 * prices, then those that want the same dear people. `losses` is by challenge, in points.
 */
export function neighbours(
  wanted: readonly ReadonlyMap<number, number>[],
  losses: readonly number[],
  random: Random,
  size: number,
): number[] {
  let left = random.next() * losses.reduce((sum, loss) => sum + loss + LEAST, 0);
  const seed = Math.max(
    0,
    losses.findIndex((loss) => (left -= loss + LEAST) < 0),
  );
  const ranked = losses.map((loss, c) => {
    let shared = 0;
    for (const [p, price] of wanted[seed]!) shared += Math.min(price, wanted[c]!.get(p) ?? 0);
    const near = shared * (0.5 + random.next()) + LEAST * loss * random.next() + random.next() / 2;
    return { c, near: c === seed ? Infinity : near };
  });
  ranked.sort((a, b) => b.near - a.near);
  return ranked
    .slice(0, size)
    .map(({ c }) => c)
    .sort((a, b) => a - b);
}

/** By how much the option of each challenge in a plan falls short of the best at some prices. */
export function lossesOf(
  { challenges }: YearProblem,
  plan: readonly Option[],
  prices: Prices,
  nets: readonly number[],
): number[] {
  return challenges.map(({ stayOf }, c) => {
    const option = plan[c]!;
    const costs = option.window === NONE ? null : prices.costs[stayOf[option.window]!]!;
    const paid = costs ? peersOf(option).reduce((sum, p) => sum + costs.at(p), 0) : 0;
    return Math.max(0, (nets[c] ?? 0) - option.value + paid);
  });
}
