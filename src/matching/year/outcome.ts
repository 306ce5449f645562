import type { Clock } from './solver.js';
import type { Option } from './year-problem.js';
import { Prices } from './prices.js';
/** How far the search has come: the best plan so far and the proven bound on every plan. */
export interface Progress {
  phase: 'first plan' | 'prices' | 'options' | 'rounding' | 'improving' | 'proof';
  value: number;
  bound: number;
}

export interface Outcome {
  status: 'optimal' | 'within-gap' | 'time-limit';
  options: Option[];
  /** The worth of the plan after the points for keeping people. */
  value: number;
  bound: number;
  /** The prices at the end, those of the best bound. */
  prices: Prices;
}

export interface YearOptions {
  /** End when (bound − value) / |bound| is at most this. */
  gap: number;
  clock: Clock;
  seed: number;
  /** What the points for keeping people are counted from: the worth of a plan to its user is that much less. */
  offset: number;
  onProgress: (progress: Progress) => void;
}
