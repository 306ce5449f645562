import { type CivilDate } from '../calendar/dates.js';
import { Challenge } from '../challenges/challenge.entity.js';
import type { Kind } from '../kinds/kind.js';
import type { Proposal } from '../proposals/proposal.entity.js';

export interface Delivered {
  challenge: Challenge;
  kind: Kind;
  team: Proposal;
  today: CivilDate;
}
