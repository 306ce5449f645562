import { addDays, daysBetween, toDayNumber, weekday, type CivilDate, type DateRange } from '../calendar/dates.js';

export const AVAILABILITY_STATES = ['free', 'busy', 'ask'] as const;
export type AvailabilityState = (typeof AVAILABILITY_STATES)[number];

/** Days that a peer said something about; later ones win over earlier, all win over the calendar, and that over patterns. */
export interface AvailabilityRange {
  from: CivilDate;
  to: CivilDate;
  state: AvailabilityState;
}

/** The same weekdays every so many weeks, counted from the week of `from`. */
export interface AvailabilityPattern {
  /** 1 for Monday to 7 for Sunday. */
  weekdays: number[];
  everyWeeks: number;
  from: CivilDate;
  to: CivilDate | null;
  state: AvailabilityState;
}

export interface Availability {
  patterns: AvailabilityPattern[];
  ranges: AvailabilityRange[];
  /** Busy times out of the peer's own calendar, replaced whole whenever it is read. */
  calendar?: AvailabilityRange[];
  /** When the peer last said that it holds. */
  confirmedOn: CivilDate | null;
}

/** What a peer said of a day; free where nothing was said. */
export function stateOn(availability: Availability, date: CivilDate): AvailabilityState {
  const range = availability.ranges.findLast(({ from, to }) => from <= date && date <= to);
  if (range) return range.state;
  if (availability.calendar?.some(({ from, to }) => from <= date && date <= to)) return 'busy';
  return availability.patterns.findLast((pattern) => meets(pattern, date))?.state ?? 'free';
}

/** The busy days within a calendar, as ranges, both ends included. A day to be asked about is not busy. */
export function busyRanges(availability: Availability, calendar: DateRange): [CivilDate, CivilDate][] {
  // Where only busy ranges were given, which is usual, there is no need to walk the days.
  if (availability.patterns.length === 0 && availability.ranges.every(({ state }) => state === 'busy')) {
    return [...availability.ranges, ...(availability.calendar ?? [])]
      .filter(({ from, to }) => from <= calendar.to && to >= calendar.from)
      .map(({ from, to }) => [from < calendar.from ? calendar.from : from, to > calendar.to ? calendar.to : to]);
  }
  const busy: [CivilDate, CivilDate][] = [];
  for (let date = calendar.from; date <= calendar.to; date = addDays(date, 1)) {
    if (stateOn(availability, date) !== 'busy') continue;
    const last = busy.at(-1);
    if (last && daysBetween(last[1], date) === 1) last[1] = date;
    else busy.push([date, date]);
  }
  return busy;
}

function meets({ weekdays, everyWeeks, from, to }: AvailabilityPattern, date: CivilDate): boolean {
  if (date < from || (to !== null && date > to) || !weekdays.includes(weekday(date))) return false;
  return (weekOf(date) - weekOf(from)) % everyWeeks === 0;
}

/** A running number of the week, Monday to Sunday. */
const weekOf = (date: CivilDate): number => Math.floor((toDayNumber(date) + 3) / 7);
