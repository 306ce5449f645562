import { amount } from '../english/words.js';
import { sayMonth } from '../calendar/phrases.js';
import type { ChoosableWeek } from './booking-weeks.service.js';

/** Weeks that begin in one month, as one chooses among them. */
export interface WeekMonth {
  /** Such as "2027-06". */
  month: string;
  name: string;
  words: string;
  weeks: ChoosableWeek[];
  /** Shown open: the first with something to choose, and those of which something is chosen. */
  isOpen: boolean;
}

/** Weeks under their months; `chosen` are ticked already, such as "2027-06-08/4". */
export function weekMonths(weeks: readonly ChoosableWeek[], chosen: readonly string[]): WeekMonth[] {
  const months = [...new Set(weeks.map(({ start }) => start.slice(0, 7)))];
  const first = weeks.find(({ refused }) => refused === null)?.start.slice(0, 7) ?? months[0];
  return months.map((month) => {
    const own = weeks.filter(({ start }) => start.startsWith(month));
    return {
      month,
      name: sayMonth(`${month}-01`),
      words: wordsOf(own),
      weeks: own,
      isOpen: month === first || chosen.some((one) => one.startsWith(month)),
    };
  });
}

/** "all 4 weeks", "2 of 4 weeks", or why none, where that is the same for all. */
function wordsOf(weeks: readonly ChoosableWeek[]): string {
  const open = weeks.filter(({ refused }) => refused === null).length;
  if (open === weeks.length) return open === 1 ? '1 week' : `all ${amount(open, 'week')}`;
  if (open > 0) return `${String(open)} of ${amount(weeks.length, 'week')}`;
  const reasons = [...new Set(weeks.map(({ refused }) => refused))];
  return reasons.length === 1 ? `none: ${reasons[0] ?? ''}` : 'none';
}
