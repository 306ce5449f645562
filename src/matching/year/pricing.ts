import { NONE } from '../problem/pool.js';
import { TeamSearch } from '../teams/search.js';
import type { StayCosts } from '../teams/stay-costs.js';
import { Surcharges } from '../teams/surcharges.js';
import type { Option, YearChallenge } from './year-problem.js';

/** The best option at some costs, exact, and what it is worth after them. */
export interface Priced {
  option: Option;
  net: number;
  /** Others that were met on the way, nearly as good. */
  others: Option[];
}

/** How many options of a challenge are remembered. */
const REMEMBERED = 6;

/** What one who prices remembers of a challenge, so that a small change of prices takes little work. */
export class Memory {
  readonly surcharges: (Surcharges | undefined)[] = [];
  private options: Option[] = [];

  /** The best of the options remembered at some costs; null where there is none that can be had. */
  best({ stayOf }: YearChallenge, costs: readonly StayCosts[]): Priced | null {
    let best: Priced | null = null;
    for (const option of this.options) {
      const net = option.value - costOf(option, costs[stayOf[option.window]!]!);
      if (net > (best?.net ?? -Infinity)) best = { option, net, others: [] };
    }
    return best;
  }

  keep(option: Option): void {
    if (option.window !== NONE && !this.options.includes(option))
      this.options = [option, ...this.options.slice(0, REMEMBERED - 1)];
  }
}

/**
 * The best option of a challenge when peers cost what `costs` says, by stay of the year; null where pins leave none. Which of equals it
 * is follows from the arguments alone, memory included.
 */
export function bestOption(
  challenge: YearChallenge,
  costs: readonly StayCosts[],
  memory = new Memory(),
): Priced | null {
  const { frame, stayOf, nothing } = challenge;
  let best = memory.best(challenge, costs);
  if (nothing > (best?.net ?? -Infinity))
    best = {
      option: { window: NONE, team: frame.lists.map(() => NONE), value: nothing },
      net: nothing,
      others: [],
    };
  const others: Option[] = [];
  for (const search of searchesOf(challenge, costs, memory)) {
    const net = best?.net ?? -Infinity;
    if (search.rough <= net || search.bound <= net) continue;
    const found = search.best(net);
    for (const { window, team, score } of found) {
      const option = { window, team, value: score };
      option.value = Math.round(score + costOf(option, costs[stayOf[window]!]!));
      best = { option, net: score, others };
      others.push(option);
    }
  }
  if (best) memory.keep(best.option);
  return best;
}

function costOf({ team }: Option, costs: StayCosts): number {
  let sum = 0;
  for (const p of team) if (p !== NONE) sum += costs.at(p);
  return sum;
}

/** Every option worth more than `above` after costs, until `most` are found. */
export function optionsAbove(
  challenge: YearChallenge,
  costs: readonly StayCosts[],
  above: number,
  most: number,
): Option[] {
  const { frame, stayOf, nothing } = challenge;
  const options: Option[] =
    nothing > above ? [{ window: NONE, team: frame.lists.map(() => NONE), value: nothing }] : [];
  for (const search of searchesOf(challenge, costs)) {
    if (search.rough <= above || search.bound <= above) continue;
    for (const { window, team, score } of search.above(above, most - options.length)) {
      const option = { window, team, value: score };
      option.value = Math.round(score + costOf(option, costs[stayOf[window]!]!));
      options.push(option);
    }
  }
  return options;
}

/** No option is worth more after costs; quick and rough. */
export function roughBoundOf(challenge: YearChallenge, costs: readonly StayCosts[]): number {
  return Math.max(challenge.nothing, ...searchesOf(challenge, costs).map(({ rough }) => rough));
}

function searchesOf(
  { frame, windows, stayOf }: YearChallenge,
  costs: readonly StayCosts[],
  memory = new Memory(),
): TeamSearch[] {
  const searches = windows.map((window) => {
    const surcharges = (memory.surcharges[window] ??= new Surcharges(frame.question));
    const search = new TeamSearch(frame, window, costs[stayOf[window]!]!, surcharges);
    return { search, rough: search.rough };
  });
  return searches.sort((a, b) => b.rough - a.rough).map(({ search }) => search);
}
