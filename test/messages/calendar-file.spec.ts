import fc from 'fast-check';
import ICAL from 'ical.js';
import { addDays } from '../../src/calendar/dates.js';
import { calendarFile, type DayEvent } from '../../src/messages/calendar-file.js';
import { readDays } from '../../src/peers/calendar/busy-days.js';
import type { DateRange } from '../../src/calendar/dates.js';

const VISIT: DayEvent = {
  uid: 'invitation-1@critical-friend',
  sequence: 0,
  title: 'Peer challenge: Exeter',
  firstDay: '2026-10-20',
  lastDay: '2026-10-23',
  description: '',
};
const AROUND = {
  stamp: new Date('2026-06-01T12:00:00Z'),
  organizer: { name: 'Critical Friend', email: 'cf@example.org' },
  attendee: { name: 'Ann "A" Bell', email: 'ann@example.org' },
};

/** Read by another hand than wrote it. */
function read(file: string): { calendar: ICAL.Component; events: ICAL.Event[] } {
  const calendar = new ICAL.Component(ICAL.parse(file) as never);
  for (const zone of calendar.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(zone);
  return { calendar, events: calendar.getAllSubcomponents('vevent').map((event) => new ICAL.Event(event)) };
}

const daysIn = (file: string, span: DateRange): ReturnType<typeof readDays>['days'] =>
  readDays(Buffer.from(file), span).days;

describe('a calendar file', () => {
  it('asks for whole days, and ends on the day after the last one', () => {
    const { calendar, events } = read(calendarFile('REQUEST', [VISIT], AROUND));
    expect(calendar.getFirstPropertyValue('method')).toBe('REQUEST');
    expect(
      events.map((event) => [
        event.uid,
        event.sequence,
        event.startDate.isDate,
        event.startDate.toString(),
        event.endDate.toString(),
      ]),
    ).toEqual([['invitation-1@critical-friend', 0, true, '2026-10-20', '2026-10-24']]);
    expect(events[0]?.attendees.map((one) => one.getFirstValue())).toEqual(['mailto:ann@example.org']);
  });

  it('takes the same event out again, with a higher number', () => {
    const { calendar, events } = read(
      calendarFile('CANCEL', [{ ...VISIT, sequence: 1, cancelled: true }], AROUND),
    );
    expect(calendar.getFirstPropertyValue('method')).toBe('CANCEL');
    expect([
      events[0]?.uid,
      events[0]?.sequence,
      events[0]?.component.getFirstPropertyValue('status'),
    ]).toEqual([VISIT.uid, 1, 'CANCELLED']);
  });

  it.each([
    ['in summer', '2026-10-24', '2026-10-24T17:00:00.000Z'],
    ['in winter', '2026-10-25', '2026-10-25T18:00:00.000Z'],
  ])('tells a time of day by London’s clocks %s', (_, day, instant) => {
    const { firstDay, lastDay, ...rest } = VISIT;
    const { events } = read(calendarFile('REQUEST', [{ ...rest, day, from: '18:00', to: '20:30' }], AROUND));
    expect([
      firstDay < lastDay,
      events[0]?.startDate.zone.tzid,
      events[0]?.startDate.toJSDate().toISOString(),
    ]).toEqual([true, 'Europe/London', instant]);
  });

  it('carries any text unharmed, in lines of at most 75 octets, and is never split by it', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 200 }),
        fc.string({ maxLength: 60 }),
        (title, name) => {
          const file = calendarFile('REQUEST', [{ ...VISIT, title: `${title}\r\nBEGIN:VALARM` }], {
            ...AROUND,
            attendee: { name: `${name}"\r\nX:1`, email: 'a\r\nb@example.org' },
          });
          const { events, calendar } = read(file);
          expect(events).toHaveLength(1);
          expect(calendar.getAllSubcomponents()).toHaveLength(1);
          expect(events[0]?.component.getAllSubcomponents()).toHaveLength(0);
          expect(file.split('\r\n').every((line) => Buffer.byteLength(line) <= 75)).toBe(true);
        },
      ),
    );
  });

  it('comes back as the days that it was written for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 700 }), fc.integer({ min: 0, max: 5 }), (from, length) => {
        const firstDay = addDays('2026-01-01', from);
        const lastDay = addDays(firstDay, length);
        const file = calendarFile('PUBLISH', [{ ...VISIT, firstDay, lastDay }], AROUND);
        expect(daysIn(file, { from: '2025-12-01', to: '2028-12-31' })).toEqual([
          { from: firstDay, to: lastDay, state: 'busy' },
        ]);
      }),
    );
  });
});

describe('a peer’s own calendar', () => {
  const event = (...lines: string[]): string =>
    [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:x',
      'BEGIN:VEVENT',
      'UID:1',
      'SUMMARY:Something private',
      ...lines,
      'END:VEVENT',
      'END:VCALENDAR',
    ].join('\r\n');
  const span = { from: '2026-11-01', to: '2026-12-31' };

  it('gives busy days of repeating and single times, and nothing else', () => {
    const weekly = event('DTSTART:20261103T090000Z', 'DTEND:20261103T120000Z', 'RRULE:FREQ=WEEKLY;COUNT=3');
    expect(daysIn(weekly, span)).toEqual(
      ['2026-11-03', '2026-11-10', '2026-11-17'].map((day) => ({ from: day, to: day, state: 'busy' })),
    );
    expect(JSON.stringify(daysIn(weekly, span))).not.toContain('private');
  });

  it('counts what is marked free or cancelled as free, and refuses what is no calendar', () => {
    expect(daysIn(event('DTSTART;VALUE=DATE:20261103', 'TRANSP:TRANSPARENT'), span)).toEqual([]);
    expect(daysIn(event('DTSTART;VALUE=DATE:20261103', 'STATUS:CANCELLED'), span)).toEqual([]);
    expect(() => daysIn('PK\u0003\u0004 a picture', span)).toThrow();
  });

  it('that repeats for ever ends with the span', () => {
    expect(
      daysIn(event('DTSTART;VALUE=DATE:20200101', 'RRULE:FREQ=DAILY'), {
        from: '2020-02-01',
        to: '2020-02-10',
      }),
    ).toEqual([{ from: '2020-02-01', to: '2020-02-10', state: 'busy' }]);
  });
});
