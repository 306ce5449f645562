import fc from 'fast-check';
import { isWorkingDay } from '../../src/calendar/bank-holidays.js';
import { addDays, datesOf } from '../../src/calendar/dates.js';
import { sayDays } from '../../src/calendar/phrases.js';
import { reminderDue } from '../../src/calendar/reminders.js';

describe('reminders', () => {
  const span = { asked: '2026-05-20', last: '2026-06-05' };

  it('go 14, 7 and 2 days before the last day, on the working day before where that is none', () => {
    const sent = datesOf({ from: span.asked, to: '2026-06-10' }).flatMap((day) => {
      const due = reminderDue(span, day);
      return due === null ? [] : [[day, due]];
    });
    // The 22nd of May is 14 days before; the 29th 7, the 3rd of June 2. Each stays due until the next.
    expect(sent[0]).toEqual(['2026-05-22', 14]);
    expect(sent.find(([, due]) => due === 7)).toEqual(['2026-05-29', 7]);
    expect(sent.find(([, due]) => due === 2)).toEqual(['2026-06-03', 2]);
    expect(sent.at(-1)?.[0]).toBe('2026-06-05');
  });

  it('never fall on a weekend or holiday, on the day of the question, or after the end; each kind once, in order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 1, max: 40 }), (at, length) => {
        const asked = addDays('2024-01-01', at);
        const last = addDays(asked, length);
        const seen: number[] = [];
        for (const day of datesOf({ from: addDays(asked, -3), to: addDays(last, 5) })) {
          const due = reminderDue({ asked, last }, day);
          if (due === null) continue;
          expect(isWorkingDay(day) && day > asked && day <= last).toBe(true);
          if (seen.at(-1) !== due) seen.push(due);
        }
        expect(seen).toEqual([...seen].sort((a, b) => b - a));
      }),
    );
  });
});

describe('days in words', () => {
  it.each([
    ['2026-09-08', '2026-09-08', 'Tuesday 8 September 2026'],
    ['2026-09-08', '2026-09-11', 'Tuesday 8 to Friday 11 September 2026'],
    ['2026-09-29', '2026-10-02', 'Tuesday 29 September to Friday 2 October 2026'],
    ['2026-12-29', '2027-01-01', 'Tuesday 29 December 2026 to Friday 1 January 2027'],
  ])('%s to %s is %s', (first, last, words) => {
    expect(sayDays(first, last)).toBe(words);
  });
});
