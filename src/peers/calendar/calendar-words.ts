import { addDays, addMonths, type CivilDate } from '../../calendar/dates.js';
import { sayMonth } from '../../calendar/phrases.js';
import { amount } from '../../english/words.js';
import type { AvailabilityRange } from '../availability.js';
import type { CalendarRead } from './busy-days.js';
import type { Reason } from './entries.js';

/** A month of what a calendar says, days as their numbers: "3, 8 to 12". */
export interface CalendarMonth {
  month: string;
  busy: string;
  ask: string;
}

/** Days by month, those months alone in which there is something. */
export function monthsOf(days: readonly AvailabilityRange[]): CalendarMonth[] {
  const months = new Map<string, Record<'busy' | 'ask', string[]>>();
  for (const range of days.flatMap(byMonth)) {
    const month = range.from.slice(0, 7);
    const known = months.get(month) ?? { busy: [], ask: [] };
    months.set(month, known);
    if (range.state !== 'free') known[range.state].push(numbersOf(range));
  }
  return [...months].map(([month, { busy, ask }]) => ({
    month: sayMonth(`${month}-01`),
    busy: busy.join(', '),
    ask: ask.join(', '),
  }));
}

/** The parts of a range by month. */
function byMonth(range: AvailabilityRange): AvailabilityRange[] {
  const parts: AvailabilityRange[] = [];
  for (let from = range.from; from <= range.to;) {
    const last = addDays(addMonths(`${from.slice(0, 7)}-01`, 1), -1);
    parts.push({ ...range, from, to: last < range.to ? last : range.to });
    from = addDays(last, 1);
  }
  return parts;
}

const numberOf = (day: CivilDate): string => String(Number(day.slice(8)));

const numbersOf = ({ from, to }: AvailabilityRange): string =>
  from === to ? numberOf(from) : `${numberOf(from)} to ${numberOf(to)}`;

const WHY: Record<Reason, string> = {
  free: 'shown as free, or as working elsewhere',
  cancelled: 'cancelled',
  elsewhen: 'over already, or more than two years away',
  replaced: 'replaced by a later version of the same',
  undated: 'without a date',
  unreadable: 'that could not be read: see whether a day of it is missing below',
};
/** What somebody has to look at. */
const WARNED: Reason[] = ['unreadable', 'undated'];

const wordsOf = (left: CalendarRead['left'], reasons: readonly Reason[]): string[] =>
  reasons.flatMap((reason) => {
    const count = left[reason] ?? 0;
    return count > 0 ? [`${amount(count, 'entry', 'entries')} ${WHY[reason]}`] : [];
  });

/** What plays no part as it should not, in words; the usual first. */
export const leftOut = (left: CalendarRead['left']): string[] =>
  wordsOf(
    left,
    (Object.keys(WHY) as Reason[]).filter((reason) => !WARNED.includes(reason)),
  );

/** What may be missing, or wrong. */
export const warningsOf = ({ left, guessedZones }: CalendarRead): string[] => [
  ...wordsOf(left, WARNED),
  ...(guessedZones > 0
    ? [`${amount(guessedZones, 'time zone')} that is not known here, read as the time of the calendar itself`]
    : []),
];
