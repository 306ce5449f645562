import { addMonths, endOfDayInLondon, isCivilDate, type CivilDate } from '../../calendar/dates.js';
import { sayPlainDay } from '../../calendar/phrases.js';
import { programmeYearRange } from '../../calendar/programme-year.js';
import { badField } from '../../web/problems.js';

/** What a report is of. */
export interface AsAt {
  /** Up to when things are counted. */
  day: CivilDate;
  /** By the end of which day things had been written down, where that is asked; null for all that is known now. */
  known: CivilDate | null;
  /** Of which quarters figures by hand are shown: of all where no day is asked for, else of those that had begun, or were over. */
  figures: 'all' | 'begun' | 'over';
}

/**
 * As at which day a report of a year is: a day that somebody asks for, with what was known by then; else today, or the last day of a year that is
 * over, with what is known now. Throws a 400 for a day that is not of the year, or still to come.
 */
export function asAtOf(year: number, asked: string, today: CivilDate): AsAt {
  const { from, to } = programmeYearRange(year);
  const last = today < to ? today : to;
  if (asked === '') return { day: last, known: null, figures: 'all' };
  if (!isCivilDate(asked) || asked < from || asked > last)
    throw badField(
      'asAt',
      `found "${asked.slice(0, 20)}"; allowed: a day from ${sayPlainDay(from)} to ${sayPlainDay(last)}`,
    );
  return { day: asked, known: asked, figures: 'begun' };
}

/** The same day a year before, with all that is known now of it; by hand it is known by whole quarters only. */
export const yearEarlier = ({ day }: AsAt): AsAt => ({
  ...{ day: addMonths(day, -12), known: null, figures: 'over' },
});

/** The instant by which something was written down to count as known; null where everything does. */
export const knownBy = ({ known }: AsAt): Date | null => (known === null ? null : endOfDayInLondon(known));
