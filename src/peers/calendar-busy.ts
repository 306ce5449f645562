import ICAL from 'ical.js';
import { addDays, isRecordedDate, londonDate, type CivilDate, type DateRange } from '../calendar/dates.js';
import { badField, Problem } from '../web/problems.js';
import type { AvailabilityRange } from './availability.js';

/** More than this is no calendar of a person. */
const MOST_EVENTS = 5000;
/** Times that one entry is looked at, those before the span among them: each working day of a dozen years. */
const MOST_REPEATS = 5000;
const DAILY_AT_MOST = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'];

/**
 * The busy days of a calendar file within a span. Only days are taken: no titles, no places, no people. Times that are marked free,
 * and cancelled ones, count as free. Throws a 400 for what is no calendar, and for rules that repeat more often than once a day. It may
 * take for ever, so that it is for a thread of its own only.
 */
export function busyDays(file: string, span: DateRange): AvailabilityRange[] {
  try {
    return busyRanges(file, span);
  } catch (error) {
    if (error instanceof Problem) throw error;
    // The parser finds some faults only as it goes.
    throw noCalendar();
  }
}

function busyRanges(file: string, span: DateRange): AvailabilityRange[] {
  const busy = new Set<CivilDate>();
  for (const event of eventsOf(file)) {
    for (const [from, to] of occurrences(event, span)) {
      for (let day = from < span.from ? span.from : from; day <= to && day <= span.to; day = addDays(day, 1))
        busy.add(day);
    }
  }
  const ranges: AvailabilityRange[] = [];
  for (const day of [...busy].sort()) {
    const last = ranges.at(-1);
    if (last && addDays(last.to, 1) === day) last.to = day;
    else ranges.push({ from: day, to: day, state: 'busy' });
  }
  return ranges;
}

function eventsOf(file: string): ICAL.Event[] {
  const parsed: unknown = ICAL.parse(file);
  const calendar = new ICAL.Component(parsed as ConstructorParameters<typeof ICAL.Component>[0]);
  if (calendar.name !== 'vcalendar') throw noCalendar();
  for (const zone of calendar.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(zone);
  const events = calendar.getAllSubcomponents('vevent').slice(0, MOST_EVENTS).filter(isBusy);
  for (const event of events) refuseOften(event);
  return events.map((event) => new ICAL.Event(event));
}

const noCalendar = (): Problem =>
  badField(
    '/file',
    'found something that is no calendar file; allowed: a file that ends in .ics, as calendars export it',
  );

function refuseOften(event: ICAL.Component): void {
  for (const rule of event.getAllProperties('rrule')) {
    const { freq } = rule.getFirstValue() as unknown as ICAL.Recur;
    if (!DAILY_AT_MOST.includes(freq))
      throw badField(
        '/file',
        'found an entry that repeats more often than once a day; take it out and try again',
      );
  }
}

function isBusy(event: ICAL.Component): boolean {
  const said = (name: string): string => String(event.getFirstPropertyValue(name) ?? '').toUpperCase();
  return said('transp') !== 'TRANSPARENT' && said('status') !== 'CANCELLED' && event.hasProperty('dtstart');
}

/** First and last day of each time that an event happens within a span. */
function occurrences(event: ICAL.Event, span: DateRange): [CivilDate, CivilDate][] {
  if (!event.isRecurring()) return [daysOf(event.startDate, event.endDate)];
  const found: [CivilDate, CivilDate][] = [];
  const iterator = event.iterator();
  for (let n = 0; n < MOST_REPEATS; n++) {
    const next = iterator.next() as ICAL.Time | null;
    if (!next) break;
    const { startDate, endDate } = event.getOccurrenceDetails(next) as {
      startDate: ICAL.Time;
      endDate: ICAL.Time;
    };
    const days = daysOf(startDate, endDate);
    if (days[0] > span.to) break;
    if (days[1] >= span.from) found.push(days);
  }
  return found;
}

/** The end of a whole-day event is the day after it; one at times ends on the day of its last moment. */
function daysOf(start: ICAL.Time, end: ICAL.Time): [CivilDate, CivilDate] {
  const first = dayOf(start);
  const last = end.isDate ? addDays(dayOf(end), -1) : londonDate(new Date(end.toJSDate().getTime() - 1));
  return [first, last < first ? first : last];
}

function dayOf(time: ICAL.Time): CivilDate {
  const day = time.isDate ? time.toString().slice(0, 10) : londonDate(time.toJSDate());
  if (!isRecordedDate(day)) throw badField('/file', 'found a day outside 1900 to 2200 in the calendar');
  return day;
}
