import { addDays, type CivilDate } from '../calendar/dates.js';
import { sayDays } from '../calendar/phrases.js';
import type { WindowWarning } from '../calendar/window-rules.js';
import { amount } from '../english/words.js';

/** Dates of a scope as its pages show them. */
export interface WindowLine {
  start: CivilDate;
  /** "Tuesday 8 to Friday 11 June 2027, 4 days" */
  words: string;
  warnings: WindowWarning[];
}

/** Windows in words, each with what speaks against it. */
export const windowLines = (
  windows: readonly { start: CivilDate; days: number }[],
  warnings: readonly WindowWarning[][],
): WindowLine[] =>
  windows.map(({ start, days }, index) => ({
    start,
    words: `${sayDays(start, addDays(start, days - 1))}, ${amount(days, 'day')}`,
    warnings: warnings[index] ?? [],
  }));
