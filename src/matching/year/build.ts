import { NONE } from '../problem/pool.js';
import { StayCosts } from '../teams/stay-costs.js';
import { Draft } from './draft.js';
import type { Prices } from './prices.js';
import { SHARE } from './efforts.js';
import { bestOption, type Memory } from './pricing.js';
import { Stopped, type Clock } from './solver.js';
import type { Option, YearChallenge, YearProblem } from './year-problem.js';

/** Windows tried for pinned people before they are held to be irreconcilable. */
const MOST_TRIES = 200_000;

/**
 * The least that pins ask: each challenge with its pinned people alone or, where nothing is pinned, with nothing. Null where the
 * pins cannot all be kept, whatever the windows.
 */
export function skeleton(problem: YearProblem): Draft | null {
  const draft = new Draft(problem);
  const pinned: number[] = [];
  problem.challenges.forEach((challenge, c) => {
    if (challenge.nothing > -Infinity) draft.place(c, nothing(challenge));
    else pinned.push(c);
  });
  pinned.sort(
    (a, b) => problem.challenges[a]!.windows.length - problem.challenges[b]!.windows.length || a - b,
  );
  let tries = 0;
  const walk = (at: number): boolean => {
    const c = pinned[at];
    if (c === undefined) return true;
    for (const window of problem.challenges[c]!.windows) {
      const option = pinnedOnly(problem.challenges[c]!, window);
      if (++tries > MOST_TRIES || !draft.fits(c, option)) continue;
      draft.place(c, option);
      if (walk(at + 1)) return true;
      draft.remove(c);
    }
    return false;
  };
  return walk(0) ? draft : null;
}

function nothing({ frame, nothing: value }: YearChallenge): Option {
  return { window: NONE, team: frame.lists.map(() => NONE), value };
}

/** The pinned people of a challenge and nobody else. Its value is not worked out: it is there to be improved on. */
function pinnedOnly({ frame }: YearChallenge, window: number): Option {
  const team = frame.lists.map(({ groups, empty }) => (empty === -Infinity ? groups[0]!.peers[0]! : NONE));
  return { window, team, value: 0 };
}

/** Gives challenges in turn the best option beside all others, until that changes nothing more, so many times at most. */
export function polish(
  problem: YearProblem,
  draft: Draft,
  times: number,
  clock: Clock,
  memories: readonly Memory[] = [],
): void {
  let before = -Infinity;
  for (let time = 0; time < times && draft.worth > before; time++) {
    before = draft.worth;
    for (const c of problem.challenges.keys()) {
      if (clock.stop()) return;
      replace(problem, draft, c, memories[c]);
    }
  }
}

/** Gives one challenge the best option beside all others; keeps what it has where there is none. */
export function replace(problem: YearProblem, draft: Draft, c: number, memory?: Memory): void {
  const before = draft.remove(c);
  const challenge = problem.challenges[c]!;
  const option = bestOption(challenge, draft.costsFor(challenge), memory)?.option ?? before;
  if (option) draft.place(c, option);
}

/** Prices, but Infinity for whoever a draft stands against: for one search after the other, since the columns are used again. */
export class Beside {
  private readonly columns: Float64Array[] = [];

  constructor(
    private readonly draft: Draft,
    private readonly prices: Prices,
  ) {}

  /** What peers cost in the windows of a challenge at its prices. */
  priced(challenge: YearChallenge): StayCosts[] {
    return this.costs(challenge, (_live, price) => price);
  }

  /** What they cost beside the draft plus a share of the prices: who is wanted elsewhere is dear. */
  guided(challenge: YearChallenge, share: number): StayCosts[] {
    return this.costs(challenge, (live, price) => live + share * price);
  }

  private costs(
    { windows, stayOf, frame }: YearChallenge,
    sum: (live: number, price: number) => number,
  ): StayCosts[] {
    const costs: StayCosts[] = [];
    for (const [at, stay] of windows.map((window) => stayOf[window]!).entries()) {
      const column = (this.columns[at] ??= new Float64Array(frame.question.pool.size));
      const prices = this.prices.costs[stay]!;
      costs[stay] = new StayCosts(column.fill(NaN), (p) => {
        const live = this.draft.cost(p, stay);
        return live < Infinity ? sum(live, prices.at(p)) : Infinity;
      });
    }
    return costs;
  }
}

/**
 * A plan from what each challenge would choose: those with pins first, they take their choice where it fits beside those before, or else
 * the best that does, with a share of the prices in mind. Null where pins leave no way. Throws Stopped.
 */
export function rebuild(
  problem: YearProblem,
  prices: Prices,
  choices: readonly Option[],
  memories: readonly Memory[],
  clock: Clock,
): Draft | null {
  const draft = new Draft(problem);
  const beside = new Beside(draft, prices);
  const isPinned = (c: number): boolean => problem.challenges[c]!.nothing === -Infinity;
  const order = Array.from(choices.keys()).sort((a, b) => Number(isPinned(b)) - Number(isPinned(a)));
  for (const c of order) {
    if (clock.stop()) throw new Stopped();
    const challenge = problem.challenges[c]!;
    const option = draft.fits(c, choices[c]!)
      ? choices[c]!
      : bestOption(challenge, beside.guided(challenge, SHARE), memories[c])?.option;
    if (!option) return null;
    draft.place(c, option);
  }
  return draft;
}
