import { BadInput } from '../../src/matching/files/reader.js';
import { checkContent, type ReferenceData } from '../../src/reference/content.js';
import { FIRST_REFERENCE } from '../../src/reference/first-content.js';

/** What is said against a content; nothing where it is taken. */
function saidAgainst(id: string, content: unknown): string {
  try {
    checkContent(id, content);
    return '';
  } catch (fault) {
    if (fault instanceof BadInput) return fault.message;
    throw fault;
  }
}

const changed = (id: keyof ReferenceData, change: object): object => ({
  ...FIRST_REFERENCE[id],
  ...change,
});

describe('a piece of reference data', () => {
  it.each(Object.keys(FIRST_REFERENCE))('%s is taken as a new service starts with it', (id) => {
    expect(saidAgainst(id, FIRST_REFERENCE[id as keyof ReferenceData])).toBe('');
  });

  it('is none where nothing has its name, not even a name that every object has', () => {
    expect([checkContent('colours', []), checkContent('kind:corporate', {})]).toEqual([false, false]);
  });

  it.each([
    ['no weight is below nothing', 'weights', changed('weights', { recent: -1 }), 'recent'],
    ['a weight is a whole number', 'weights', changed('weights', { base: 2.5 }), 'base'],
    ['nobody divides by no kilometres', 'weights', changed('weights', { kmPerPoint: 0 }), 'kmPerPoint'],
    ['at most 20 experienced', 'weights', changed('weights', { experiencedWanted: 21 }), 'experiencedWanted'],
    ['no weight of another name', 'weights', changed('weights', { luck: 1 }), 'luck'],
    ['no share above all', 'reporting', changed('reporting', { confirmedPercent: 101 }), 'confirmedPercent'],
    [
      'four quarters',
      'reporting',
      changed('reporting', { seasonalProfile: [1, 2, 3] }),
      'four whole numbers from 0 to 1000',
    ],
    [
      'a year in which something ends',
      'reporting',
      changed('reporting', { seasonalProfile: [0, 0, 0, 0] }),
      'not all of them 0',
    ],
    ['an id of small letters', 'skills', [{ id: 'Finance', name: 'Finance' }], 'lower-case letters'],
    ['an id that is not long', 'skills', [{ id: 'a'.repeat(42), name: 'A' }], 'lower-case letters'],
    ['a class that there is', 'positions', [{ id: 'x', name: 'X', class: 'guest' }], 'guest'],
    [
      'a day that there is',
      'calendar',
      changed('calendar', { never: [{ name: 'Spring', from: '02-30', to: '03-01' }] }),
      'MM-DD',
    ],
    [
      'a bank holiday of the calendar',
      'calendar',
      changed('calendar', { addedBankHolidays: [{ date: '2027-02-29', name: 'Leap' }] }),
      'YYYY-MM-DD',
    ],
    [
      'months of at most ten years',
      'frameworks',
      [{ id: 'fire', name: 'Fire', planMonths: 121, reviewMonths: null }],
      'planMonths',
    ],
  ])('holds: %s', (_, id, content, said) => {
    expect(saidAgainst(id, content)).toContain(said);
  });

  it('takes the leap day of every year, and the longest id and share', () => {
    const leap = changed('calendar', { never: [{ name: 'Leap day', from: '02-29', to: '02-29' }] });
    expect(saidAgainst('calendar', leap)).toBe('');
    expect(saidAgainst('skills', [{ id: 'a'.repeat(41), name: 'A' }])).toBe('');
    expect(saidAgainst('reporting', changed('reporting', { confirmedPercent: 100 }))).toBe('');
  });

  it('says all that is wrong at once', () => {
    const said = saidAgainst('weights', changed('weights', { base: -1, recent: 'often' }));
    expect(said).toContain('base');
    expect(said).toContain('recent');
  });
});
