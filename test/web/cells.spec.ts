import {
  day,
  eachOf,
  keyOf,
  needed,
  number,
  oneOf,
  readCells,
  readRows,
  text,
  type ReadCell,
} from '../../src/web/cells.js';
import { Problem, type FieldError } from '../../src/web/problems.js';

const KNOWN = keyOf(new Map([['E08000028', 'Sandwell']]), 'the code of a council');

describe('a cell', () => {
  it.each<[string, ReadCell, string, unknown]>([
    ['text as it stands', text, 'Ann O’Neil', 'Ann O’Neil'],
    ['no text', text, '', null],
    ['the longest text', text, 'x'.repeat(2000), 'x'.repeat(2000)],
    ['one of the names', oneOf(['yes', 'no']), 'no', 'no'],
    ['none of the names, being empty', oneOf(['yes', 'no']), '', null],
    ['a list', eachOf(['north', 'south']), 'north; south ;', ['north', 'south']],
    ['an empty list', eachOf(['north']), ' ; ', []],
    ['the least number', number(-5, 5), '-5', -5],
    ['the greatest number', number(-5, 5), '5', 5],
    ['no number', number(-5, 5), '', null],
    ['a broken number where it may be one', number(0, 5, false), '1.5', 1.5],
    ['a day', day, '2028-02-29', '2028-02-29'],
    ['no day', day, '', null],
    ['what a key stands for', KNOWN, 'E08000028', 'Sandwell'],
    ['a needed one that is there', needed(day), '2027-01-01', '2027-01-01'],
  ])('is read: %s', (_, read, value, result) => {
    expect(read(value)).toEqual(result);
  });

  it.each<[string, ReadCell, string, string]>([
    ['a text that is too long', text, 'x'.repeat(2001), 'found 2001 characters; allowed: 2000'],
    ['a name that is none', oneOf(['yes', 'no']), 'perhaps', 'found "perhaps"; allowed: yes, no'],
    ['a list with a stranger', eachOf(['north']), 'north;up', 'found "up"; allowed: north'],
    ['a number below', number(1, 5), '0', 'found "0"; allowed: a whole number from 1 to 5'],
    ['a number above', number(1, 5), '6', 'found "6"; allowed: a whole number from 1 to 5'],
    ['a broken number', number(1, 5), '1.5', 'found "1.5"; allowed: a whole number from 1 to 5'],
    ['a number with letters', number(1, 5, false), '1e0', 'found "1e0"; allowed: a number from 1 to 5'],
    ['a number in hexadecimal', number(0, 50), '0x10', 'found "0x10"'],
    ['a day that is none', day, '2027-02-29', 'found "2027-02-29"; allowed: a day of the calendar'],
    ['a day as an office writes it', day, '01/02/2027', 'found "01/02/2027"; allowed: a day of the calendar'],
    ['a key of nobody', KNOWN, 'E1', 'found "E1"; allowed: the code of a council'],
    ['an empty one that is needed', needed(text), '', 'is empty; it is needed'],
    ['a long stranger', oneOf(['a']), 'y'.repeat(90), `found "${'y'.repeat(60)}"; allowed: a`],
  ])('is refused: %s', (_, read, value, said) => {
    expect(() => read(value)).toThrow(said);
  });
});

describe('a row', () => {
  it('gives nothing for a column that the file does not have, so that nothing is changed by it', () => {
    const faults: FieldError[] = [];
    const read = readCells({ row: 2, cells: { a: '' } }, { a: text, b: text }, faults);
    expect([read, faults]).toEqual([{ a: null, b: undefined }, []]);
  });

  it('has a needed column refused where the file does not have it', () => {
    const faults: FieldError[] = [];
    readCells({ row: 7, cells: {} }, { a: needed(text) }, faults);
    expect(faults).toEqual([{ pointer: 'row 7, a', detail: 'is empty; it is needed' }]);
  });

  it('is refused with every fault of the file, by row and column', () => {
    const rows = [
      { row: 2, cells: { on: 'x', level: '9' } },
      { row: 3, cells: { on: '2027-01-01', level: '1' } },
      { row: 4, cells: { on: '2027-01-01', level: '9' } },
    ];
    try {
      readRows<{ on: string; level: number }>(rows, { on: day, level: number(1, 5) });
    } catch (problem) {
      expect((problem as Problem).errors.map(({ pointer }) => pointer)).toEqual([
        'row 2, on',
        'row 2, level',
        'row 4, level',
      ]);
    }
    expect.assertions(1);
  });

  it('does not hide a fault of our own among those of the file', () => {
    const broken: ReadCell = () => {
      throw new TypeError('ours');
    };
    expect(() => readCells({ row: 2, cells: { a: 'x' } }, { a: broken }, [])).toThrow(TypeError);
  });
});
