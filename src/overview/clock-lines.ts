import type { CivilDate } from '../calendar/dates.js';
import { DOCUMENTED, MOVED, OWNER_NAMES, RECORDED, type ClockStep, type StepId } from '../visits/clock.js';
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
