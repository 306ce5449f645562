import type { Team } from '../rules/score.js';

export interface Found {
  window: number;
  team: Team;
  /** Without the costs of the peers, this is the score. */
  score: number;
}

export interface Sought {
  above: number;
  most: number;
  all: Found[];
}

export interface Choice {
  p: number;
  kind: number;
  value: number;
  bound: number;
  /** The value as it counts in the score. */
  worth: number;
}
