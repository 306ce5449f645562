import ICAL from 'ical.js';
import { badField, type Problem } from '../../web/problems.js';

/** A calendar of a file: what it says of itself, with its zones, and its entries; those that could not be read are null. */
export interface CalendarParts {
  calendar: ICAL.Component;
  entries: (ICAL.Component | null)[];
}

/** What is read one by one, so that a fault in one leaves the others. */
const ENTRIES = ['VEVENT', 'VFREEBUSY'];
/** What an entry cannot do without; any other line that is of no use is passed over. */
const NEEDED = /^(DTSTART|DTEND|DURATION|RRULE|EXRULE|RDATE|EXDATE|RECURRENCE-ID|UID|STATUS|FREEBUSY)\b/i;
const BARE_DAYS = /^((?:DTSTART|DTEND|RECURRENCE-ID|EXDATE|RDATE)(?:;(?!VALUE=)[^:]*)?):(\d{8}(?:,\d{8})*)$/i;

type Jcal = ConstructorParameters<typeof ICAL.Component>[0];

/**
 * The calendars of a file, entry by entry. Throws a 400 for what is no calendar, and for one that is cut off: what would be missing nobody
 * knows.
 */
export function calendarsOf(text: string): CalendarParts[] {
  const calendars: { own: string[]; entries: string[][] }[] = [];
  let [open, entry]: [(typeof calendars)[number] | null, string[] | null] = [null, null];
  for (const line of text.split(/\r\n|\n|\r/).map(mended)) {
    const [begins, ends] = [
      /^BEGIN:(.+)$/i.exec(line)?.[1]?.toUpperCase(),
      /^END:(.+)$/i.exec(line)?.[1]?.toUpperCase(),
    ];
    if (begins === 'VCALENDAR') calendars.push((open = { own: [], entries: [] }));
    // An entry whose end is missing ends where the next begins.
    if (open && (ENTRIES.includes(begins ?? '') || ends === 'VCALENDAR')) entry = null;
    if (open && ENTRIES.includes(begins ?? '')) open.entries.push((entry = []));
    (entry ?? open?.own)?.push(line);
    if (ENTRIES.includes(ends ?? '')) entry = null;
    if (ends === 'VCALENDAR') open = null;
  }
  if (calendars.length === 0) throw noCalendar();
  if (open)
    throw badField(
      '/file',
      'found a calendar that is cut off before its end; save it again, and choose that file',
    );
  return calendars.map(({ own, entries }) => ({
    calendar: parsed(own) ?? bare(),
    entries: entries.map(entryOf),
  }));
}

/** Without the group that some programs put before a name; days that do not say that they are days; rules in small letters. */
function mended(line: string): string {
  const plain = line.trimEnd().replace(/^[A-Za-z0-9-]+\.(?=[A-Za-z-]+[:;])/, '');
  if (/^(RRULE|EXRULE)[:;]/i.test(plain)) return plain.toUpperCase();
  return plain.replace(BARE_DAYS, '$1;VALUE=DATE:$2');
}

/** An entry without the lines that nobody can read; null where it needs one of them. */
function entryOf(lines: readonly string[]): ICAL.Component | null {
  const [begin = ''] = lines;
  const whole = [
    ...lines.filter((line) => !/^END:V(EVENT|FREEBUSY)$/i.test(line)),
    begin.replace(/^BEGIN/i, 'END'),
  ];
  const component = parsed(whole);
  if (component) return component;
  // What is inside it, such as alarms, plays no part.
  const plain = withoutInner(whole.slice(1, -1)).filter((line) => line !== '');
  const faulty = plain.filter((line) => !isProperty(line));
  if (faulty.some((line) => NEEDED.test(line))) return null;
  return parsed([begin, ...plain.filter((line) => !faulty.includes(line)), begin.replace(/^BEGIN/i, 'END')]);
}

function withoutInner(lines: readonly string[]): string[] {
  let depth = 0;
  return lines.filter((line) => {
    if (/^BEGIN:/i.test(line)) depth++;
    const isOutside = depth === 0;
    if (/^END:/i.test(line)) depth = Math.max(0, depth - 1);
    return isOutside;
  });
}

function isProperty(line: string): boolean {
  if (!/^[A-Za-z-]+[:;]/.test(line)) return false;
  try {
    return Boolean(ICAL.parse.property(line));
  } catch {
    return false;
  }
}

function parsed(lines: readonly string[]): ICAL.Component | null {
  try {
    return new ICAL.Component(ICAL.parse(lines.join('\r\n')) as Jcal);
  } catch {
    return null;
  }
}

const bare = (): ICAL.Component => new ICAL.Component('vcalendar');

export const noCalendar = (): Problem =>
  badField(
    '/file',
    'found something other than a calendar file; allowed: a file that ends in .ics, as calendars export it',
  );
