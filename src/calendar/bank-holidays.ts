import { addDays, formatDate, isWeekend, weekday, type CivilDate } from './dates.js';

export interface Holiday {
  date: CivilDate;
  name: string;
}

/** Days moved or added by royal proclamation. Later ones are added through the calendar policy, without a release. */
const MOVED: Readonly<Record<CivilDate, CivilDate>> = {
  '2020-05-04': '2020-05-08',
  '2022-05-30': '2022-06-02',
};
const ONE_OFF: readonly Holiday[] = [
  { date: '2022-06-03', name: 'Platinum Jubilee bank holiday' },
  { date: '2022-09-19', name: 'State funeral of Queen Elizabeth II' },
  { date: '2023-05-08', name: 'Coronation of King Charles III' },
];

const cache = new Map<number, readonly Holiday[]>();

/**
 * The bank holidays of England and Wales in a year, in date order, by the Banking and Financial Dealings Act 1971, with the
 * moved and added days known for 2015 to 2026. Christmas, Boxing and New Year's Day have a substitute when at a weekend.
 */
export function bankHolidays(year: number): readonly Holiday[] {
  const known = cache.get(year);
  if (known) return known;
  const easter = easterSunday(year);
  const days: Holiday[] = [
    ...fixedDays(year),
    { date: addDays(easter, -2), name: 'Good Friday' },
    { date: addDays(easter, 1), name: 'Easter Monday' },
    { date: moved(mondayOnOrAfter(formatDate(year, 5, 1))), name: 'Early May bank holiday' },
    { date: moved(mondayOnOrAfter(formatDate(year, 5, 25))), name: 'Spring bank holiday' },
    { date: mondayOnOrAfter(formatDate(year, 8, 25)), name: 'Summer bank holiday' },
    ...ONE_OFF.filter((day) => day.date.startsWith(`${String(year)}-`)),
  ].sort((a, b) => (a.date < b.date ? -1 : 1));
  cache.set(year, days);
  return days;
}

/** The bank holiday on a date, of the law or of those added by policy; undefined where there is none. */
export function bankHolidayOn(date: CivilDate, added: readonly Holiday[] = []): Holiday | undefined {
  return (
    bankHolidays(Number(date.slice(0, 4))).find((day) => day.date === date) ??
    added.find((day) => day.date === date)
  );
}

/** Monday to Friday and no bank holiday. */
export function isWorkingDay(date: CivilDate, added: readonly Holiday[] = []): boolean {
  return !isWeekend(date) && !bankHolidayOn(date, added);
}

/** The working day that many working days after the date (before it, when negative); the date itself is not counted. */
export function addWorkingDays(date: CivilDate, days: number, added: readonly Holiday[] = []): CivilDate {
  const step = days < 0 ? -1 : 1;
  let at = date;
  for (let left = Math.abs(days); left > 0;) {
    at = addDays(at, step);
    if (isWorkingDay(at, added)) left--;
  }
  return at;
}

/** Easter Sunday by the Gregorian computus (Meeus, Jones and Butcher). */
export function easterSunday(year: number): CivilDate {
  const [a, b, c] = [year % 19, Math.floor(year / 100), year % 100];
  const [d, e] = [Math.floor(b / 4), b % 4];
  const g = Math.floor((8 * b + 13) / 25);
  const h = (19 * a + b - d - g + 15) % 30;
  const [i, k] = [Math.floor(c / 4), c % 4];
  const l = (32 + 2 * e + 2 * i - h - k) % 7;
  const m = Math.floor((a + 11 * h + 19 * l) / 433);
  const month = Math.floor((h + l - 7 * m + 90) / 25);
  return formatDate(year, month, (h + l - 7 * m + 33 * month + 19) % 32);
}

function fixedDays(year: number): Holiday[] {
  const newYear = formatDate(year, 1, 1);
  const christmas = formatDate(year, 12, 25);
  const boxing = formatDate(year, 12, 26);
  return [
    { date: isWeekend(newYear) ? mondayOnOrAfter(newYear) : newYear, name: "New Year's Day" },
    // A weekend Christmas moves past Boxing Day: Saturday or Sunday the 25th is kept on Monday or Tuesday the 27th.
    { date: isWeekend(christmas) ? formatDate(year, 12, 27) : christmas, name: 'Christmas Day' },
    { date: isWeekend(boxing) ? formatDate(year, 12, 28) : boxing, name: 'Boxing Day' },
  ];
}

function mondayOnOrAfter(date: CivilDate): CivilDate {
  return addDays(date, (8 - weekday(date)) % 7);
}

function moved(date: CivilDate): CivilDate {
  return MOVED[date] ?? date;
}
