import fc from 'fast-check';
import { readCsv, refuseRows, writeCsv } from '../../src/web/csv.js';
import { Problem, type FieldError } from '../../src/web/problems.js';

const COLUMNS = ['name', 'council'] as const;

/** What is said against a file. */
function saidAgainst(text: string): { detail: string; errors: FieldError[] } {
  try {
    readCsv(text, COLUMNS);
  } catch (problem) {
    if (problem instanceof Problem) return { detail: problem.message, errors: problem.errors };
    throw problem;
  }
  throw new Error('the file was taken');
}

describe('a file that we wrote', () => {
  it('is read back as it was, whatever stands in it', () => {
    const cell = fc
      .oneof(
        fc.string({ unit: 'grapheme' }),
        fc.string({ unit: fc.constantFrom('"', ',', "'", '=', '-', '+', '@', ';', '\n', ' ', 'a', '1') }),
      )
      .filter((text) => text === text.trim());
    fc.assert(
      fc.property(fc.array(fc.record({ name: cell, council: cell }), { maxLength: 5 }), (rows) => {
        const read = readCsv(writeCsv(COLUMNS, rows), COLUMNS).map(({ cells }) => cells);
        expect(read).toEqual(rows);
      }),
    );
  });

  it.each([
    ['=HYPERLINK("http://evil.example")', `"'=HYPERLINK(""http://evil.example"")"`],
    ['+44 20 7946 0000', "'+44 20 7946 0000"],
    ['-2+3', "'-2+3"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\tindented', "'\tindented"],
    ["'quoted'", "''quoted'"],
    ['-1.57', '-1.57'],
    ['12', '12'],
    ['O’Brien', 'O’Brien'],
  ])('holds %j so that no spreadsheet runs it', (text, written) => {
    const [, line = ''] = writeCsv(COLUMNS, [{ name: text, council: 'x' }]).split('\n');
    expect(line).toBe(`${written},x`);
  });

  it('says in its first bytes that it is UTF-8, and leaves a cell empty for what is not known', () => {
    const text = writeCsv(COLUMNS, [{ name: 'Zoë', council: null }]);
    expect([...Buffer.from(text).subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(text).toBe('\uFEFFname,council\nZoë,\n');
  });
});

describe('a file from an office', () => {
  it('may have its columns in any order, leave some out, and hold empty lines', () => {
    expect(readCsv('council, name\n\nKent , Ann\n\n', COLUMNS)).toEqual([
      { row: 2, cells: { council: 'Kent', name: 'Ann' } },
    ]);
    expect(readCsv('name\nAnn', COLUMNS)).toEqual([{ row: 2, cells: { name: 'Ann' } }]);
  });

  it('numbers its rows as a spreadsheet does', () => {
    expect(readCsv('name\nAnn\nBea', COLUMNS).map(({ row }) => row)).toEqual([2, 3]);
  });

  it('with columns that nobody knows is told which there are', () => {
    expect(saidAgainst('name,shoe size\nAnn,40').errors).toEqual([
      { pointer: 'row 1', detail: 'found the column "shoe size"; allowed: name, council' },
    ]);
  });

  it.each([
    ['nothing at all', '', 'The file is empty; its first row must name columns among name, council.'],
    ['a row that is too long', 'name\nAnn,Kent', 'The file is not CSV.'],
    ['a quote that does not end', 'name\n"Ann', 'The file is not CSV.'],
  ])('that holds %s is refused', (_, text, said) => {
    expect(saidAgainst(text).detail).toBe(said);
  });

  it('has 20,000 rows at most', () => {
    const rows = (count: number): string => `name\n${'Ann\n'.repeat(count)}`;
    expect(readCsv(rows(20_000), COLUMNS)).toHaveLength(20_000);
    expect(saidAgainst(rows(20_001)).detail).toBe(
      'Found more than 20000 rows, which is what one file may have.',
    );
  });

  it('has no line beyond 100,000 characters, and the one that has is named', () => {
    const line = (length: number): string => `name\nAnn\n${'x'.repeat(length)}\nBea`;
    expect(readCsv(line(100_000), COLUMNS)).toHaveLength(3);
    expect(saidAgainst(line(100_001)).detail).toContain('line 3 has more than 100,000 characters');
  });
});

describe('faults of rows', () => {
  it('are counted in the singular and in the plural, and none is none', () => {
    const fault = { pointer: 'row 2, name', detail: 'is empty' };
    expect(() => {
      refuseRows([]);
    }).not.toThrow();
    expect(() => {
      refuseRows([fault]);
    }).toThrow('Nothing was imported: 1 fault found.');
    expect(() => {
      refuseRows([fault, fault]);
    }).toThrow('Nothing was imported: 2 faults found.');
  });

  it('are shown up to 200, and all are counted', () => {
    const many = Array.from({ length: 201 }, (_, n) => ({ pointer: `row ${String(n)}`, detail: 'x' }));
    try {
      refuseRows(many);
    } catch (problem) {
      expect((problem as Problem).errors).toHaveLength(200);
      expect((problem as Problem).message).toContain('201 faults');
    }
    expect.assertions(2);
  });
});
