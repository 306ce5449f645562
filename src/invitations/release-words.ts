import type { CivilDate } from '../calendar/dates.js';

interface Days {
  firstDay: CivilDate;
  lastDay: CivilDate;
}

/** Why a peer's days are free again, other than by their own word. */
export type WhyReleased =
  /** The team was put together anew, without them. */
  | { why: 'replaced' }
  /** They go to the team of another challenge, as they told its adviser they would. */
  | { why: 'elsewhere' }
  /** Another team was agreed, for other days or with them in another seat; `asked` where they are in it. */
  | { why: 'moved'; newDays: Days; asked: boolean }
  /** Something about them, or between them and the council, came up: the adviser decided. */
  | { why: 'released' }
  /** What is asked of a team is agreed with the council anew. */
  | { why: 'scope' }
  | { why: 'postponed'; reason: string; windows: Days[] }
  | { why: 'cancelled' | 'stood_down'; reason: string };

/** The same as a message takes it: every word that its template may ask for. */
export interface ReleaseWords {
  why: WhyReleased['why'];
  reason: string;
  newDays: Days | null;
  asked: boolean;
  windows: Days[];
}

export const releaseWords = (why: WhyReleased): ReleaseWords => ({
  reason: '',
  newDays: null,
  asked: false,
  windows: [],
  ...why,
});
