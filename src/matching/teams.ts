import { TeamStates } from './bound.js';
import { onlyPeer, PeerKinds, rankSeats, without, type SeatRanking } from './candidates.js';
import { NONE } from './pool.js';
import { countsForTeam, type Question, type Stay } from './question.js';
import { challengeChecks, mayServeTogether, passesAll, seatChecks, stayChecks } from './rules.js';
import { TeamSearch, type Found } from './search.js';
import { Shortlister } from './shortlist.js';

/** What is fixed before the search: a window, seats by index (a peer, or NONE for a seat that stays empty), or both. */
export interface Pins {
  window?: number;
  seats: ReadonlyMap<number, number>;
}

export const NO_PINS: Pins = { seats: new Map() };

/** Asked between windows; true stops the search, which then answers with nothing. */
export type Cancelled = () => boolean;

/** The search was stopped by its caller. */
export class SearchCancelled extends Error {}

/**
 * The best teams of one challenge, exact: the first has the highest score there is, each next one the highest of those with at
 * least two peers outside every better one. Equal scores: the window earlier in the file, then seat by seat the peer earlier in
 * the file, empty last. Fewer than `top` where fewer exist. Pins must not break a hard rule among themselves.
 */
export function bestTeams(question: Question, top: number, pins: Pins = NO_PINS, cancelled: Cancelled = () => false): Found[] {
  const windows = new Windows(question, pins);
  const teams: Found[] = [];
  while (teams.length < top) {
    windows.keepAwayFrom(teams);
    const next = bestOver(windows, cancelled);
    if (!next) break;
    teams.push(next);
  }
  return teams;
}

/** First the highest score over all windows, most promising first; then the first team in the order of the file that reaches it. */
function bestOver(windows: Windows, cancelled: Cancelled): Found | null {
  let best: Found | null = null;
  let score = -Infinity;
  for (let at = windows.mostPromising(score); at !== NONE; at = windows.mostPromising(score)) {
    if (cancelled()) throw new SearchCancelled();
    best = windows.search(at).best(score) ?? best;
    score = best?.score ?? score;
  }
  if (!best) return null;
  for (const at of windows.reaching(score)) {
    const first = windows.search(at).firstAt(score);
    if (first) return first;
  }
  return best;
}

/** The windows of a challenge, each searched only where its bound asks for it. */
class Windows {
  private readonly kinds: PeerKinds;
  private readonly states: TeamStates;
  private readonly shortlister: Shortlister;
  private readonly rankings: SeatRanking[];
  private readonly mustFill: boolean[];
  /** The most that a team of each window can score; never rises, since each team found leaves less to choose from. */
  private readonly bounds: number[];
  private earlier: ReadonlySet<number>[] = [];
  private searches = new Map<number, TeamSearch>();

  constructor(
    private readonly question: Question,
    pins: Pins,
  ) {
    this.kinds = new PeerKinds(question);
    this.states = new TeamStates(question, this.kinds);
    this.shortlister = new Shortlister(question, this.kinds);
    this.rankings = pinned(question, this.kinds, pins);
    this.mustFill = question.challenge.seats.map((_, s) => (pins.seats.get(s) ?? NONE) !== NONE);
    this.bounds = question.stays.map((stay, window) => ((pins.window ?? window) === window ? this.roughBound(stay) : -Infinity));
  }

  /** From here on, a team needs peers outside each of these. */
  keepAwayFrom(teams: readonly Found[]): void {
    this.earlier = teams.map(({ team }) => new Set(team.filter((p) => p !== NONE)));
    this.searches = new Map();
  }

  /** The window not yet searched that can score most, if more than `above`; NONE otherwise. */
  mostPromising(above: number): number {
    let best = NONE;
    this.bounds.forEach((bound, window) => {
      if (!this.searches.has(window) && bound > above && (best === NONE || bound > this.bounds[best]!)) best = window;
    });
    return best;
  }

  /** Windows in the order of the file in which a team may score as much. */
  reaching(score: number): number[] {
    return this.bounds.flatMap((bound, window) => (bound >= score ? [window] : []));
  }

  search(window: number): TeamSearch {
    const known = this.searches.get(window);
    if (known) return known;
    const stay = this.question.stays[window]!;
    const away = new Set(this.earlier.flatMap((team) => [...team]));
    const lists = this.rankings.map((ranking) => this.shortlister.of(ranking, stay, away));
    const room = { window, penalty: stay.penalty, lists, mustFill: this.mustFill };
    const search = new TeamSearch(this.question, this.kinds, this.states, room, this.earlier);
    this.searches.set(window, search);
    this.bounds[window] = Math.min(this.bounds[window]!, search.bound);
    return search;
  }

  /** As if the best free peer of each seat came from a region of their own and nothing else were lacking. */
  private roughBound(stay: Stay): number {
    const { challenge, policy } = this.question;
    return challenge.seats.reduce((sum, seat, s) => {
      const best = this.shortlister.bestFree(this.rankings[s]!, stay);
      if (!countsForTeam(seat)) return sum + (this.mustFill[s] ? best : Math.max(best, 0));
      return sum + (this.mustFill[s] ? best : Math.max(best, -policy.unfilled - policy.extraRegion)) + policy.extraRegion;
    }, 0 - stay.penalty);
  }
}

function pinned(question: Question, kinds: PeerKinds, pins: Pins): SeatRanking[] {
  const held = [...pins.seats.values()].filter((p) => p !== NONE);
  return rankSeats(question, kinds).map((ranking, s) => {
    const pin = pins.seats.get(s);
    if (pin !== undefined) return onlyPeer(question, kinds, s, pin === NONE ? null : pin);
    return held.length === 0 ? ranking : without(ranking, (p) => held.every((other) => mayServeTogether(question.pool, other, p)));
  });
}

/** Whether some window of the challenge could hold all pinned peers, by every hard rule. */
export function pinsFit(question: Question, pins: Pins): boolean {
  const held = [...pins.seats].filter(([, p]) => p !== NONE);
  const general = challengeChecks(question);
  const together = held.every(([, a], i) => held.slice(i + 1).every(([, b]) => mayServeTogether(question.pool, a, b)));
  const eligible = held.every(([s, p]) => passesAll([...seatChecks(question, question.challenge.seats[s]!), ...general], p));
  const inTime = question.stays.some((stay, window) => {
    return (pins.window ?? window) === window && held.every(([, p]) => passesAll(stayChecks(question, stay), p));
  });
  return together && eligible && inTime;
}
