import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readDays } from '../../src/peers/calendar/busy-days.js';
import { leftOut, monthsOf, warningsOf } from '../../src/peers/calendar/calendar-words.js';
import { readKept, writeKept } from '../../src/peers/calendar/kept-days.js';
import { CASES, daysOf, event, lines, SPAN } from './calendar-cases.js';

const run = promisify(execFile);

describe('a calendar from the world', () => {
  it.each(CASES)('$name', ({ file, days }) => {
    const bare = (day: string): string => day.replace('?', '');
    expect(daysOf(file)).toEqual(days.toSorted((a, b) => bare(a).localeCompare(bare(b))));
  });

  it.each([
    ['UTC', 0],
    ['Europe/London', 1],
    ['America/New_York', 19],
    ['Asia/Tokyo', 9],
  ])('is read the same in a process in %s, after whatever other files', async (TZ, clock) => {
    const script = fileURLToPath(new URL('./calendar-in-zone.js', import.meta.url));
    const { stdout } = await run(process.execPath, [script], { env: { ...process.env, TZ } });
    expect(JSON.parse(stdout)).toEqual({ clock, wrong: [] });
  });

  it('says what plays no part, and why', () => {
    const read = readDays(
      lines(
        event('UID:1', 'DTSTART;VALUE=DATE:20270201', 'TRANSP:TRANSPARENT'),
        event('UID:2', 'DTSTART;VALUE=DATE:20270201', 'STATUS:CANCELLED'),
        event('UID:3', 'DTSTART;VALUE=DATE:20250201'),
        event('UID:4', 'DTSTART;VALUE=DATE:20250201'),
        event('UID:5', 'SEQUENCE:1', 'DTSTART;VALUE=DATE:20270201'),
        event('UID:5', 'SEQUENCE:2', 'DTSTART;VALUE=DATE:20270202'),
        event('UID:6'),
        event('UID:7', 'DTSTART;VALUE=DATE:20271345'),
        event('UID:8', 'DTSTART;VALUE=DATE:20270201', 'RRULE:FREQ=YEARLY;BYDAY=20MO'),
        event('UID:9', 'DTSTART;TZID=Customised:20260201T100000', 'DTEND;TZID=Customised:20260201T110000'),
      ),
      SPAN,
    );
    expect(leftOut(read.left)).toEqual([
      '1 entry shown as free, or as working elsewhere',
      '1 entry cancelled',
      '3 entries over already, or more than two years away',
      '1 entry replaced by a later version of the same',
    ]);
    expect(warningsOf(read)).toEqual([
      '2 entries that could not be read: see whether a day of it is missing below',
      '1 entry without a date',
      '1 time zone that is not known here, read as the time of the calendar itself',
    ]);
  });

  it('is shown by months, ranges cut where a month ends', () => {
    const days = readDays(
      lines(
        event('UID:1', 'DTSTART;VALUE=DATE:20270130', 'DTEND;VALUE=DATE:20270203'),
        event('UID:2', 'DTSTART;VALUE=DATE:20270110'),
        event('UID:3', 'DTSTART;VALUE=DATE:20270112', 'STATUS:TENTATIVE'),
      ),
      SPAN,
    ).days;
    expect(monthsOf(days)).toEqual([
      { month: 'January 2027', busy: '10, 30 to 31', ask: '12' },
      { month: 'February 2027', busy: '1 to 2', ask: '' },
    ]);
    expect(readKept(writeKept(days), SPAN)).toEqual(days);
  });

  it.each([
    '2027-02-01 2027-02-01 free',
    '2027-02-02 2027-02-01 busy',
    '2027-02-30 2027-03-01 busy',
    '2099-02-01 2099-03-01 busy',
    '2027-02-03 2027-02-03 busy; 2027-02-03 2027-02-03 ask',
    'nonsense',
  ])('is not kept as "%s"', (text) => {
    expect(() => readKept(text, SPAN)).toThrow(expect.objectContaining({ status: 400 }) as Error);
  });

  it('of a meeting on every working day since 2004 costs nothing', () => {
    const daily = event(
      'UID:1',
      'DTSTART:20040105T090000Z',
      'DTEND:20040105T120000Z',
      'RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR',
    );
    expect(
      daysOf(
        lines(...Array.from({ length: 60 }, () => daily.replace('UID:1', `UID:${String(Math.random())}`))),
      ),
    ).toHaveLength(105);
  });

  it('of which a line is broken is read but for it, and of which an entry is, but for that', () => {
    const { days, left } = readDays(
      lines(
        event(
          'UID:1',
          'DTSTART;VALUE=DATE:20270201',
          'DESCRIPTION:Agenda',
          'Item one',
          'ATTENDEE;RSVP:mailto:x',
        ),
        event('UID:2', 'DTSTART;VALUE=DATE:20270203', 'RRULE:FREQ=WEEKLY;COUNT=x'),
        event('UID:3', 'DTSTART;VALUE=DATE:20270205', 'BEGIN:VALARM\nTRIGGER:nonsense\nEND:VALARM'),
        'BEGIN:VEVENT\nUID:4\nDTSTART;VALUE=DATE:20270207',
        event('UID:5', 'DTSTART;VALUE=DATE:20270209'),
      ),
      SPAN,
    );
    expect(days.map(({ from }) => from)).toEqual(['2027-02-01', '2027-02-05', '2027-02-07', '2027-02-09']);
    expect(left).toEqual({ unreadable: 1 });
  });
});
