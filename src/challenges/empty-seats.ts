import type { Council } from '../councils/council.entity.js';
import type { Kind } from '../kinds/kind.js';
import type { Lack } from '../matching/reasons/lacks.js';
import type { WeekOffer } from './weeks.js';

/** Tells in which weeks no full team of a kind is possible, and why; given by `proposals`, which knows the pool and stands above. */
export abstract class EmptySeats {
  /** For each week what keeps a team from being full, with seats by their place in the kind; null where one is possible. */
  abstract of(host: Council, kind: Kind & { id: string }, weeks: WeekOffer[]): Promise<(Lack | null)[]>;
}
