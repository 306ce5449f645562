import {
  addDays,
  fromDayNumber,
  toDayNumber,
  weekday,
  type CivilDate,
  type DateRange,
} from '../calendar/dates.js';

export const AVAILABILITY_STATES = ['free', 'busy', 'ask'] as const;
export type AvailabilityState = (typeof AVAILABILITY_STATES)[number];

/** Days that a peer said something about; later ones win over earlier, all win over the calendar, and that over patterns. */
export interface AvailabilityRange {
  from: CivilDate;
  to: CivilDate;
  state: AvailabilityState;
}

/** The same weekdays every so many weeks, counted from the first such weekday on or after `from`. */
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
  /** Days that the peer's own calendar makes busy, or to be asked about; replaced whole whenever it is read. */
  calendar?: AvailabilityRange[];
  /** When the peer last said that it holds. */
  confirmedOn: CivilDate | null;
}

/** Of somebody who has said nothing yet. */
export const NOTHING_SAID: Availability = { patterns: [], ranges: [], confirmedOn: null };

/** What was said of a day by hand, the latest winning; undefined where nothing was. */
export const saidOn = (
  ranges: readonly AvailabilityRange[],
  date: CivilDate,
): AvailabilityState | undefined => ranges.findLast(({ from, to }) => from <= date && date <= to)?.state;

/** What a peer said of a day; free where nothing was said. */
export function stateOn(availability: Availability, date: CivilDate): AvailabilityState {
  const said = saidOn(availability.ranges, date);
  if (said) return said;
  const read = inCalendar(availability.calendar ?? [], date);
  if (read) return read;
  return availability.patterns.findLast((pattern) => meets(pattern, date))?.state ?? 'free';
}

/** Whether ranges that are said after others change any day. */
export function saysMore(before: readonly AvailabilityRange[], more: readonly AvailabilityRange[]): boolean {
  if (more.length === 0) return false;
  const all = [...before, ...more];
  const first = all.reduce((least, { from }) => Math.min(least, toDayNumber(from)), Infinity);
  const last = all.reduce((most, { to }) => Math.max(most, toDayNumber(to)), -Infinity);
  // A number for each day, so that thousands of ranges take no longer than writing them down.
  const painted = (ranges: readonly AvailabilityRange[]): Buffer => {
    const days = Buffer.alloc(last - first + 1);
    for (const { from, to, state } of ranges)
      days.fill(
        1 + AVAILABILITY_STATES.indexOf(state),
        toDayNumber(from) - first,
        toDayNumber(to) - first + 1,
      );
    return days;
  };
  return !painted(before).equals(painted(all));
}

/** How many days ranges are, each counted for itself. */
export const dayCount = (ranges: readonly DateRange[]): number =>
  ranges.reduce((sum, { from, to }) => sum + toDayNumber(to) - toDayNumber(from) + 1, 0);

/** What was said, and after it what changes any day of that; what says the same again is left out. */
export function withMore(
  before: readonly AvailabilityRange[],
  more: readonly AvailabilityRange[],
): AvailabilityRange[] {
  const days = new Map<number, AvailabilityState>();
  const paint = ({ from, to, state }: AvailabilityRange): boolean => {
    let isOther = false;
    for (let day = toDayNumber(from); day <= toDayNumber(to); day++) {
      isOther ||= days.get(day) !== state;
      days.set(day, state);
    }
    return isOther;
  };
  for (const range of before) paint(range);
  return [...before, ...more.filter(paint)];
}

/** What was said of the days outside others: a range over their edge ends, or begins, there. */
export const outside = (ranges: readonly AvailabilityRange[], { from, to }: DateRange): AvailabilityRange[] =>
  ranges.flatMap((range) => [
    ...(range.from < from ? [{ ...range, to: range.to < from ? range.to : addDays(from, -1) }] : []),
    ...(range.to > to ? [{ ...range, from: range.from > to ? range.from : addDays(to, 1) }] : []),
  ]);

/** What of a range lies within some days: one or none. */
export const inside = (range: AvailabilityRange, { from, to }: DateRange): AvailabilityRange[] =>
  range.to < from || range.from > to
    ? []
    : [{ ...range, from: range.from < from ? from : range.from, to: range.to > to ? to : range.to }];

/** What calendars say of a day: busy where one of them does. */
function inCalendar<T>(
  ranges: readonly { from: T; to: T; state: AvailabilityState }[],
  day: T,
): AvailabilityState | undefined {
  const states = ranges.filter(({ from, to }) => from <= day && day <= to).map(({ state }) => state);
  return states.find((state) => state === 'busy') ?? states[0];
}

/** The busy days within a calendar, as ranges, both ends included. A day to be asked about is not busy. */
export function busyRanges(availability: Availability, calendar: DateRange): [CivilDate, CivilDate][] {
  // Where only busy ranges were given, which is usual, there is no need to walk the days.
  if (availability.patterns.length === 0 && availability.ranges.every(({ state }) => state === 'busy')) {
    const read = (availability.calendar ?? []).filter(({ state }) => state === 'busy');
    return [...availability.ranges, ...read]
      .filter(({ from, to }) => from <= calendar.to && to >= calendar.from)
      .map(({ from, to }) => [
        from < calendar.from ? calendar.from : from,
        to > calendar.to ? calendar.to : to,
      ]);
  }
  const stateOf = inDayNumbers(availability);
  const busy: [from: number, to: number][] = [];
  for (let day = toDayNumber(calendar.from), end = toDayNumber(calendar.to); day <= end; day++) {
    if (stateOf(day) !== 'busy') continue;
    const last = busy.at(-1);
    if (last && last[1] === day - 1) last[1] = day;
    else busy.push([day, day]);
  }
  return busy.map(([from, to]) => [fromDayNumber(from), fromDayNumber(to)]);
}

/** `stateOn` for many days: everything is turned into numbers once. */
function inDayNumbers({ ranges, calendar = [], patterns }: Availability): (day: number) => AvailabilityState {
  const numbered = (range: AvailabilityRange): { from: number; to: number; state: AvailabilityState } => ({
    from: toDayNumber(range.from),
    to: toDayNumber(range.to),
    state: range.state,
  });
  const [said, read] = [ranges.map(numbered), calendar.map(numbered)];
  const repeated = patterns.map(({ weekdays, everyWeeks, from, to, state }) => {
    const last = to === null ? Infinity : toDayNumber(to);
    const first = firstNumber(weekdays, toDayNumber(from));
    const meetsDay = (day: number): boolean =>
      day >= first &&
      day <= last &&
      weekdays.includes(weekdayOf(day)) &&
      (weekNumber(day) - weekNumber(first)) % everyWeeks === 0;
    return { meetsDay, state };
  });
  const within = (day: number) => (range: { from: number; to: number }) =>
    range.from <= day && day <= range.to;
  return (day) =>
    said.findLast(within(day))?.state ??
    inCalendar(read, day) ??
    repeated.findLast(({ meetsDay }) => meetsDay(day))?.state ??
    'free';
}

function meets({ weekdays, everyWeeks, from, to }: AvailabilityPattern, date: CivilDate): boolean {
  if (date < from || (to !== null && date > to) || !weekdays.includes(weekday(date))) return false;
  const first = firstNumber(weekdays, toDayNumber(from));
  return (weekNumber(toDayNumber(date)) - weekNumber(first)) % everyWeeks === 0;
}

/** The first day on or after `from` that is one of some weekdays: whoever says "every second Tuesday, from now" means the next Tuesday. */
function firstNumber(weekdays: readonly number[], from: number): number {
  let day = from;
  while (weekdays.length > 0 && !weekdays.includes(weekdayOf(day))) day++;
  return day;
}

/** The first days of a pattern on or after a day: at most `most`, which is 0 or more. */
export function daysOfPattern(pattern: AvailabilityPattern, since: CivilDate, most: number): CivilDate[] {
  const days: CivilDate[] = [];
  const begin = since > pattern.from ? since : pattern.from;
  // A pattern comes at least once in as many weeks as it says, and once more where it began with some of its weekdays over.
  const end = addDays(begin, 7 * pattern.everyWeeks * (most + 1));
  for (let day = begin; day <= end && days.length < most; day = addDays(day, 1))
    if (meets(pattern, day)) days.push(day);
  return days;
}

/** A running number of the week, Monday to Sunday. */
const weekNumber = (day: number): number => Math.floor((day + 3) / 7);

/** 1 for Monday to 7 for Sunday. */
const weekdayOf = (day: number): number => day + 4 - 7 * weekNumber(day);
