import { programmeYear, programmeYearName } from '../../calendar/programme-year.js';
import { amount } from '../../english/words.js';
import { badField } from '../../web/problems.js';

/** Days that were given. */
export interface Given {
  day: string;
  days: number;
}

/** How many days of a programme year were given. */
export const daysUsed = (given: readonly Given[], year: number): number =>
  given.filter(({ day }) => programmeYear(day) === year).reduce((sum, { days }) => sum + days, 0);

/** Throws a 400 for days that are no halves, are still to come, lie outside the time for which somebody is named, or go beyond the budget of their year. */
export function requireWithin(
  asked: Given,
  given: readonly Given[],
  {
    dayBudget,
    firstDay,
    lastDay,
    today,
  }: { dayBudget: number; firstDay: string; lastDay: string | null; today: string },
): void {
  const { day, days } = asked;
  if (days * 2 !== Math.round(days * 2))
    throw badField('/days', `found ${String(days)}; allowed: whole and half days`);
  const last = lastDay !== null && lastDay < today ? lastDay : today;
  if (last < firstDay)
    throw badField('/day', `found ${day}; they are named from ${firstDay}, and nothing is given before`);
  if (day < firstDay || day > last) throw badField('/day', `found ${day}; allowed: ${firstDay} to ${last}`);
  const left = dayBudget - daysUsed(given, programmeYear(day));
  if (days > left)
    throw badField(
      '/days',
      `found ${String(days)}; of the ${amount(dayBudget, 'day')} of ${programmeYearName(programmeYear(day))}, ${String(Math.max(0, left))} are left; raise the budget first`,
    );
}
