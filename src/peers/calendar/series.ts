import ICAL from 'ical.js';
import { toDayNumber, type DateRange } from '../../calendar/dates.js';
import { badField } from '../../web/problems.js';
import {
  dateOf,
  DAY,
  dayMeant,
  lengthOf,
  momentOf,
  slotOf,
  type Length,
  type Slot,
  wallAt,
  wallOf,
} from './slots.js';
import { timeAt, UTC, type Wall, type Zone } from './zones.js';

/** Times that one file may be looked at in all: sixty daily meetings over two years. */
const MOST_STEPS = 50_000;

/** Counts what a file takes, so that none is read for ever, nor a part of it left out. */
export class Steps {
  private taken = 0;

  take(): void {
    if (++this.taken > MOST_STEPS)
      throw badField(
        '/file',
        `found entries that repeat more than ${MOST_STEPS.toLocaleString('en-GB')} times in all; save the calendar again with fewer of them, and choose that file`,
      );
  }
}

/** One time that an event happens. */
export interface Occurrence {
  slot: Slot;
  length: Length;
}

/** What one looks for: times that may touch a span, on whatever clocks. */
interface Around {
  from: Wall;
  to: Wall;
}

export const around = ({ from, to }: DateRange): Around => ({
  from: (toDayNumber(from) - 1) * DAY,
  to: (toDayNumber(to) + 2) * DAY,
});

/** By which an occurrence is named by exceptions: its moment and, since some write only that, its day. */
export function keysOf({ wall, isDate, zone }: Slot): string[] {
  const day = `day ${dateOf(wall)}`;
  return isDate ? [day] : [`moment ${String(zone(wall))}`, day];
}

/** The one key by which an exception names an occurrence of a series. */
export const keyOf = (exception: Slot, start: Slot): string =>
  start.isDate
    ? `day ${dayMeant(exception, start.zone)}`
    : exception.isDate
      ? `day ${dateOf(exception.wall)}`
      : `moment ${String(momentOf(exception))}`;

/**
 * Every time around a span that an event happens by its own rules and dates, but for the dates it leaves out; overrides are for the caller.
 * Throws a 400 where that is too much to look at.
 */
export function occurrencesOf(
  event: ICAL.Component,
  start: Slot,
  zones: (tzid: string | null) => Zone,
  span: Around,
  steps: Steps,
): Occurrence[] {
  const length = lengthOf(event, start, zones);
  const rules = recursOf(event, 'rrule');
  const dates = datesOf(event, 'rdate', zones, length);
  const left = new Set(datesOf(event, 'exdate', zones, length).map(({ slot }) => keyOf(slot, start)));
  for (const rule of recursOf(event, 'exrule'))
    for (const wall of walls(rule, start, length, span, steps)) left.add(keyOf({ ...start, wall }, start));
  const found = new Map<string, Occurrence>();
  const add = (one: Occurrence): void => {
    const keys = keysOf(one.slot);
    if (!keys.some((key) => left.has(key)) && reaches(one, span)) found.set(keys[0] ?? '', one);
  };
  add({ slot: start, length });
  for (const rule of rules) requireKnown(rule);
  for (const rule of rules)
    for (const wall of walls(rule, start, length, span, steps)) add({ slot: { ...start, wall }, length });
  for (const one of dates) {
    steps.take();
    add(one);
  }
  return [...found.values()];
}

const reaches = ({ slot, length }: Occurrence, { from, to }: Around): boolean =>
  slot.wall <= to && slot.wall + length.ms >= from;

const recursOf = (event: ICAL.Component, name: string): ICAL.Recur[] =>
  event.getAllProperties(name).flatMap((property) => {
    const value: unknown = property.getFirstValue();
    return value instanceof ICAL.Recur ? [value] : [];
  });

/** The times of a property of dates; those with an end of their own, or a length, last as long as that. */
function datesOf(
  event: ICAL.Component,
  name: string,
  zones: (tzid: string | null) => Zone,
  length: Length,
): Occurrence[] {
  return event.getAllProperties(name).flatMap((property) =>
    (property.getValues() as unknown[]).flatMap((value): Occurrence[] => {
      if (value instanceof ICAL.Time) return [{ slot: slotOf(value, property, zones), length }];
      return value instanceof ICAL.Period ? [periodOf(value, property, zones)] : [];
    }),
  );
}

/** A period of a property, from its start to its end or as long as it says. */
export function periodOf(
  period: ICAL.Period,
  property: ICAL.Property,
  zones: (tzid: string | null) => Zone,
): Occurrence {
  const slot = slotOf(period.start, property, zones);
  const end = period.end as ICAL.Time | null;
  const ms = end
    ? momentOf(slotOf(end, property, zones)) - momentOf(slot)
    : period.duration.toSeconds() * 1000;
  return { slot, length: { by: 'time', ms: Math.max(0, ms) } };
}

/** The times of a rule on the clocks of its start, from shortly before a span to its end. */
function* walls(rule: ICAL.Recur, start: Slot, length: Length, span: Around, steps: Steps): Generator<Wall> {
  const own = rule.clone();
  // The parser would hold it against a start without a zone.
  if (own.until) own.until = timeAt(lastWall(own.until, start), start.isDate);
  const first = skipped(own, start.wall, span.from - length.ms);
  const iterator = own.iterator(timeAt(first, start.isDate));
  for (let next = iterator.next() as ICAL.Time | null; next; next = iterator.next() as ICAL.Time | null) {
    steps.take();
    const wall = wallOf(next);
    if (wall > span.to) return;
    // The parser has a 29 February in every year on 1 March.
    if (isYearlyAlone(own) && !sameDay(wall, start.wall)) continue;
    if (wall + length.ms >= span.from) yield wall;
  }
}

/** Throws an Error for rules that the parser takes for others: better no answer than days that are none. */
function requireKnown({ freq, parts }: ICAL.Recur): void {
  const days = parts.BYDAY ?? [];
  const isNumbered = days.some((day) => /^[+-]?\d/.test(day));
  if (parts.BYWEEKNO || (freq === 'YEARLY' && isNumbered && !parts.BYMONTH))
    throw new Error('a rule of weeks of a year');
}

const isYearlyAlone = ({ freq, parts }: ICAL.Recur): boolean =>
  freq === 'YEARLY' && Object.keys(parts).length === 0;

const sameDay = (one: Wall, other: Wall): boolean => dateOf(one).slice(5) === dateOf(other).slice(5);

/** The last time of a rule on the clocks of its start: a day is meant whole, and a moment of UTC is what those clocks show then. */
function lastWall(until: ICAL.Time, start: Slot): Wall {
  const wall = wallOf(until);
  if (until.isDate) return start.isDate ? wall : wall + DAY - 1000;
  const isUtc = until.zone === ICAL.Timezone.utcTimezone;
  if (start.isDate) {
    const day = dayMeant({ wall, isDate: false, zone: isUtc ? UTC : start.zone }, start.zone);
    return toDayNumber(day) * DAY;
  }
  return isUtc && start.zone !== UTC ? wallAt(wall, start.zone) : wall;
}

const PACE: Partial<Record<string, number>> = { DAILY: DAY, WEEKLY: 7 * DAY };

/** A later start of the same rule, a step or more before a time: what is long ago need not be walked through. */
function skipped({ freq, interval, count }: ICAL.Recur, start: Wall, before: Wall): Wall {
  const pace = PACE[freq];
  if (pace === undefined || count) return start;
  const step = pace * interval;
  return start + Math.max(0, Math.floor((before - start) / step) - 1) * step;
}
