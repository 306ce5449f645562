import { addWorkingDays, type Holiday } from './bank-holidays.js';
import { addDays, formatDate, weekday, type CivilDate, type DateRange } from './dates.js';

/** A poll beside the ordinary ones: of a mayor, of a whole council again, or of one ward. */
export interface OtherPoll {
  name: string;
  poll: CivilDate;
  /** Of one ward or division only: a warning to the host, and nobody's days. */
  isWard: boolean;
}

/** All seats at once, or by thirds or halves. */
export const ELECTION_PATTERNS = ['all_out', 'thirds', 'halves'] as const;

/** How a council elects: all seats every four years, or by thirds or halves; null where not known. */
export interface ElectionCycle {
  pattern: (typeof ELECTION_PATTERNS)[number] | null;
  /** A year of the four-year cycle; only for `all_out`. */
  baseYear: number | null;
  /** The next ordinary election known when the fact was recorded; it can lie off the cycle after a postponement. */
  nextYear: number | null;
  /** By-elections, and elections that were postponed or held anew. */
  polls?: readonly OtherPoll[];
}

/** A general election: Parliament dissolved, and the poll. */
export interface GeneralElection {
  dissolved: CivilDate;
  poll: CivilDate;
}

/** Working days before the poll at which notice of election is published at the latest and the period begins. */
export const PRE_ELECTION_WORKING_DAYS = 25;

export const GENERAL_ELECTIONS: readonly GeneralElection[] = [
  { dissolved: '2015-03-30', poll: '2015-05-07' },
  { dissolved: '2017-05-03', poll: '2017-06-08' },
  { dissolved: '2019-11-06', poll: '2019-12-12' },
  { dissolved: '2024-05-30', poll: '2024-07-04' },
];

/** The ordinary day of local elections: the first Thursday in May; those of 2020 were held in 2021. */
export function localElectionDay(year: number): CivilDate | null {
  if (year === 2020) return null;
  const first = formatDate(year, 5, 1);
  return addDays(first, (11 - weekday(first)) % 7);
}

/**
 * Whether a council elects at the ordinary elections of a year. Councils by thirds rest in the year when counties vote
 * (2025, 2029 …), those by halves vote in even years; an all-out council never votes in two successive years, so that an
 * election due one year before the known next one was postponed to it.
 */
export function votesIn(cycle: ElectionCycle, year: number): boolean {
  if (cycle.pattern === null || cycle.nextYear === null) return false;
  if (year === cycle.nextYear) return true;
  if (cycle.pattern === 'thirds') return (year - 2025) % 4 !== 0;
  if (cycle.pattern === 'halves') return year % 2 === 0;
  return cycle.baseYear !== null && (year - cycle.baseYear) % 4 === 0 && year !== cycle.nextYear - 1;
}

/** The council's pre-election periods that meet a range of days: ordinary and other polls of the whole council, and every general election. */
export function preElectionPeriods(
  cycle: ElectionCycle | null,
  range: DateRange,
  generalElections: readonly GeneralElection[] = GENERAL_ELECTIONS,
  addedHolidays: readonly Holiday[] = [],
): DateRange[] {
  const periods: DateRange[] = generalElections.map(({ dissolved, poll }) => ({ from: dissolved, to: poll }));
  for (let year = Number(range.from.slice(0, 4)); year <= Number(range.to.slice(0, 4)) + 1; year++) {
    const poll = localElectionDay(year);
    if (poll && cycle && votesIn(cycle, year)) {
      periods.push({ from: periodStart(poll, addedHolidays), to: poll });
    }
  }
  for (const { poll, isWard } of cycle?.polls ?? [])
    if (!isWard) periods.push({ from: periodStart(poll, addedHolidays), to: poll });
  return meeting(range, periods);
}

/** The same of by-elections in one ward, each with its name. */
export function wardPeriods(
  cycle: ElectionCycle | null,
  range: DateRange,
  addedHolidays: readonly Holiday[] = [],
): (DateRange & { name: string })[] {
  const polls = (cycle?.polls ?? []).filter(({ isWard }) => isWard);
  return meeting(
    range,
    polls.map(({ name, poll }) => ({ name, from: periodStart(poll, addedHolidays), to: poll })),
  );
}

/** Those that meet a range, the first to begin first; two polls of one day have one period. */
function meeting<T extends DateRange & { name?: string }>(range: DateRange, periods: T[]): T[] {
  const met = periods.filter((period) => period.from <= range.to && range.from <= period.to);
  const known = new Map(met.map((period) => [`${period.from} ${period.to} ${period.name ?? ''}`, period]));
  return [...known.values()].sort((a, b) => (a.from < b.from ? -1 : 1));
}

const starts = new Map<string, CivilDate>();

/** The first day of the period before a poll; asked again and again for the few polls there are. */
function periodStart(poll: CivilDate, addedHolidays: readonly Holiday[]): CivilDate {
  const key = [poll, ...addedHolidays.map(({ date }) => date)].join(' ');
  const start = starts.get(key) ?? addWorkingDays(poll, -PRE_ELECTION_WORKING_DAYS, addedHolidays);
  starts.set(key, start);
  return start;
}
