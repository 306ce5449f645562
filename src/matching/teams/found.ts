import type { Team } from '../rules/score.js';

export interface Found {
  window: number;
  team: Team;
  /** Without the costs of the peers, this is the score. */
  score: number;
}
