import fc from 'fast-check';
import {
  addDays,
  addMonths,
  datesOf,
  daysBetween,
  daysInMonth,
  endOfDayInLondon,
  fromDayNumber,
  isCivilDate,
  londonDate,
  toDayNumber,
  weekday,
} from '../../src/calendar/dates.js';

const day = fc.integer({ min: toDayNumber('2000-01-01'), max: toDayNumber('2099-12-31') }).map(fromDayNumber);

describe('civil dates', () => {
  it('are days that exist, as YYYY-MM-DD', () => {
    for (const good of ['2026-02-28', '2024-02-29', '2000-02-29', '0001-01-01', '9999-12-31'])
      expect(isCivilDate(good)).toBe(true);
    for (const bad of [
      '2026-02-29',
      '1900-02-29',
      '2026-13-01',
      '2026-00-10',
      '2026-1-1',
      '2026-01-01T00:00',
      '',
      20260101,
      null,
      undefined,
    ])
      expect(isCivilDate(bad)).toBe(false);
  });

  it('turn into numbers and back', () => {
    fc.assert(fc.property(day, (date) => fromDayNumber(toDayNumber(date)) === date));
  });

  it('move by days, and the distance is what was moved', () => {
    fc.assert(
      fc.property(
        day,
        fc.integer({ min: -5000, max: 5000 }),
        (date, days) => daysBetween(date, addDays(date, days)) === days,
      ),
    );
  });

  it('have the weekday after the one before', () => {
    expect(weekday('2026-11-22')).toBe(7);
    fc.assert(fc.property(day, (date) => weekday(addDays(date, 1)) === (weekday(date) % 7) + 1));
  });

  it.each([
    ['2026-05-31', 3, '2026-08-31'],
    ['2023-11-30', 3, '2024-02-29'],
    ['2026-11-30', 3, '2027-02-28'],
    ['2024-10-31', 3, '2025-01-31'],
    ['2024-10-31', 5, '2025-03-31'],
    ['2024-10-31', 10, '2025-08-31'],
    ['2024-10-31', 12, '2025-10-31'],
    ['2024-02-29', 12, '2025-02-28'],
    ['2026-03-31', -1, '2026-02-28'],
    ['2026-01-15', -13, '2024-12-15'],
  ])('%s and %i calendar months is %s', (date, months, expected) => {
    expect(addMonths(date, months)).toBe(expected);
  });

  it('keep the day of the month, or take the last where the month is shorter', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: -600, max: 600 }), (date, months) => {
        const moved = addMonths(date, months);
        const last = daysInMonth(Number(moved.slice(0, 4)), Number(moved.slice(5, 7)));
        return Number(moved.slice(8)) === Math.min(Number(date.slice(8)), last);
      }),
    );
  });

  it('list every day of a range once', () => {
    expect(datesOf({ from: '2024-02-28', to: '2024-03-01' })).toEqual([
      '2024-02-28',
      '2024-02-29',
      '2024-03-01',
    ]);
  });
});

describe('a day in London', () => {
  it.each([
    ['2026-03-28', '2026-03-29T00:00:00.000Z'],
    ['2026-03-29', '2026-03-29T23:00:00.000Z'],
    ['2026-10-24', '2026-10-24T23:00:00.000Z'],
    ['2026-10-25', '2026-10-26T00:00:00.000Z'],
    ['2026-12-31', '2027-01-01T00:00:00.000Z'],
  ])('%s ends at %s, whatever the clocks do', (date, instant) => {
    expect(endOfDayInLondon(date).toISOString()).toBe(instant);
  });

  it('is over at its end and not a millisecond before', () => {
    fc.assert(
      fc.property(day, (date) => {
        const end = endOfDayInLondon(date);
        return londonDate(end) === addDays(date, 1) && londonDate(new Date(end.getTime() - 1)) === date;
      }),
    );
  });

  it('does not depend on the zone of the process', () => {
    const before = process.env.TZ;
    for (const zone of [
      'UTC',
      'Europe/London',
      'Pacific/Kiritimati',
      'America/Los_Angeles',
      'Asia/Kathmandu',
    ]) {
      process.env.TZ = zone;
      expect(londonDate(new Date('2026-03-29T00:30:00Z'))).toBe('2026-03-29');
      expect(addDays('2026-03-28', 1)).toBe('2026-03-29');
      expect(addMonths('2026-10-25', 1)).toBe('2026-11-25');
      expect(weekday('2026-10-25')).toBe(7);
    }
    process.env.TZ = before;
  });
});
