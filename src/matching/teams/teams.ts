import { NONE } from '../problem/pool.js';
import type { Question } from '../problem/question.js';
import { NO_PINS, type Pins } from '../rules/pins.js';
import { frameOf, listed, type Frame } from './frame.js';
import { TeamSearch } from './search.js';
import type { Found } from './found.js';
import { Surcharges } from './surcharges.js';
import { freeOfCharge, type StayCosts } from './stay-costs.js';

/** Asked between windows; true stops the search, which then answers with nothing. */
export type Cancelled = () => boolean;

/** The search was stopped by its caller. */
export class SearchCancelled extends Error {}

/**
 * The best teams of one challenge, exact: the first has the highest score there is, each next one the highest of those with at
 * least two peers outside every better one. Equal scores: the window earlier in the file, then seat by seat the peer earlier in
 * the file, empty last. Fewer than `top` where fewer exist. Pins must not break a hard rule among themselves.
 */
export function bestTeams(
  question: Question,
  top: number,
  pins: Pins = NO_PINS,
  cancelled: Cancelled = () => false,
): Found[] {
  const windows = new Windows(frameOf(question, listed(question, pins)), pins.window);
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
    best = windows.search(at).best(score).at(-1) ?? best;
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
  /** The most that a team of each window can score; never rises, since each team found leaves less to choose from. */
  private readonly bounds: number[];
  private readonly costs: (StayCosts | undefined)[] = [];
  private earlier: ReadonlySet<number>[] = [];
  private searches = new Map<number, TeamSearch>();
  private tried = new Set<number>();
  private last: Surcharges | null = null;

  constructor(
    private readonly frame: Frame,
    pinned: number | undefined,
  ) {
    this.bounds = frame.question.stays.map((_, window) =>
      (pinned ?? window) === window ? Infinity : -Infinity,
    );
  }

  /** From here on, a team needs peers outside each of these. */
  keepAwayFrom(teams: readonly Found[]): void {
    this.earlier = teams.map(({ team }) => new Set(team.filter((p) => p !== NONE)));
    this.searches = new Map();
    this.tried = new Set();
  }

  /** The window not yet searched that can score most, if more than `above`; NONE otherwise. */
  mostPromising(above: number): number {
    let best = NONE;
    this.bounds.forEach((known, window) => {
      if (this.tried.has(window) || known <= above) return;
      const bound = known === Infinity ? this.boundOf(window, above) : known;
      if (bound > above && (best === NONE || bound > this.bounds[best]!)) best = window;
    });
    if (best !== NONE) this.tried.add(best);
    return best;
  }

  private boundOf(window: number, above: number): number {
    const search = this.search(window);
    return search.rough > above ? (this.bounds[window] = search.bound) : search.rough;
  }

  /** Windows in the order of the file in which a team may score as much. */
  reaching(score: number): number[] {
    return this.bounds.flatMap((bound, window) => (bound >= score ? [window] : []));
  }

  search(window: number): TeamSearch {
    const known = this.searches.get(window);
    if (known) return known;
    const { question } = this.frame;
    const costs = (this.costs[window] ??= freeOfCharge(question, question.stays[window]!));
    const surcharges = new Surcharges(question, this.earlier);
    if (this.last) surcharges.beginAt(this.last);
    this.last = surcharges;
    const search = new TeamSearch(this.frame, window, costs, surcharges);
    this.searches.set(window, search);
    return search;
  }
}
