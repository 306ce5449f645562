/**
 * Civil dates: days of the calendar in England with no time and no zone, written `YYYY-MM-DD`.
 * Strings of this form compare in date order with `<` and `>`.
 */
export type CivilDate = string;

/** Consecutive days, both ends included. */
export interface DateRange {
  from: CivilDate;
  to: CivilDate;
}

const PATTERN = /^\d{4}-\d{2}-\d{2}$/;
const MS_PER_DAY = 86_400_000;
const DAYS_IN_400_YEARS = 146_097;

/** True for a day that exists, 0001-01-01 to 9999-12-31; 31 February is not one. */
export function isCivilDate(text: unknown): text is CivilDate {
  return typeof text === 'string' && numbersOf(text) !== null;
}

/** Year, month and day of a day that exists. */
function numbersOf(text: string): [number, number, number] | null {
  if (!PATTERN.test(text)) return null;
  const [year, month, day] = [Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8))];
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month)
    ? [year, month, day]
    : null;
}

/** Two days as one text, both included: "2026-09-01/2027-03-31" (ISO 8601). Null for anything else, and where the second is before the first. */
export function readSpan(text: string): DateRange | null {
  const [from, to, ...more] = text.split('/');
  return more.length === 0 && isRecordedDate(from) && isRecordedDate(to) && from <= to ? { from, to } : null;
}

/** A civil date that a person may record: from 1900 to 2200, so that what is counted from it stays a date. */
export function isRecordedDate(text: unknown): text is CivilDate {
  return isCivilDate(text) && text >= '1900-01-01' && text <= '2200-12-31';
}

/** Days from 1970-01-01 to the date; negative before it. Throws a RangeError for anything but a civil date. */
export function toDayNumber(date: CivilDate): number {
  const numbers = numbersOf(date);
  if (!numbers)
    throw new RangeError(`"${date}" is not a date: a day of the calendar as YYYY-MM-DD is needed`);
  const [year, month, day] = numbers;
  // The years 1 to 99 would be taken for those of the last century; the calendar is the same 400 years on.
  return Date.UTC(year + 400, month - 1, day) / MS_PER_DAY - DAYS_IN_400_YEARS;
}

/** The date that many days after 1970-01-01. */
export function fromDayNumber(day: number): CivilDate {
  const known = named.get(day);
  if (known !== undefined) return known;
  const date = new Date(day * MS_PER_DAY).toISOString().slice(0, 10);
  if (day >= FIRST_NAMED && day <= LAST_NAMED) named.set(day, date);
  return date;
}

/** The days of 2000 to 2099 by name, as they are asked for: whoever looks at the days of a whole pool asks for the same few a hundred thousand times. */
const named = new Map<number, CivilDate>();
const FIRST_NAMED = toDayNumber('2000-01-01');
const LAST_NAMED = toDayNumber('2099-12-31');

export function addDays(date: CivilDate, days: number): CivilDate {
  return fromDayNumber(toDayNumber(date) + days);
}

/** Days from the first date to the second: 0 for the same day, negative when the second is earlier. */
export function daysBetween(first: CivilDate, second: CivilDate): number {
  return toDayNumber(second) - toDayNumber(first);
}

/**
 * The same day of the month that many calendar months later (or earlier, when negative); the last day of the month where
 * it has no such day: 30 November + 3 months is 28 or 29 February.
 */
export function addMonths(date: CivilDate, months: number): CivilDate {
  toDayNumber(date);
  const total = Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1 + months;
  const [year, month] = [Math.floor(total / 12), (total % 12) + 1];
  return formatDate(year, month, Math.min(Number(date.slice(8, 10)), daysInMonth(year, month)));
}

/** 1 for Monday to 7 for Sunday. */
export function weekday(date: CivilDate): number {
  return ((((toDayNumber(date) + 3) % 7) + 7) % 7) + 1;
}

export function isWeekend(date: CivilDate): boolean {
  return weekday(date) >= 6;
}

/** Days in a month (1 to 12) of a year. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** A date of numbers, month 1 to 12. */
export function formatDate(year: number, month: number, day: number): CivilDate {
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** The last of so many consecutive days that begin on a date. */
export function lastDay(start: CivilDate, days: number): CivilDate {
  return addDays(start, days - 1);
}

/** Every date of a range, in order. */
export function datesOf(range: DateRange): CivilDate[] {
  return Array.from({ length: daysBetween(range.from, range.to) + 1 }, (_, i) => addDays(range.from, i));
}

const LONDON = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Europe/London',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

/** The civil date in London at an instant. */
export function londonDate(instant: Date): CivilDate {
  return LONDON.format(instant);
}

/** The instant at which a civil day ends in London (the first of the next day), whatever the clocks do. */
export function endOfDayInLondon(date: CivilDate): Date {
  const next = addDays(date, 1);
  const utcMidnight = toDayNumber(next) * MS_PER_DAY;
  // London is at UTC or one hour ahead of it, so its midnight is at one of two instants.
  const summer = new Date(utcMidnight - 3_600_000);
  return londonDate(summer) === next ? summer : new Date(utcMidnight);
}

/** All days of a month, "2024-03": what stands for days of which only the month is known. */
export const daysOfMonth = (month: string): { firstDay: CivilDate; lastDay: CivilDate } => {
  const firstDay = `${month}-01`;
  return { firstDay, lastDay: addDays(addMonths(firstDay, 1), -1) };
};

/** The month whose days these are all of; null for others. */
export const monthOf = (firstDay: CivilDate, lastDay: CivilDate): string | null => {
  const month = firstDay.slice(0, 7);
  return firstDay.endsWith('-01') && daysOfMonth(month).lastDay === lastDay ? month : null;
};
