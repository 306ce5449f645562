import { addDays, weekday, type CivilDate } from '../calendar/dates.js';
import { mondayOf } from '../calendar/phrases.js';
import { windowWarnings, type WindowContext, type WindowWarning } from '../calendar/window-rules.js';

/** The days on site that one week offers: the usual ones where the calendar allows them. */
export interface WeekOffer {
  start: CivilDate;
  days: number;
  warnings: WindowWarning[];
}

/** Weeks from which a council may choose: the first begins so many weeks from today, the last within the year after. */
export const FIRST_WEEK = 8;
export const LAST_WEEK = 52;

/**
 * One window for each week: from Tuesday, or from Monday where that meets fewer rules or the days fill the week. A week in which
 * neither is allowed keeps its warnings, so that one can say why.
 */
export function weekOffers(today: CivilDate, days: number, context: WindowContext): WeekOffer[] {
  const monday = mondayOf(today);
  return Array.from({ length: LAST_WEEK - FIRST_WEEK + 1 }, (_, index): WeekOffer => {
    const week = addDays(monday, 7 * (FIRST_WEEK + index));
    const starts = days >= 5 ? [week] : [addDays(week, 1), week];
    const offers = starts.map((start) => ({ start, days, warnings: windowWarnings(start, days, context) }));
    return offers.reduce((best, offer) => (badness(offer) < badness(best) ? offer : best));
  });
}

const badness = ({ warnings, start }: WeekOffer): number =>
  warnings.filter(({ severity }) => severity === 'refused').length * 100 +
  warnings.length * 2 +
  (weekday(start) === 2 ? 0 : 1);

export const isRefused = ({ warnings }: Pick<WeekOffer, 'warnings'>): boolean =>
  warnings.some(({ severity }) => severity === 'refused');
