import { addDays, daysBetween, weekday, type CivilDate } from '../calendar/dates.js';
import { mondayOf } from '../calendar/phrases.js';
import { windowWarnings, type WindowContext } from '../calendar/window-rules.js';
import type { Window } from '../matching/problem/programme.js';

/** Weeks before and after the day on which a follow-up is due, and the notice that its team and council are given. */
const WEEKS_BEFORE = 4;
const WEEKS_AFTER = 5;
const NOTICE_DAYS = 35;

/**
 * Days on which a follow-up of so many days might be, about the day on which it is due: those that the calendars of all hosts allow, nearer ones
 * wanted more (a point a week). One that is due too soon is looked for from five weeks ahead.
 */
export function reviewWindows(
  due: CivilDate,
  days: number,
  today: CivilDate,
  contexts: readonly WindowContext[],
): Window[] {
  const soonest = addDays(today, NOTICE_DAYS);
  const centre = due > soonest ? due : addDays(soonest, 7 * WEEKS_BEFORE);
  const first = addDays(mondayOf(centre), -7 * WEEKS_BEFORE);
  const dates = Array.from({ length: 7 * (WEEKS_BEFORE + WEEKS_AFTER + 1) }, (_, n) => addDays(first, n));
  const usual = days === 1 ? [2, 4] : [2, 3];
  return dates
    .filter((start) => start >= soonest && usual.includes(weekday(start)))
    .flatMap((start) => {
      const warnings = contexts.flatMap((context) => windowWarnings(start, days, context));
      if (warnings.some(({ severity }) => severity === 'refused')) return [];
      const penalty = Math.floor(Math.abs(daysBetween(centre, start)) / 7) + warnings.length * 5;
      return [{ start, days, penalty }];
    })
    .map((window, index) => ({ id: `w${String(index + 1)}`, ...window }));
}
