import type { CivilDate } from '../calendar/dates.js';
import type { ClockStep } from '../visits/clock.js';
import { DOCUMENTED, MOVED, OWNER_NAMES, RECORDED, type StepId } from '../visits/steps.js';
import { paths } from '../web/paths.js';

/** A step of the clock as a page shows it. */
export interface ClockLine extends ClockStep {
  ownerName: string;
  /** The day that is shown: when it was done, or else when it is due. */
  day: CivilDate | null;
  /** Where it is written down as done, or moved; null for readers. */
  href: string | null;
}

/** What is done on the day that it is due, or not at all. */
const ON_ITS_DAY: readonly StepId[] = ['meets', 'on_site', 'verbal'];

/** The clock of a challenge for a reader: staff may write down and move what can be, a council what it owes. */
export function clockLines(
  challengeId: string,
  clock: ClockStep[],
  reader: 'staff' | 'council' | 'other',
): ClockLine[] {
  const may = (step: ClockStep): boolean => {
    if (step.due === null && step.doneOn === null) return false;
    if (reader === 'staff') return RECORDED.includes(step.id) || MOVED.includes(step.id);
    return (
      reader === 'council' &&
      step.owner === 'council' &&
      (RECORDED.includes(step.id) || DOCUMENTED.includes(step.id))
    );
  };
  // Of a challenge of before this service there is what is known.
  const known = clock.filter(({ state }) => state !== 'unknown');
  return known.map((step) => ({
    ...step,
    ownerName: OWNER_NAMES[step.owner],
    day: step.doneOn ?? (step.state === 'done' && !ON_ITS_DAY.includes(step.id) ? null : step.due),
    href: may(step) ? paths.step(challengeId, step.id) : null,
  }));
}

/** A clock as it is read: what is due first, the rest when asked for. */
export interface FoldedClock {
  done: ClockLine[];
  /** Late, due now, missed, and the first of what comes. */
  now: ClockLine[];
  later: ClockLine[];
}

/** So many of what comes are seen at once. */
const SEEN_NEXT = 3;

/** Folds what is done and what comes later; nothing is left out. */
export function foldClock(lines: readonly ClockLine[]): FoldedClock {
  const later = lines.filter(({ state }) => state === 'next').slice(SEEN_NEXT);
  const isDone = ({ state }: ClockLine): boolean => state === 'done';
  return {
    done: lines.filter(isDone),
    now: lines.filter((line) => !isDone(line) && !later.includes(line)),
    later,
  };
}
