import { addDays, datesOf, isWeekend, type CivilDate, type DateRange } from '../calendar/dates.js';
import { mondayOf } from '../calendar/phrases.js';
import { amount } from '../english/words.js';
import {
  outside,
  saidOn,
  stateOn,
  type Availability,
  type AvailabilityRange,
  type AvailabilityState,
} from './availability.js';

/** A week as a peer sees it: one word where its working days agree, else day by day. */
export interface PeerWeek {
  monday: CivilDate;
  days: { date: CivilDate; state: AvailabilityState }[];
  state: AvailabilityState | 'mixed';
}

const WEEKS = 52;
const WORKING_DAYS = 5;

/** The Monday of the week that a day is in; at a weekend of the next, since that one is over. */
const firstMonday = (today: CivilDate): CivilDate => mondayOf(isWeekend(today) ? addDays(today, 2) : today);

/** The coming twelve months, Monday to Friday, from the week of a day on. */
export function weeksAhead(availability: Availability, today: CivilDate): PeerWeek[] {
  const first = firstMonday(today);
  return Array.from({ length: WEEKS }, (_, index) => {
    const monday = addDays(first, 7 * index);
    const days = Array.from({ length: WORKING_DAYS }, (__, day) => addDays(monday, day)).map((date) => ({
      date,
      state: stateOn(availability, date),
    }));
    const [one] = days;
    const state = one && days.every((day) => day.state === one.state) ? one.state : 'mixed';
    return { monday, days, state };
  });
}

/** The coming twelve months of a peer, each with the weeks that begin in it, and a line on what was said of them. */
export interface PeerMonth {
  /** Such as "2026-12". */
  month: string;
  weeks: PeerWeek[];
  words: string;
}

const MONTH_WORDS: [PeerWeek['state'], string][] = [
  ['busy', 'busy'],
  ['ask', 'to ask about'],
  ['mixed', 'partly'],
];

/** Weeks under the month that each begins in. */
export function monthsOf(weeks: readonly PeerWeek[]): PeerMonth[] {
  const months = [...new Set(weeks.map(({ monday }) => monday.slice(0, 7)))];
  return months.map((month) => {
    const own = weeks.filter(({ monday }) => monday.startsWith(month));
    return { month, weeks: own, words: wordsOf(own) };
  });
}

/** "free", "busy", "2 weeks busy, 1 week partly". */
function wordsOf(weeks: readonly PeerWeek[]): string {
  const count = (state: PeerWeek['state']): number => weeks.filter((week) => week.state === state).length;
  if (count('free') === weeks.length) return 'free';
  if (count('busy') === weeks.length) return 'busy';
  return MONTH_WORDS.filter(([state]) => count(state) > 0)
    .map(([state, words]) => `${amount(count(state), 'week')} ${words}`)
    .join(', ');
}

/** All days of months, such as "2026-12", with what was said of each. */
export const daysOfMonths = (
  months: Readonly<Record<string, AvailabilityState>>,
): Map<CivilDate, AvailabilityState> =>
  new Map(
    Object.entries(months).flatMap(([month, state]) =>
      datesOf({ from: `${month}-01`, to: lastOfMonth(month) }).map((day) => [day, state] as const),
    ),
  );

function lastOfMonth(month: string): CivilDate {
  const next = addDays(`${month}-28`, 4);
  return addDays(`${next.slice(0, 7)}-01`, -1);
}

/**
 * What is held after a peer has said something of single days: what was said outside the coming twelve months stays, within them the
 * ranges are made anew, as few as there can be.
 */
export function withDays(
  availability: Availability,
  said: ReadonlyMap<CivilDate, AvailabilityState>,
  today: CivilDate,
): Availability {
  // The last month that is offered may go on after the last week.
  const last = [...said.keys()].reduce((one, other) => (one > other ? one : other), '');
  const end = addDays(firstMonday(today), 7 * WEEKS - 1);
  const span: DateRange = { from: mondayOf(today), to: last > end ? last : end };
  const inside: AvailabilityRange[] = [];
  for (const date of datesOf(span)) {
    // What a calendar or a pattern says is not made theirs: it may say something else tomorrow.
    const state = said.get(date) ?? saidOn(availability.ranges, date);
    const before = inside.at(-1);
    if (state === undefined) continue;
    if (before?.state === state && before.to === addDays(date, -1)) before.to = date;
    else inside.push({ from: date, to: date, state });
  }
  return { ...availability, ranges: [...outside(availability.ranges, span), ...inside] };
}
