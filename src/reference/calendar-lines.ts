import type { Holiday } from '../calendar/bank-holidays.js';
import type { GeneralElection } from '../calendar/elections.js';
import { sayPlainDay } from '../calendar/phrases.js';
import type { CalendarRules, YearlyPeriod } from '../calendar/window-rules.js';
import { readTypedDay } from '../web/british-dates.js';
import { badInput, type FieldError } from '../web/problems.js';
import { changedOnly, type ChangeLine } from './change-lines.js';

/** The calendar as its page has it: an entry a line. */
export type CalendarText = Record<keyof CalendarRules, string>;

/** Any leap year, so that 29 February is a day. */
const LEAP = 2024;

const sayDayOfYear = (monthDay: string): string =>
  sayPlainDay(`${String(LEAP)}-${monthDay}`).replace(` ${String(LEAP)}`, '');

const sayPeriod = ({ name, from, to }: YearlyPeriod): string =>
  `${name}: ${sayDayOfYear(from)} to ${sayDayOfYear(to)}`;

/** The calendar in lines, such as "Christmas and New Year: 20 December to 3 January". */
export const calendarText = ({
  never,
  avoid,
  addedBankHolidays,
  generalElections,
}: CalendarRules): CalendarText => ({
  never: never.map(sayPeriod).join('\n'),
  avoid: avoid.map(sayPeriod).join('\n'),
  addedBankHolidays: addedBankHolidays.map(({ date, name }) => `${name}: ${sayPlainDay(date)}`).join('\n'),
  generalElections: generalElections
    .map(({ dissolved, poll }) => `${sayPlainDay(dissolved)} to ${sayPlainDay(poll)}`)
    .join('\n'),
});

/** The same read back. Throws a 400 that names every line at fault by its field. */
export function readCalendar(text: CalendarText): CalendarRules {
  const faults: FieldError[] = [];
  const rules = {
    never: linesOf(text.never, 'never', readPeriod, PERIOD, faults),
    avoid: linesOf(text.avoid, 'avoid', readPeriod, PERIOD, faults),
    addedBankHolidays: linesOf(text.addedBankHolidays, 'addedBankHolidays', readHoliday, HOLIDAY, faults),
    generalElections: linesOf(text.generalElections, 'generalElections', readElection, ELECTION, faults),
  };
  if (faults.length > 0) throw badInput('A line of the calendar cannot be read.', faults);
  return rules;
}

const PERIOD = 'a name, a colon and two days of the year, like "August: 1 August to 31 August"';
const HOLIDAY = 'a name, a colon and a day, like "Coronation: 8 May 2023"';
const ELECTION = 'the day of dissolution and, after it, of the poll, like "30 May 2024 to 4 July 2024"';

function linesOf<T>(
  text: string,
  field: keyof CalendarRules,
  read: (line: string) => T | null,
  allowed: string,
  faults: FieldError[],
): T[] {
  const lines = text.split('\n').flatMap((line) => line.trim() || []);
  return lines.flatMap((line, n) => {
    const found = read(line);
    if (found !== null) return [found];
    faults.push({
      pointer: `/${field}`,
      detail: `line ${String(n + 1)}: found "${line.slice(0, 60)}"; allowed: ${allowed}`,
    });
    return [];
  });
}

function readPeriod(line: string): YearlyPeriod | null {
  const [, name = '', first = '', last = ''] = /^(.+?)\s*:\s*(.+?)\s+to\s+(.+)$/.exec(line) ?? [];
  const [from, to] = [dayOfYear(first), dayOfYear(last)];
  return from && to ? { name, from, to } : null;
}

const dayOfYear = (said: string): string | null => readTypedDay(`${said} ${String(LEAP)}`)?.slice(5) ?? null;

function readHoliday(line: string): Holiday | null {
  const [, name = '', said = ''] = /^(.+?)\s*:\s*(.+)$/.exec(line) ?? [];
  const date = readTypedDay(said);
  return date === null ? null : { date, name };
}

function readElection(line: string): GeneralElection | null {
  const [, first = '', last = ''] = /^(.+?)\s+to\s+(.+)$/.exec(line) ?? [];
  const [dissolved, poll] = [readTypedDay(first), readTypedDay(last)];
  return dissolved !== null && poll !== null && dissolved < poll ? { dissolved, poll } : null;
}

const LABELS: Record<keyof CalendarRules, string> = {
  never: 'No visits, every year',
  avoid: 'Better avoided, every year',
  addedBankHolidays: 'Bank holidays besides the usual ones',
  generalElections: 'General elections',
};

/** What differs between two calendars, by the names that the page has for their parts. */
export function calendarChanges(now: CalendarRules, then: CalendarRules): ChangeLine[] {
  const [before, after] = [calendarText(now), calendarText(then)];
  const said = (text: string): string => text.replaceAll('\n', '; ') || 'none';
  return changedOnly(
    (Object.keys(LABELS) as (keyof CalendarRules)[]).map((name) => ({
      label: LABELS[name],
      from: said(before[name]),
      to: said(after[name]),
    })),
  );
}
