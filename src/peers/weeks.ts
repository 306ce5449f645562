import { addDays, datesOf, type CivilDate, type DateRange } from '../calendar/dates.js';
import { mondayOf } from '../calendar/phrases.js';
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

/** The coming twelve months, Monday to Friday, from the week of a day on. */
export function weeksAhead(availability: Availability, today: CivilDate): PeerWeek[] {
  const first = mondayOf(today);
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
  const end = addDays(mondayOf(today), 7 * WEEKS - 1);
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
