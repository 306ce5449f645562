import { addDays, isCivilDate, londonDate, monthOf, weekday, type CivilDate } from './dates.js';

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

const dayOf = (date: CivilDate): string =>
  `${WEEKDAYS[weekday(date) - 1] ?? ''} ${String(Number(date.slice(8)))}`;

/** "July 2027" */
export function sayMonth(date: CivilDate): string {
  return `${MONTHS[Number(date.slice(5, 7)) - 1] ?? ''} ${date.slice(0, 4)}`;
}

/** "Tuesday 8 September 2026" */
export function sayDay(date: CivilDate): string {
  return `${dayOf(date)} ${sayMonth(date)}`;
}

/** "8 September 2026" */
export function sayPlainDay(date: CivilDate): string {
  return `${String(Number(date.slice(8)))} ${sayMonth(date)}`;
}

/** "8 Sep 2026" */
export function sayShortDay(date: CivilDate): string {
  return `${String(Number(date.slice(8)))} ${sayMonth(date).slice(0, 3)} ${date.slice(0, 4)}`;
}

/** An instant on London's clock, as in "Tuesday 2 March 2027 at 14:05". */
export function sayMoment(instant: Date): string {
  const time = instant.toLocaleTimeString('en-GB', {
    timeZone: 'Europe/London',
    hour: '2-digit',
    minute: '2-digit',
  });
  return `${sayDay(londonDate(instant))} at ${time}`;
}

/** "Tuesday 8 to Friday 11 September 2026"; the month and the year are said once where they are the same. A whole month is "September 2026". */
export function sayDays(first: CivilDate, last: CivilDate): string {
  if (monthOf(first, last) !== null) return sayMonth(first);
  if (first === last) return sayDay(first);
  if (first.slice(0, 7) === last.slice(0, 7)) return `${dayOf(first)} to ${sayDay(last)}`;
  if (first.slice(0, 4) === last.slice(0, 4))
    return `${dayOf(first)} ${MONTHS[Number(first.slice(5, 7)) - 1] ?? ''} to ${sayDay(last)}`;
  return `${sayDay(first)} to ${sayDay(last)}`;
}

/** The Monday of the week of a date. */
export function mondayOf(date: CivilDate): CivilDate {
  return addDays(date, 1 - weekday(date));
}

/** A text whose days are said as people say them. */
export const inWords = (text: string): string =>
  text.replace(/\b\d{4}-\d{2}-\d{2}\b/g, (day) => (isCivilDate(day) ? sayDay(day) : day));
