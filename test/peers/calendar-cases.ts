import { readDays } from '../../src/peers/calendar/busy-days.js';

/** The time that all cases are read for. */
export const SPAN = { from: '2026-12-01', to: '2028-11-30' };

/** Days as "2027-03-01" or "2027-03-01 to 2027-03-03", with "?" before those to be asked about. */
export type Days = string[];

export interface Case {
  name: string;
  file: Buffer;
  days: Days;
}

const LONDON = `BEGIN:VTIMEZONE
TZID:Europe/London
BEGIN:DAYLIGHT
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
DTSTART:19700329T010000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
DTSTART:19701025T020000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE`;
/** A file that calls something else Europe/London. */
const FALSE_LONDON = `BEGIN:VTIMEZONE
TZID:Europe/London
BEGIN:STANDARD
TZOFFSETFROM:+0900
TZOFFSETTO:+0900
DTSTART:19700101T000000
END:STANDARD
END:VTIMEZONE`;
const WINDOWS = LONDON.replace('Europe/London', '(UTC+00:00) Dublin\\, Edinburgh\\, Lisbon\\, London');

export const lines = (...all: string[]): Buffer =>
  Buffer.from(
    `BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//town hall//EN\n${all.join('\n')}\nEND:VCALENDAR\n`.replaceAll(
      '\n',
      '\r\n',
    ),
  );
export const event = (...all: string[]): string =>
  `BEGIN:VEVENT\nDTSTAMP:20261101T000000Z\n${all.join('\n')}\nEND:VEVENT`;
/** A committee on Tuesdays at six in the evening, of one UID. */
const committee = (...all: string[]): string =>
  event(
    'UID:committee',
    'DTSTART;TZID=Europe/London:20270601T180000',
    'DTEND;TZID=Europe/London:20270601T210000',
    ...all,
  );
const changed = (from: string, ...all: string[]): string =>
  event('UID:committee', `RECURRENCE-ID${from}`, ...all);
const FOUR = 'RRULE:FREQ=WEEKLY;COUNT=4';
const TUESDAYS = ['2027-06-01', '2027-06-08', '2027-06-15', '2027-06-22'];
const without = (...days: string[]): Days => TUESDAYS.filter((day) => !days.includes(day));

const of = (name: string, days: Days, ...all: string[]): Case => ({ name, days, file: lines(...all) });

const DAYS: Case[] = [
  of(
    'leave of three days ends before its DTEND',
    ['2027-08-09 to 2027-08-11'],
    event('UID:1', 'DTSTART;VALUE=DATE:20270809', 'DTEND;VALUE=DATE:20270812'),
  ),
  of(
    'leave may say how long it is',
    ['2027-08-09 to 2027-08-11'],
    event('UID:1', 'DTSTART;VALUE=DATE:20270809', 'DURATION:P3D'),
  ),
  of(
    'a day that ends when it begins is a day',
    ['2027-08-09'],
    event('UID:1', 'DTSTART;VALUE=DATE:20270809', 'DTEND;VALUE=DATE:20270809'),
  ),
  of(
    'two hours make a day busy, a minute less is to be asked about',
    ['2027-02-01', '?2027-02-02'],
    event('UID:1', 'DTSTART:20270201T100000Z', 'DTEND:20270201T120000Z'),
    event('UID:2', 'DTSTART:20270202T100000Z', 'DTEND:20270202T115900Z'),
  ),
  of(
    'short meetings of a day count together, what overlaps once',
    ['2027-02-01', '?2027-02-02'],
    event('UID:1', 'DTSTART:20270201T100000Z', 'DTEND:20270201T110000Z'),
    event('UID:2', 'DTSTART:20270201T140000Z', 'DTEND:20270201T150000Z'),
    event('UID:3', 'DTSTART:20270202T100000Z', 'DTEND:20270202T110000Z'),
    event('UID:4', 'DTSTART:20270202T100000Z', 'DTEND:20270202T113000Z'),
  ),
  of(
    'a journey over midnight counts on each day for what it takes of it',
    ['2027-02-01 to 2027-02-02', '?2027-02-03'],
    event('UID:1', 'DTSTART:20270201T200000Z', 'DTEND:20270203T010000Z'),
  ),
  of(
    'a moment without an end takes no time, and is to be asked about',
    ['?2027-02-01'],
    event('UID:1', 'DTSTART:20270201T100000Z'),
  ),
  of(
    'what has no date beside what has',
    ['2027-02-01'],
    event('UID:0'),
    event('UID:1', 'DTSTART;VALUE=DATE:20270201'),
  ),
  of(
    'what was or will be in other centuries',
    ['2027-02-01'],
    event('UID:1', 'DTSTART;VALUE=DATE:16010101'),
    event('UID:2', 'DTSTART;VALUE=DATE:23000101'),
    event('UID:3', 'DTSTART;VALUE=DATE:20270201'),
  ),
  of('tasks are no times', [], 'BEGIN:VTODO\nUID:1\nDUE;VALUE=DATE:20270201\nEND:VTODO'),
];

const midnight = (zone: string): string[] => [
  `DTSTART${zone}:20270706T000000`,
  `DTEND${zone}:20270707T000000`,
];
const late = (zone: string): string[] => [`DTSTART${zone}:20270706T220000`, `DTEND${zone}:20270706T235900`];
const ZONES: Case[] = [
  of(
    'a day from midnight to midnight, of no zone, is a day of England',
    ['2027-07-06'],
    event('UID:1', ...midnight('')),
  ),
  of(
    'of the zone that the calendar is in',
    ['2027-07-05 to 2027-07-06'],
    'X-WR-TIMEZONE:Asia/Tokyo',
    event('UID:1', ...midnight('')),
  ),
  of(
    'of a zone that nobody knows',
    ['2027-07-06'],
    event('UID:1', ...midnight(';TZID=Customised Time Zone')),
  ),
  of('of a zone by its name alone', ['?2027-07-06'], event('UID:1', ...late(';TZID=Europe/London'))),
  of('of a zone as Windows names it', ['2027-07-06'], event('UID:1', ...midnight(';TZID=GMT Standard Time'))),
  of(
    'of the second zone of that name',
    ['2027-07-06'],
    event('UID:1', ...midnight(';TZID=GMT Standard Time 1')),
  ),
  of(
    'of a zone as Windows shows it, described',
    ['2027-07-06'],
    WINDOWS,
    event('UID:1', ...midnight(';TZID="(UTC+00:00) Dublin, Edinburgh, Lisbon, London"')),
  ),
  of(
    'of a zone as Windows shows it, not described',
    ['2027-07-06'],
    event('UID:1', ...midnight(';TZID="(UTC+00:00) Dublin, Edinburgh, Lisbon, London"')),
  ),
  of(
    'of a zone by the path of some product',
    ['2027-07-06'],
    event('UID:1', ...midnight(';TZID=/freeassociation.sourceforge.net/Europe/London')),
  ),
  of(
    'an evening in New York is a night here',
    ['2027-07-07'],
    event(
      'UID:1',
      'DTSTART;TZID=Eastern Standard Time:20270706T200000',
      'DTEND;TZID=Eastern Standard Time:20270706T230000',
    ),
  ),
  of(
    'a zone is what its own file says',
    ['2027-07-05 to 2027-07-06'],
    FALSE_LONDON,
    event('UID:1', ...midnight(';TZID=Europe/London')),
  ),
  of(
    'the longest day of the year has 25 hours',
    ['2027-10-31'],
    LONDON,
    event('UID:1', 'DTSTART;TZID=Europe/London:20271031T000000', 'DTEND;TZID=Europe/London:20271101T000000'),
  ),
];

const SERIES: Case[] = [
  of(
    'left out by a moment of UTC',
    without('2027-06-08'),
    LONDON,
    committee(FOUR, 'EXDATE:20270608T170000Z'),
  ),
  of(
    'left out on the clocks of another place',
    without('2027-06-08'),
    LONDON,
    committee(FOUR, 'EXDATE;TZID=America/New_York:20270608T130000'),
  ),
  of('left out by its day', without('2027-06-08'), LONDON, committee(FOUR, 'EXDATE;VALUE=DATE:20270608')),
  of(
    'one time cancelled',
    without('2027-06-08'),
    LONDON,
    committee(FOUR),
    changed(
      ';TZID=Europe/London:20270608T180000',
      'DTSTART;TZID=Europe/London:20270608T180000',
      'DTEND;TZID=Europe/London:20270608T210000',
      'STATUS:CANCELLED',
    ),
  ),
  of(
    'one time left open',
    without('2027-06-08'),
    LONDON,
    committee(FOUR),
    changed(
      ';TZID=Europe/London:20270608T180000',
      'DTSTART;TZID=Europe/London:20270608T180000',
      'DTEND;TZID=Europe/London:20270608T210000',
      'TRANSP:TRANSPARENT',
    ),
  ),
  of(
    'one time moved, named in UTC',
    [...without('2027-06-08'), '2027-06-10'],
    LONDON,
    committee(FOUR),
    changed(':20270608T170000Z', 'DTSTART:20270610T170000Z', 'DTEND:20270610T200000Z'),
  ),
  of(
    'one time of another series moved',
    [...TUESDAYS, '2027-06-10'],
    LONDON,
    committee(FOUR),
    committee(FOUR).replace('UID:committee', 'UID:other'),
    changed(':20270608T170000Z', 'DTSTART:20270610T170000Z', 'DTEND:20270610T200000Z'),
  ),
  of(
    'this and all later ones moved by a day',
    ['2027-06-01', '2027-06-08', '2027-06-16', '2027-06-23'],
    LONDON,
    committee(FOUR),
    changed(
      ';RANGE=THISANDFUTURE;TZID=Europe/London:20270615T180000',
      'DTSTART;TZID=Europe/London:20270616T180000',
      'DTEND;TZID=Europe/London:20270616T210000',
    ),
  ),
  of(
    'changed times whose series is elsewhere',
    ['2027-06-10'],
    changed(':20270608T170000Z', 'DTSTART:20270610T170000Z', 'DTEND:20270610T200000Z'),
  ),
  of(
    'the newest of two versions',
    ['2027-06-03'],
    committee('SEQUENCE:0'),
    event('UID:committee', 'SEQUENCE:1', 'DTSTART;VALUE=DATE:20270603'),
  ),
  of(
    'the newest says cancelled',
    [],
    committee('SEQUENCE:0', FOUR),
    event('UID:committee', 'SEQUENCE:1', 'STATUS:CANCELLED', 'DTSTART;VALUE=DATE:20270601'),
  ),
  of(
    'two entries without a name are two',
    ['2027-06-01', '2027-06-08'],
    event('DTSTART;VALUE=DATE:20270601'),
    event('DTSTART;VALUE=DATE:20270608'),
  ),
  of(
    'ends with the last moment that it names',
    TUESDAYS,
    LONDON,
    committee('RRULE:FREQ=WEEKLY;UNTIL=20270622T170000Z'),
  ),
  of('ends on the day that it names', TUESDAYS, LONDON, committee('RRULE:FREQ=WEEKLY;UNTIL=20270622')),
  of(
    'on the last Monday of a month',
    ['2027-01-25', '2027-02-22', '2027-03-29'],
    event('UID:1', 'DTSTART;VALUE=DATE:20270125', 'RRULE:FREQ=MONTHLY;BYDAY=-1MO;COUNT=3'),
  ),
  of(
    'on the last working day of a month',
    ['2027-01-29', '2027-02-26', '2027-03-31'],
    event(
      'UID:1',
      'DTSTART;VALUE=DATE:20270129',
      'RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3',
    ),
  ),
  of(
    'on dates of its own',
    ['2027-03-01', '2027-03-09', '2027-03-18'],
    event('UID:1', 'DTSTART;VALUE=DATE:20270301', 'RDATE;VALUE=DATE:20270309,20270318'),
  ),
  of(
    'at times of its own, with ends',
    ['2027-03-01', '?2027-03-09'],
    event(
      'UID:1',
      'DTSTART:20270301T090000Z',
      'DTEND:20270301T120000Z',
      'RDATE;VALUE=PERIOD:20270309T090000Z/PT1H',
    ),
  ),
  of(
    'every second week since 2016',
    ['2026-12-09'],
    event('UID:1', 'DTSTART;VALUE=DATE:20160106', 'RRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=20261220'),
  ),
  of(
    'every third day since 2016, working days alone',
    ['2026-12-03', '2026-12-09'],
    event(
      'UID:1',
      'DTSTART;VALUE=DATE:20160106',
      'RRULE:FREQ=DAILY;INTERVAL=3;BYDAY=MO,TU,WE,TH,FR;UNTIL=20261213',
    ),
  ),
  of(
    'a week that began before',
    ['2026-12-01 to 2026-12-02'],
    event('UID:1', 'DTSTART;VALUE=DATE:20251127', 'DTEND;VALUE=DATE:20251203', 'RRULE:FREQ=YEARLY;COUNT=2'),
  ),
];

/** What the first readers of it found. */
const FOUND: Case[] = [
  of('days that do not say that they are days', ['2027-02-01'], event('UID:1', 'DTSTART:20270201')),
  of('names with a group before them', ['2027-02-01'], event('UID:1', 'item1.DTSTART;VALUE=DATE:20270201')),
  of(
    'a rule in small letters',
    ['2027-02-01', '2027-02-08'],
    event('UID:1', 'DTSTART;VALUE=DATE:20270201', 'RRULE:freq=weekly;count=2'),
  ),
  of(
    'days until a midnight of summer in UTC',
    ['2027-05-10', '2027-05-17', '2027-05-24'],
    event('UID:1', 'DTSTART;VALUE=DATE:20270510', 'RRULE:FREQ=WEEKLY;UNTIL=20270523T230000Z'),
  ),
  of(
    'days until the last second of a day in UTC',
    ['2027-05-10', '2027-05-17'],
    event('UID:1', 'DTSTART;VALUE=DATE:20270510', 'RRULE:FREQ=WEEKLY;UNTIL=20270523T235959Z'),
  ),
  of(
    'a day left out by its midnight of summer in UTC',
    ['2027-05-10', '2027-05-12'],
    event('UID:1', 'DTSTART;VALUE=DATE:20270510', 'RRULE:FREQ=DAILY;COUNT=3', 'EXDATE:20270510T230000Z'),
  ),
  of(
    '29 February comes every fourth year',
    ['2028-02-29'],
    event('UID:1', 'DTSTART;VALUE=DATE:20240229', 'RRULE:FREQ=YEARLY'),
  ),
  of(
    'Microsoft’s name of UTC',
    ['2027-06-02'],
    event(
      'UID:1',
      'DTSTART;TZID="tzone://Microsoft/Utc":20270601T230000',
      'DTEND;TZID="tzone://Microsoft/Utc":20270602T010000',
    ),
  ),
  of(
    'a zone that is a number',
    ['2027-06-02'],
    event(
      'UID:1',
      'DTSTART;TZID="(UTC-05:00) Eastern Time (US & Canada)":20270601T200000',
      'DTEND;TZID="(UTC-05:00) Eastern Time (US & Canada)":20270601T230000',
    ),
  ),
  of(
    'all later ones moved, named in UTC, on the clocks of New York',
    ['2027-05-04', '2027-05-11', '2027-05-19', '2027-05-26'],
    event(
      'UID:1',
      'DTSTART;TZID=America/New_York:20270503T200000',
      'DTEND;TZID=America/New_York:20270503T230000',
      'RRULE:FREQ=WEEKLY;COUNT=4',
    ),
    event(
      'UID:1',
      'RECURRENCE-ID;RANGE=THISANDFUTURE:20270518T000000Z',
      'DTSTART;TZID=America/New_York:20270518T200000',
      'DTEND;TZID=America/New_York:20270518T230000',
    ),
  ),
  of(
    'all later ones moved, named by their day',
    ['2027-06-01', '2027-06-08', '2027-06-16', '2027-06-23'],
    LONDON,
    committee(FOUR),
    changed(
      ';RANGE=THISANDFUTURE;VALUE=DATE:20270615',
      'DTSTART;TZID=Europe/London:20270616T180000',
      'DTEND;TZID=Europe/London:20270616T210000',
    ),
  ),
  of(
    'the later written of two versions of one number',
    ['2027-06-03'],
    committee('LAST-MODIFIED:20261101T000000Z'),
    event('UID:committee', 'LAST-MODIFIED:20261102T000000Z', 'DTSTART;VALUE=DATE:20270603'),
  ),
  of(
    'an older cancelled copy of what is live',
    ['2027-06-03'],
    event(
      'UID:committee',
      'LAST-MODIFIED:20261101T000000Z',
      'STATUS:CANCELLED',
      'DTSTART;VALUE=DATE:20270603',
    ),
    event('UID:committee', 'LAST-MODIFIED:20261102T000000Z', 'DTSTART;VALUE=DATE:20270603'),
  ),
];

const showing = (...all: string[]): string => event('UID:1', 'DTSTART;VALUE=DATE:20270201', ...all);
const SHOWN: Case[] = [
  of('cancelled', [], showing('STATUS:CANCELLED')),
  of('tentative', ['?2027-02-01'], showing('STATUS:TENTATIVE')),
  of('transparent', [], showing('TRANSP:TRANSPARENT')),
  of('free in Outlook', [], showing('X-MICROSOFT-CDO-BUSYSTATUS:FREE')),
  of('tentative in Outlook', ['?2027-02-01'], showing('X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE')),
  of('working elsewhere in Outlook', [], showing('X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE')),
  of('out of office in Outlook', ['2027-02-01'], showing('X-MICROSOFT-CDO-BUSYSTATUS:OOF')),
  of('withdrawn by its calendar', [], 'METHOD:CANCEL', showing()),
  of(
    'published as free and busy',
    ['2027-02-01', '?2027-02-02'],
    'BEGIN:VFREEBUSY\nUID:1\nFREEBUSY:20270201T090000Z/20270201T120000Z\nFREEBUSY;FBTYPE=BUSY-TENTATIVE:20270202T090000Z/PT3H\nFREEBUSY;FBTYPE=FREE:20270203T090000Z/PT3H\nEND:VFREEBUSY',
  ),
];

const one = lines(event('UID:1', 'SUMMARY:Café', 'DTSTART;VALUE=DATE:20270201'));
const other = lines(event('UID:2', 'DTSTART;VALUE=DATE:20270203'));
const text = one.toString();
const folded = Buffer.concat([
  one.subarray(0, one.indexOf('é') + 1),
  Buffer.from('\r\n '),
  one.subarray(one.indexOf('é') + 1),
]);
const WRITTEN: Case[] = [
  { name: 'with a mark', file: Buffer.from(`\uFEFF${text}`), days: ['2027-02-01'] },
  { name: 'in lines of one sign', file: Buffer.from(text.replaceAll('\r', '')), days: ['2027-02-01'] },
  { name: 'in lines of the other sign', file: Buffer.from(text.replaceAll('\n', '')), days: ['2027-02-01'] },
  { name: 'folded inside a letter', file: folded, days: ['2027-02-01'] },
  { name: 'in Windows-1252', file: Buffer.from(text, 'latin1'), days: ['2027-02-01'] },
  { name: 'in UTF-16', file: Buffer.from(`\uFEFF${text}`, 'utf16le'), days: ['2027-02-01'] },
  {
    name: 'two calendars in one file',
    file: Buffer.concat([one, other]),
    days: ['2027-02-01', '2027-02-03'],
  },
];

export const CASES: Case[] = [...DAYS, ...ZONES, ...SERIES, ...SHOWN, ...FOUND, ...WRITTEN];

/** What a file says, in the same words. */
export const daysOf = (file: Buffer): Days =>
  readDays(file, SPAN).days.map(
    ({ from, to, state }) => `${state === 'ask' ? '?' : ''}${from}${from === to ? '' : ` to ${to}`}`,
  );
