import { fromDayNumber } from '../../calendar/dates.js';
import { NONE } from '../problem/pool.js';
import type { Peer } from '../problem/programme.js';
import { challengeChecks, passesAll, seatChecks } from '../rules/rules.js';
import { StayCosts } from '../teams/stay-costs.js';
import type { Prices } from './prices.js';
import { bestOption } from './pricing.js';
import type { Clock } from './solver.js';
import { withPerson } from './narrow.js';
import type { Option, YearProblem } from './year-problem.js';

/** One more peer who would raise the plan, where and when. */
export interface Recruit {
  positions: string[];
  party: string | null;
  skills: Record<string, number>;
  /** The region of the council and the month where the gain arises. */
  region: string;
  month: string;
  /** Points, estimated from the prices. */
  gain: number;
}

/** How many kinds of peer are tried, and for each in how many challenges, those that pay most for such a seat first. */
const MOST_KINDS = 20;
const MOST_PLACES = 12;
/** Seconds after the end of the time within which the answer is still in time. */
const GRACE = -0.4;

interface Place {
  c: number;
  s: number;
  /** What the plan pays for the seat: the price of who sits there, or what an empty seat costs. */
  paid: number;
}

/**
 * Whom to recruit: for each kind of seat one more peer who is free at all times, by how much more the best challenge for them would
 * be worth at the prices. Most first. `recruits` are peers of the pool who are never free.
 */
export function bestRecruits(
  problem: YearProblem,
  prices: Prices,
  options: readonly Option[],
  recruits: readonly number[],
  clock: Clock,
): Recruit[] {
  const ranked = recruits
    .map((p) => ({ p, places: placesFor(problem, prices, options, p) }))
    .sort((a, b) => (b.places[0]?.paid ?? 0) - (a.places[0]?.paid ?? 0));
  const found: Recruit[] = [];
  const bare = problem.challenges.map((): number | null => null);
  for (const { p, places } of ranked.slice(0, MOST_KINDS)) {
    let best: Recruit | null = null;
    for (const { c, s } of places.slice(0, MOST_PLACES)) {
      if (clock.left() < GRACE) return sorted(found);
      const net = (bare[c] ??= bestOption(problem.challenges[c]!, prices.costs)?.net ?? -Infinity);
      const recruit = gainOf(problem, prices, { c, s, p }, net);
      if (recruit && recruit.gain > (best?.gain ?? 0)) best = recruit;
    }
    if (best) found.push(best);
  }
  return sorted(found);
}

function sorted(recruits: Recruit[]): Recruit[] {
  return recruits.sort((a, b) => b.gain - a.gain);
}

/** The seats a recruit could take, those first where most is paid. */
function placesFor(
  { challenges }: YearProblem,
  prices: Prices,
  options: readonly Option[],
  p: number,
): Place[] {
  const places = challenges.flatMap(({ frame, stayOf }, c) => {
    const { window, team } = options[c]!;
    const costs = window === NONE ? null : prices.costs[stayOf[window]!]!;
    const general = challengeChecks(frame.question);
    return frame.lists.flatMap(({ counts, empty, groups }, s) => {
      const checks = [...seatChecks(frame.question, frame.question.challenge.seats[s]!), ...general];
      if (groups.length === 0 || empty === -Infinity || !passesAll(checks, p)) return [];
      const held = team[s]!;
      return [{ c, s, paid: held === NONE ? (counts ? -empty : 0) : costs!.at(held) }];
    });
  });
  return places.sort((a, b) => b.paid - a.paid || a.c - b.c);
}

function gainOf(
  problem: YearProblem,
  prices: Prices,
  { c, s, p }: { c: number; s: number; p: number },
  net: number,
): Recruit | null {
  const challenge = withPerson(problem.challenges[c]!, s, p, true);
  const costs: StayCosts[] = [];
  for (const stay of challenge.windows.map((window) => challenge.stayOf[window]!)) {
    const column = prices.costs[stay]!.column.slice();
    column[p] = 0;
    costs[stay] = new StayCosts(column);
  }
  const best = bestOption(challenge, costs);
  if (!best || best.option.window === NONE) return null;
  const { question } = challenge.frame;
  const peer: Peer = problem.pool.peers[p]!;
  return {
    positions: peer.positions,
    party: peer.party,
    skills: peer.skills,
    region: problem.pool.councils[question.council]!.region ?? 'none',
    month: fromDayNumber(question.stays[best.option.window]!.first).slice(0, 7),
    gain: Math.round(best.net - net),
  };
}
