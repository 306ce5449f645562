import type { Council } from '../councils/council.entity.js';
import type { Kind } from '../kinds/kind.js';
import type { WeekOffer } from './weeks.js';

/** Tells for which seats of a kind nobody at all is free in a week; given by `proposals`, which knows the pool and stands above. */
export abstract class EmptySeats {
  /** For each week the seats, by their place in the kind, that nobody could take; none of them is missing where a team is possible. */
  abstract of(host: Council, kind: Kind & { id: string }, weeks: WeekOffer[]): Promise<number[][]>;
}
