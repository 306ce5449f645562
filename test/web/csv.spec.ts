import fc from 'fast-check';
import { readCsv, readingOf, refuseRows, writeCsv } from '../../src/web/csv.js';
import { windowsText } from '../../src/web/decoded.js';
import { readWords, uploaded } from '../../src/web/imports.js';
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

/** What no file is asked to hold: two signs for one letter, spaces that look like others, signs of no text or of lost letters. */
const plain = (text: string): string =>
  text
    .normalize('NFC')
    .replace(/[\u00a0\u2007\u202f]/g, ' ')
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\t\n\r]|[\uFFFDÃÂâ]/gu, '')
    .trim();

describe('a file that we wrote', () => {
  it('is read back as it was, whatever stands in it', () => {
    const cell = fc
      .oneof(
        fc.string({ unit: 'grapheme' }),
        fc.string({ unit: fc.constantFrom('"', ',', "'", '=', '-', '+', '@', ';', '\n', ' ', 'a', '1') }),
      )
      .filter((text) => text === plain(text));
    fc.assert(
      fc.property(fc.array(fc.record({ name: cell, council: cell }), { maxLength: 5 }), (rows) => {
        fc.pre(rows.some(({ name, council }) => name + council !== ''));
        const read = readCsv(writeCsv(COLUMNS, rows), COLUMNS).map(({ cells }) => cells);
        // A row of nothing is none.
        expect(read).toEqual(rows.filter(({ name, council }) => name + council !== ''));
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
      { row: 3, cells: { council: 'Kent', name: 'Ann' } },
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
    ['a quote that does not end', 'name\n"Ann', 'The file is not CSV.'],
  ])('that holds %s is refused', (_, text, said) => {
    expect(saidAgainst(text).detail).toBe(said);
  });

  it.each([
    ['semicolons', 'name;council\r\nAnn;Kent\r\n'],
    ['tabs', 'name\tcouncil\r\nAnn\tKent\r\n'],
    ['a line that says the separator', 'sep=;\r\nname;council\r\nAnn;Kent\r\n'],
    ['lines ended as on old machines', 'name,council\rAnn,Kent\r'],
    ['empty columns and rows at its end', 'name,council,,\r\nAnn,Kent,,\r\n,,,\r\n,,,\r\n'],
    ['names of columns as people write them', 'Name, COUNCIL \nAnn,Kent\n'],
    ['spaces that do not break', 'name,council\nAnn,\u00a0Kent\u00a0\n'],
    ['a mark', '\uFEFFname,council\nAnn,Kent\n'],
    ['quotation marks round everything', '"name","council"\n"Ann","Kent"\n'],
  ])('may have %s', (_, text) => {
    expect(readCsv(text, COLUMNS).map(({ cells }) => cells)).toEqual([{ name: 'Ann', council: 'Kent' }]);
  });

  it('is numbered by its own rows, whatever is passed over', () => {
    const rows = (text: string): number[] => readCsv(text, COLUMNS).map(({ row }) => row);
    expect(rows('name,council\n\nAnn,Kent\n,,\n"two\nlines",Kent\nBea,Kent')).toEqual([3, 5, 6]);
    expect(rows('sep=,\nname,council\nAnn,Kent')).toEqual([3]);
  });

  it('with a cell more or less than its header names the row', () => {
    expect(saidAgainst('name,council\nAnn,Kent\nBea,Kent,Dover\nCy\n')).toEqual({
      detail: 'Nothing was imported: 2 faults found.',
      errors: [
        {
          pointer: 'row 3',
          detail:
            'found "Dover" in cell 3, which no column is named for; allowed: 2 cells, as the header has',
        },
        { pointer: 'row 4', detail: 'found 1 cell; allowed: 2, as the header has' },
      ],
    });
  });

  it('holds no formula; what we wrote to look like one is a text', () => {
    expect(saidAgainst('name,council\n=1+1,Kent').errors).toMatchObject([
      {
        pointer: 'row 2, name',
        detail: expect.stringContaining('found "=1+1", which is a formula') as string,
      },
    ]);
    expect(readCsv("name,council\n'=1+1,Kent", COLUMNS)[0]?.cells.name).toBe('=1+1');
  });

  it('with a column twice is not guessed at', () => {
    expect(saidAgainst('name,council,Name\nAnn,Kent,Bea').errors).toEqual([
      { pointer: 'row 1', detail: 'found the column "name" twice; allowed: each once' },
    ]);
  });

  it('tells where a quotation mark is wrong', () => {
    expect(saidAgainst('name,council\n"Ann,Kent\n').errors[0]?.detail).toMatch(/opened and never closed/);
    expect(saidAgainst('name,council\n"Ann" B,Kent\n').errors[0]?.detail).toMatch(
      /line 2 in the middle of a cell/,
    );
  });

  it.each([
    ['08/09/2026', '2026-09-08'],
    ['8/9/26', '2026-09-08'],
    ['8 Sep 2026', '2026-09-08'],
    ['8-Sept-26', '2026-09-08'],
    ['8 September 2026', '2026-09-08'],
    ['2026-09-08 00:00:00', '2026-09-08'],
    ['08/09/2026 00:00', '2026-09-08'],
    ['1/1/49', '2049-01-01'],
    ['1/1/50', '1950-01-01'],
    ['E07000106 employment until 31/03/2028', 'E07000106 employment until 2028-03-31'],
    ['31/02/2026', '31/02/2026'],
    ['09/25/2026', '09/25/2026'],
    ['8 Septimus 2026', '8 Septimus 2026'],
    ['2026-09-08 10:00:00', '2026-09-08 10:00:00'],
    ['met on 08/09/2026', 'met on 08/09/2026'],
  ])('has the day %s as %s in a column of days, and as it stands in another', (cell, held) => {
    const column = cell.startsWith('E07') ? 'conflicts' : 'held_on';
    expect(readCsv(`${column},name\n${cell},${cell}`, [column, 'name'])[0]?.cells).toEqual({
      [column]: held,
      name: cell,
    });
  });

  it.each(['#N/A', '#REF!', '########'])('holds no value that a spreadsheet could not show: %s', (cell) => {
    expect(saidAgainst(`name,council\n${cell},Kent`).errors).toMatchObject([
      {
        pointer: 'row 2, name',
        detail: expect.stringContaining('where it has no value, or no room') as string,
      },
    ]);
  });

  it('has lost no letters', () => {
    const mixed = Buffer.concat([
      Buffer.from('name,council\nZoë,Kent\nO'),
      Buffer.from([0x92]),
      Buffer.from('Brien,Kent'),
    ]);
    expect(saidAgainst(windowsText(mixed)).detail).toContain('has lost letters');
    expect(saidAgainst('name,council\nZo\uFFFD,Kent').detail).toContain('has lost letters');
    expect(readCsv('name,council\nJosé Ñuñez,Kent', COLUMNS)).toHaveLength(1);
  });

  it('may begin with rows of nothing, and says no separator that nobody knows', () => {
    expect(readCsv(';;\nname;council\nAnn;Kent', COLUMNS)).toEqual([
      { row: 3, cells: { name: 'Ann', council: 'Kent' } },
    ]);
    expect(saidAgainst('sep=|\nname|council\nAnn|Kent').detail).toContain(
      'allowed: commas, semicolons, tabs',
    );
  });

  it.each([
    ['UTF-8, commas', Buffer.from('name,council\nZoë,Kent')],
    ['UTF-8, commas, dates day first', Buffer.from('name,council\nZoë,08/09/2026')],
    ['Windows-1252, semicolons', Buffer.from('name;council\nZo\u00eb;Kent', 'latin1')],
    ['UTF-16, tabs', Buffer.from('\uFEFFname\tcouncil\nZoë\tKent', 'utf16le')],
    ['UTF-16, tabs', Buffer.from('name\tcouncil\nZoë\tKent', 'utf16le')],
    ['UTF-16, tabs', Buffer.from('\uFEFFname\tcouncil\nZoë\tKent', 'utf16le').swap16()],
  ])('is said to be read as %s', async (said, buffer) => {
    const file = await uploaded({ buffer });
    const days = readingOf(file.text).isDayFirst ? ', dates day first' : '';
    expect(`${readWords(file)}${days}`).toBe(said);
    expect(readCsv(file.text, COLUMNS)[0]?.cells.name).toBe('Zoë');
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
      expect((problem as Problem).errors).toHaveLength(201);
      expect((problem as Problem).errors.at(-1)?.detail).toBe('1 more fault; mend these first');
      expect((problem as Problem).message).toContain('201 faults');
    }
    expect.assertions(3);
  });
});
