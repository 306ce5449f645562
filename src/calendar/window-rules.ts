import { bankHolidayOn, type Holiday } from './bank-holidays.js';
import { datesOf, isWeekend, lastDay, weekday, type CivilDate, type DateRange } from './dates.js';
import { preElectionPeriods, wardPeriods, type ElectionCycle, type GeneralElection } from './elections.js';

/** A part of every year, `MM-DD` to `MM-DD`, both included; it may run over New Year. */
export interface YearlyPeriod {
  name: string;
  from: string;
  to: string;
}

/** The calendar rules of a programme: policy data, with the values for England as its first content. */
export interface CalendarRules {
  /** No visit at all on these days. */
  never: YearlyPeriod[];
  /** A warning. */
  avoid: YearlyPeriod[];
  /** Bank holidays proclaimed since the release. */
  addedBankHolidays: Holiday[];
  generalElections: GeneralElection[];
}

export interface WindowWarning {
  rule:
    'weekend' | 'bank-holiday' | 'closed' | 'pre-election' | 'avoid' | 'usual-days' | 'inspection' | 'life';
  /** `refused` windows cannot be used; `warning` ones can, by a person's choice. */
  severity: 'refused' | 'warning';
  date: CivilDate;
  message: string;
}

export interface WindowContext {
  rules: CalendarRules;
  cycle: ElectionCycle | null;
  /** Whether a pre-election period refuses a visit (corporate ones) or only warns. */
  preElectionRefuses: boolean;
  /** The first and the last day of the body that is visited, each with what to say of days beyond it. */
  life?: Life;
}

export interface Life {
  begins?: { on: CivilDate; message: string };
  ends?: { on: CivilDate; message: string };
}

/** What the calendar has against a window of consecutive days on site, one entry for each rule that it meets. */
export function windowWarnings(start: CivilDate, days: number, context: WindowContext): WindowWarning[] {
  const range = { from: start, to: lastDay(start, days) };
  const dates = datesOf(range);
  return [
    ...lifeWarnings(range, context.life ?? {}),
    ...weekendWarning(dates),
    ...bankHolidayWarnings(dates, context.rules.addedBankHolidays),
    ...periodWarnings(dates, context.rules.never, 'closed', 'refused'),
    ...preElectionWarnings(range, context),
    ...periodWarnings(dates, context.rules.avoid, 'avoid', 'warning'),
    ...usualDaysWarning(start, days),
  ];
}

/** Whether a date lies in a part of the year, over New Year too. */
export function inYearlyPeriod(date: CivilDate, period: YearlyPeriod): boolean {
  const day = date.slice(5);
  return period.from <= period.to
    ? day >= period.from && day <= period.to
    : day >= period.from || day <= period.to;
}

function lifeWarnings({ from, to }: DateRange, { begins, ends }: Life): WindowWarning[] {
  const said = [
    ...(ends && to > ends.on ? [ends.message] : []),
    ...(begins && from < begins.on ? [begins.message] : []),
  ];
  return said.map((message) => ({ rule: 'life', severity: 'refused', date: from, message }));
}

function weekendWarning(dates: CivilDate[]): WindowWarning[] {
  const date = dates.find(isWeekend);
  return date ? [{ rule: 'weekend', severity: 'refused', date, message: `${date} is at a weekend` }] : [];
}

function bankHolidayWarnings(dates: CivilDate[], added: Holiday[]): WindowWarning[] {
  return dates.flatMap((date) => {
    const holiday = bankHolidayOn(date, added);
    return holiday
      ? [
          {
            rule: 'bank-holiday' as const,
            severity: 'refused' as const,
            date,
            message: `${date} is a bank holiday: ${holiday.name}`,
          },
        ]
      : [];
  });
}

function periodWarnings(
  dates: CivilDate[],
  periods: YearlyPeriod[],
  rule: 'closed' | 'avoid',
  severity: WindowWarning['severity'],
): WindowWarning[] {
  return periods.flatMap((period) => {
    const date = dates.find((day) => inYearlyPeriod(day, period));
    const verb = rule === 'closed' ? 'closed to visits' : 'better avoided';
    return date ? [{ rule, severity, date, message: `${date} is in a time ${verb}: ${period.name}` }] : [];
  });
}

function preElectionWarnings(range: DateRange, context: WindowContext): WindowWarning[] {
  const { rules, cycle, preElectionRefuses } = context;
  const periods = preElectionPeriods(cycle, range, rules.generalElections, rules.addedBankHolidays);
  const found = (period: DateRange, severity: WindowWarning['severity'], message: string): WindowWarning => ({
    rule: 'pre-election',
    severity,
    date: period.from > range.from ? period.from : range.from,
    message,
  });
  return [
    ...periods.map((period) =>
      found(
        period,
        preElectionRefuses ? 'refused' : 'warning',
        `the pre-election period runs from ${period.from} to ${period.to}`,
      ),
    ),
    ...wardPeriods(cycle, range, rules.addedBankHolidays).map((period) =>
      found(
        period,
        'warning',
        `the pre-election period of a by-election in one ward, ${period.name}, runs from ${period.from} to ${period.to}`,
      ),
    ),
  ];
}

/** Usual visits run Tuesday to Friday, Monday to Thursday or Tuesday to Thursday; five days fill the week; shorter ones may lie anywhere. */
function usualDaysWarning(start: CivilDate, days: number): WindowWarning[] {
  const first = weekday(start);
  const usual = days === 4 ? first <= 2 : days === 3 ? first === 2 : true;
  if (usual) return [];
  return [
    {
      rule: 'usual-days',
      severity: 'warning',
      date: start,
      message: `${String(days)} days usually begin on ${days === 3 ? 'a Tuesday' : 'a Monday or Tuesday'}`,
    },
  ];
}
