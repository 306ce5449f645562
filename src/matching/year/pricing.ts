import { NONE } from '../problem/pool.js';
import { TeamSearch } from '../teams/search.js';
import type { StayCosts } from '../teams/stay-costs.js';
import { peersOf, type Option, type YearChallenge } from './year-problem.js';

/** The best option at some costs, exact, and what it is worth after them. */
export interface Priced {
  option: Option;
  net: number;
}

/**
 * The best option of a challenge when peers cost what `costs` says, by stay of the year; null where pins leave none. The answer
 * depends on nothing but its arguments.
 */
export function bestOption(challenge: YearChallenge, costs: readonly StayCosts[]): Priced | null {
  const { frame, stayOf, nothing } = challenge;
  frame.surcharge = new Float64Array(frame.surcharge.length);
  let window = NONE;
  let team: readonly number[] = frame.lists.map(() => NONE);
  let net = nothing;
  for (const search of searchesOf(challenge, costs)) {
    if (search.rough <= net || search.bound <= net) continue;
    const found = search.best(net);
    if (found) [window, team, net] = [found.window, found.team, found.score];
  }
  if (net === -Infinity) return null;
  const option = { window, team, value: net };
  if (window !== NONE) for (const p of peersOf(option)) option.value += costs[stayOf[window]!]!.at(p);
  option.value = Math.round(option.value);
  return { option, net };
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
      for (const p of peersOf(option)) option.value += costs[stayOf[window]!]!.at(p);
      option.value = Math.round(option.value);
      options.push(option);
    }
  }
  return options;
}

/** No option is worth more after costs; quick and rough. */
export function roughBoundOf(challenge: YearChallenge, costs: readonly StayCosts[]): number {
  return Math.max(challenge.nothing, ...searchesOf(challenge, costs).map(({ rough }) => rough));
}

function searchesOf({ frame, windows, stayOf }: YearChallenge, costs: readonly StayCosts[]): TeamSearch[] {
  return windows
    .map((window) => new TeamSearch(frame, window, costs[stayOf[window]!]!))
    .sort((a, b) => b.rough - a.rough);
}
