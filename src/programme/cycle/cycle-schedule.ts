import { addDays, addMonths, datesOf, type CivilDate } from '../../calendar/dates.js';
import { preElectionPeriods, type ElectionCycle } from '../../calendar/elections.js';
import { isWorkingDay } from '../../calendar/bank-holidays.js';
import { programmeQuarter, programmeYear } from '../../calendar/programme-year.js';
import { inYearlyPeriod, type CalendarRules } from '../../calendar/window-rules.js';
import type { CycleCouncil } from './coverage.js';

/** A month in which a council's next challenge fits. */
export interface Scheduled {
  council: CycleCouncil;
  /** The first day of the month. */
  month: CivilDate;
  /** "2027/28 Q2" is year 2027, quarter 2. */
  year: number;
  quarter: 1 | 2 | 3 | 4;
  because: string;
}

/** Working days that a month must keep for visits, outside of elections and closed weeks. */
export const LEAST_DAYS = 10;
/** A challenge needs so many months to be scoped and to find its team. */
const MONTHS_AHEAD = 4;
/** A council is not asked again much before its time. */
const EARLY_MONTHS = 6;

/**
 * A month for each council that is due, or named first, and has nothing on its way: the most urgent first, the load spread evenly over quarters, no month that elections,
 * closed weeks or weeks to be avoided leave too little of. Months that are no good for a council are skipped, never filled.
 */
export function scheduleCycle(
  councils: readonly CycleCouncil[],
  today: CivilDate,
  quarters: number,
  rules: CalendarRules,
): Scheduled[] {
  const waiting = councils.filter(
    ({ state, priority, bookedFor }) => (state !== 'covered' || priority !== null) && bookedFor === null,
  );
  const months = monthsFrom(today, quarters * 3);
  // A quarter that has begun has fewer months to give.
  const most = (quarter: string): number =>
    Math.ceil((waiting.length * months.filter((month) => month.quarter === quarter).length) / months.length);
  const load = new Map<string, number>();
  const loadOf = (monthOrQuarter: string): number => load.get(monthOrQuarter) ?? 0;
  const scheduled: Scheduled[] = [];
  const openDays = new Map<string, number>();
  for (const council of [...waiting].sort(byUrgency)) {
    const fits = months.filter(
      ({ first }) =>
        isTime(council, first) && openDaysIn(first, council.elections, rules, openDays) >= LEAST_DAYS,
    );
    const wanted = fits.find(({ quarter }) => loadOf(quarter) < most(quarter)) ?? fits.at(0);
    const month = fits
      .filter(({ quarter }) => quarter === wanted?.quarter)
      .reduce<Month | null>(
        (best, one) => (best && loadOf(best.first) <= loadOf(one.first) ? best : one),
        null,
      );
    if (!month) continue;
    for (const key of [month.first, month.quarter]) load.set(key, loadOf(key) + 1);
    const { first } = month;
    const [year, quarter] = [programmeYear(first), programmeQuarter(first)];
    scheduled.push({ council, month: first, year, quarter, because: reasonOf(council) });
  }
  return scheduled.sort((a, b) => (a.month + a.council.name < b.month + b.council.name ? -1 : 1));
}

interface Month {
  first: CivilDate;
  quarter: string;
}

function monthsFrom(today: CivilDate, count: number): Month[] {
  const start = addMonths(`${today.slice(0, 7)}-01`, MONTHS_AHEAD);
  return Array.from({ length: count }, (_, n) => {
    const first = addMonths(start, n);
    return { first, quarter: `${String(programmeYear(first))} Q${String(programmeQuarter(first))}` };
  });
}

/** Named first for an offer; then overdue, the longest first; never challenged; due, the soonest first. */
function byUrgency(a: CycleCouncil, b: CycleCouncil): number {
  const rank = ({ state, priority, declinedOn }: CycleCouncil): number =>
    priority !== null ? 0 : state === 'overdue' ? 1 : state === 'never' ? 2 : declinedOn === null ? 3 : 4;
  return rank(a) - rank(b) || (a.due ?? '').localeCompare(b.due ?? '') || a.name.localeCompare(b.name);
}

function isTime({ due, state, priority }: CycleCouncil, month: CivilDate): boolean {
  return (
    state !== 'due' ||
    due === null ||
    priority !== null ||
    month >= addMonths(`${due.slice(0, 7)}-01`, -EARLY_MONTHS)
  );
}

/** Working days of a month on which a council may be visited and nothing speaks against it. */
function openDaysIn(
  month: CivilDate,
  elections: ElectionCycle | null,
  rules: CalendarRules,
  known: Map<string, number>,
): number {
  const key = `${month} ${JSON.stringify(elections)}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const range = { from: month, to: lastOf(month) };
  const periods = preElectionPeriods(elections, range, rules.generalElections, rules.addedBankHolidays);
  const days = datesOf(range).filter(
    (day) =>
      isWorkingDay(day, rules.addedBankHolidays) &&
      !periods.some(({ from, to }) => from <= day && day <= to) &&
      ![...rules.never, ...rules.avoid].some((period) => inYearlyPeriod(day, period)),
  ).length;
  known.set(key, days);
  return days;
}

const lastOf = (month: CivilDate): CivilDate => addDays(addMonths(month, 1), -1);

function reasonOf({ priority, state, due, declinedOn }: CycleCouncil): string {
  if (priority !== null) return `named first: ${priority}`;
  if (declinedOn !== null) return 'said no to an offer within the year';
  if (state === 'never') return 'never challenged';
  return state === 'overdue' ? `overdue since ${due ?? ''}` : `due by ${due ?? ''}`;
}
