import { addWorkingDays, isWorkingDay, type Holiday } from './bank-holidays.js';
import { addDays, type CivilDate } from './dates.js';

/** Days before the last day on which an answer is taken. */
export const ANSWER_REMINDERS: readonly number[] = [14, 7, 2];

/**
 * Which reminder is due on a day, named by its days before the end; null for none. Reminders fall on working days only, earlier
 * rather than later, and never on the day of the question itself, where there was one. Where days were missed, only the latest one that
 * is due counts. `daysBefore` falls, such as 14, 7, 2.
 */
export function reminderDue(
  {
    asked,
    last,
    daysBefore = ANSWER_REMINDERS,
  }: { asked: CivilDate | null; last: CivilDate; daysBefore?: readonly number[] },
  today: CivilDate,
  added: readonly Holiday[] = [],
): number | null {
  if (today > last || !isWorkingDay(today, added)) return null;
  const isDue = (day: CivilDate): boolean => day <= today && (asked === null || day > asked);
  return daysBefore.findLast((days) => isDue(reminderDay(last, days, added))) ?? null;
}

/** The day of a reminder so many days before a last day: that day, or the working day before it. */
export function reminderDay(last: CivilDate, daysBefore: number, added: readonly Holiday[] = []): CivilDate {
  const day = addDays(last, -daysBefore);
  return isWorkingDay(day, added) ? day : addWorkingDays(day, -1, added);
}
