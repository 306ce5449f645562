import { addDays, type CivilDate } from '../calendar/dates.js';

/** A whole-day event, both days included. */
export interface DayEvent {
  /** Stays the same for the life of the thing. */
  uid: string;
  /** Rises with every change. */
  sequence: number;
  title: string;
  firstDay: CivilDate;
  lastDay: CivilDate;
  description: string;
  cancelled?: boolean;
  /** Not certain yet. */
  tentative?: boolean;
  /** Shown, and takes nobody's time: pencilled. */
  free?: boolean;
  location?: string;
  /** An https address with more about it. */
  url?: string;
}

/** An event at a time of day in London. */
export interface TimedEvent extends Omit<DayEvent, 'firstDay' | 'lastDay'> {
  day: CivilDate;
  /** HH:MM on London's clocks. */
  from: string;
  to: string;
}

export type CalendarMethod = 'REQUEST' | 'CANCEL' | 'PUBLISH';

/** Somebody who is asked to come. */
export interface Attendee {
  name: string;
  email: string;
}

/** London's clocks, by the rule since 1996. */
const LONDON = [
  'BEGIN:VTIMEZONE',
  'TZID:Europe/London',
  'BEGIN:DAYLIGHT',
  'TZOFFSETFROM:+0000',
  'TZOFFSETTO:+0100',
  'TZNAME:BST',
  'DTSTART:19960331T010000',
  'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU',
  'END:DAYLIGHT',
  'BEGIN:STANDARD',
  'TZOFFSETFROM:+0100',
  'TZOFFSETTO:+0000',
  'TZNAME:GMT',
  'DTSTART:19961027T020000',
  'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU',
  'END:STANDARD',
  'END:VTIMEZONE',
];

/**
 * A calendar file by RFC 5545 and, for REQUEST and CANCEL, RFC 5546. `stamp` is when it was written. The end of a whole-day event is
 * the day after its last one, as the format wants it.
 */
export function calendarFile(
  method: CalendarMethod,
  events: readonly (DayEvent | TimedEvent)[],
  { stamp, organizer, attendee }: { stamp: Date; organizer?: Attendee; attendee?: Attendee },
): string {
  const people = [
    ...(organizer ? [`ORGANIZER;CN=${quoted(organizer.name)}:mailto:${address(organizer.email)}`] : []),
    ...(attendee
      ? [
          `ATTENDEE;CN=${quoted(attendee.name)};PARTSTAT=ACCEPTED;RSVP=FALSE:mailto:${address(attendee.email)}`,
        ]
      : []),
  ];
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Critical Friend//Peer challenges//EN',
    'CALSCALE:GREGORIAN',
    `METHOD:${method}`,
    // A calendar without any component is none (RFC 5545, 3.6): an empty one says at least whose clocks it goes by.
    ...(events.length === 0 || events.some((event) => 'day' in event) ? LONDON : []),
    ...events.flatMap((event) => eventLines(event, instant(stamp), people)),
    'END:VCALENDAR',
  ];
  return lines.map(folded).join('');
}

function eventLines(event: DayEvent | TimedEvent, stamp: string, people: string[]): string[] {
  const times =
    'day' in event
      ? [
          `DTSTART;TZID=Europe/London:${local(event.day, event.from)}`,
          `DTEND;TZID=Europe/London:${local(event.day, event.to)}`,
        ]
      : [
          `DTSTART;VALUE=DATE:${compact(event.firstDay)}`,
          `DTEND;VALUE=DATE:${compact(addDays(event.lastDay, 1))}`,
        ];
  const status = event.cancelled ? 'CANCELLED' : event.tentative ? 'TENTATIVE' : 'CONFIRMED';
  return [
    'BEGIN:VEVENT',
    `UID:${escaped(event.uid)}`,
    `SEQUENCE:${String(event.sequence)}`,
    `DTSTAMP:${stamp}`,
    ...times,
    `SUMMARY:${escaped(event.title)}`,
    `DESCRIPTION:${escaped(event.description)}`,
    `STATUS:${status}`,
    ...(event.location ? [`LOCATION:${escaped(event.location)}`] : []),
    ...(event.url ? [`URL:${address(event.url)}`] : []),
    `TRANSP:${event.cancelled || event.free ? 'TRANSPARENT' : 'OPAQUE'}`,
    ...people,
    'END:VEVENT',
  ];
}

const compact = (date: CivilDate): string => date.replaceAll('-', '');
const local = (date: CivilDate, time: string): string => `${compact(date)}T${time.replace(':', '')}00`;
const instant = (at: Date): string => `${at.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;

/** Text: what has a meaning in the format is escaped, and no line break can end a line of the file. */
function escaped(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n]/gu, ' ')
    .replace(/[\\;,]/g, '\\$&')
    .replaceAll('\n', '\\n');
}

/** A parameter: quotes cannot be escaped in one. */
const quoted = (text: string): string => `"${text.replace(/["\p{Cc}]/gu, ' ')}"`;
const address = (email: string): string => email.replace(/[\p{Cc}\s]/gu, '');

const MOST_OCTETS = 75;

/** A line of at most 75 octets; longer ones go on after a line break and a space, never within a character. */
function folded(line: string): string {
  let [out, length] = ['', 0];
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (length + size > MOST_OCTETS) {
      out += '\r\n ';
      length = 1;
    }
    out += character;
    length += size;
  }
  return `${out}\r\n`;
}
