import fc from 'fast-check';
import { addDays, fromDayNumber, toDayNumber } from '../../src/calendar/dates.js';
import { sayDay, sayPlainDay, sayShortDay } from '../../src/calendar/phrases.js';
import { readTypedDay } from '../../src/web/british-dates.js';
import { Day } from '../../src/web/fields.js';
import { submit } from '../../src/web/forms.js';
import { Page, Redirect } from '../../src/web/pages.js';

const anyDay = fc
  .integer({ min: toDayNumber('1950-01-01'), max: toDayNumber('2199-12-31') })
  .map((n) => fromDayNumber(n));

describe('a day that somebody types', () => {
  it.each([
    ['30/6/2027'],
    ['30/06/2027'],
    ['30.6.2027'],
    ['30-6-27'],
    ['30 6 2027'],
    ['30 June 2027'],
    ['30 jun 27'],
    ['30th June 2027'],
    ['Wednesday 30 June 2027'],
    ['wed, 30 June 2027'],
    ['Weds 30 June 2027'],
    ['30th of June 2027'],
    ['June 30, 2027'],
    ['2027-06-30'],
    ['2027-6-30'],
    ['  30   June   2027 '],
  ])('is read: %s', (text) => {
    expect(readTypedDay(text)).toBe('2027-06-30');
  });

  it.each([
    ['31/6/2027'],
    ['6/30/2027'],
    ['30 June'],
    ['30/6'],
    ['Tuesday 30 June 2027'],
    ['tomorrow'],
    ['30 Juno 2027'],
    ['30 6 2027 12:00'],
    ['2027'],
    [''],
    ['1/1/0027'],
  ])('is refused: %s', (text) => {
    expect(readTypedDay(text)).toBeNull();
  });

  it('is any day, in every way in which pages say it', () => {
    fc.assert(
      fc.property(anyDay, (day) => {
        const [year, month, date] = day.split('-').map(Number);
        for (const say of [sayDay, sayPlainDay, sayShortDay]) expect(readTypedDay(say(day))).toBe(day);
        expect(readTypedDay(`${String(date)}/${String(month)}/${String(year)}`)).toBe(day);
        expect(readTypedDay(day)).toBe(day);
        // Another weekday than it is.
        expect(readTypedDay(`${sayDay(addDays(day, 1)).split(' ')[0] ?? ''} ${sayPlainDay(day)}`)).toBeNull();
      }),
    );
  });
});

describe('a form', () => {
  class Form {
    @Day() from: string;
    @Day({ optional: true }) to?: string;
  }

  it('takes a day however it was typed, and shows one that is none again as it was typed', async () => {
    const taken: Form[] = [];
    const sent = (body: object): Promise<unknown> =>
      submit(
        Form,
        body,
        (filled) => {
          taken.push(filled);
          return Promise.resolve(new Redirect('/'));
        },
        (again) => Promise.resolve(new Page('x.njk', { title: 'x', ...again })),
      );
    await sent({ from: '30/6/2027', to: '1 July 2027' });
    expect(taken).toEqual([{ from: '2027-06-30', to: '2027-07-01' }]);
    expect(await sent({ from: '31/6/2027' })).toMatchObject({
      status: 400,
      model: {
        input: { from: '31/6/2027' },
        errors: [{ field: 'from', text: 'Enter a day, such as 8 June 2027' }],
      },
    });
    expect(taken).toHaveLength(1);
  });
});
