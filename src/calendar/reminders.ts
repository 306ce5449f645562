import { addWorkingDays, isWorkingDay, type Holiday } from './bank-holidays.js';
import { addDays, type CivilDate } from './dates.js';

/** Days before the last day on which an answer is taken. */
const DAYS_BEFORE = [14, 7, 2];

/**
 * Which reminder is due on a day, named by its days before the end; null for none. Reminders fall on working days only, earlier
 * rather than later, and never on the day of the question itself. Where days were missed, only the latest one that is due counts.
 */
export function reminderDue(
  { asked, last }: { asked: CivilDate; last: CivilDate },
  today: CivilDate,
  added: readonly Holiday[] = [],
): number | null {
  if (today > last || !isWorkingDay(today, added)) return null;
  return DAYS_BEFORE.findLast((days) => reminderDay(last, days, added) <= today && reminderDay(last, days, added) > asked) ?? null;
}

function reminderDay(last: CivilDate, daysBefore: number, added: readonly Holiday[]): CivilDate {
  const day = addDays(last, -daysBefore);
  return isWorkingDay(day, added) ? day : addWorkingDays(day, -1, added);
}
