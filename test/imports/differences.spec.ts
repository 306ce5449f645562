import { differences, digestOf } from '../../src/imports/differences.js';

const ROWS = { keys: [['id']], named: ['name'] };
const file = (...rows: string[]): string => ['id,name,phone', ...rows, ''].join('\n');

describe('what became of a list', () => {
  it('is nothing where its file is the same, or only its rows stand otherwise', () => {
    expect(differences(file('1,Ann,7', '2,Bea,8'), file('1,Ann,7', '2,Bea,8'), ROWS)).toEqual([]);
    expect(differences(file('1,Ann,7', '2,Bea,8'), file('2,Bea,8', '1,Ann,7'), ROWS)).toEqual([]);
  });

  it('is said row by row and cell by cell: what is new, what is another, what is gone', () => {
    const changes = differences(file('1,Ann,7', '2,Bea,8'), file('2,Bea,', '3,Cy,9'), ROWS);
    expect(changes).toEqual([
      {
        kind: 'added',
        name: 'Cy',
        cells: [
          { column: 'name', was: '', is: 'Cy' },
          { column: 'phone', was: '', is: '9' },
        ],
      },
      { kind: 'changed', name: 'Bea', cells: [{ column: 'phone', was: '8', is: '' }] },
      {
        kind: 'gone',
        name: 'Ann',
        cells: [
          { column: 'id', was: '1', is: '' },
          { column: 'name', was: 'Ann', is: '' },
          { column: 'phone', was: '7', is: '' },
        ],
      },
    ]);
  });

  it('knows a row by the first key that it has, and one without any by all of it', () => {
    const rows = { keys: [['id'], ['name']], named: ['name'] };
    expect(differences(file(',Ann,7'), file(',Ann,8'), rows)).toMatchObject([
      { kind: 'changed', name: 'Ann' },
    ]);
    expect(differences(file(',Ann,7'), file('1,Ann,7'), rows).map(({ kind }) => kind)).toEqual([
      'added',
      'gone',
    ]);
    const all = { keys: [], named: ['name'] };
    expect(differences(file(',Ann,7'), file(',Ann,7', ',Ann,7'), all).map(({ kind }) => kind)).toEqual([
      'added',
    ]);
  });

  it('has another digest where one cell is another, and the same for a new row whose id is another', () => {
    const of = (after: string): string => digestOf(differences(file('1,Ann,7'), after, ROWS), 'salt');
    expect(of(file('1,Ann,7', '2,Bea,8'))).toBe(of(file('1,Ann,7', '9,Bea,8')));
    expect(of(file('1,Ann,7', '2,Bea,8'))).not.toBe(of(file('1,Ann,7', '2,Bea,9')));
    expect(of(file('1,Ann,7', '2,Bea,8', '3,Cy,9'))).toBe(of(file('1,Ann,7', '9,Cy,9', '5,Bea,8')));
    expect(digestOf([], 'salt')).not.toBe(digestOf([], 'pepper'));
    expect(of(file('1,Ann,8'))).not.toBe(of(file('1,Ann,9')));
  });

  it('takes apart what an apostrophe keeps a spreadsheet from running', () => {
    const [change] = differences(file('1,Ann,7'), file("1,'=Ann,7"), ROWS);
    expect(change?.cells).toEqual([{ column: 'name', was: 'Ann', is: '=Ann' }]);
  });
});
