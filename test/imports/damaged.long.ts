import { Lists } from '../../src/imports/lists.js';
import { ImportWork } from '../../src/imports/import-work.service.js';
import { ImportsService } from '../../src/imports/imports.service.js';
import { SYSTEM, type Actor } from '../../src/people/access.js';
import { decoded } from '../../src/web/decoded.js';
import { Problem } from '../../src/web/problems.js';
import { Random } from '../../src/matching/problem/random.js';
import { times } from '../support/figure.js';
import { Service } from '../support/service.js';

/** Damaged files for each list; the long campaign tries two hundred. */
const VARIANTS = times(3, 200);
const ROWS = 12;
const SEED = 2026;
const OFFICE: Actor = { ...SYSTEM, id: 'account:office', role: 'programme', senior: true };

let service: Service;

beforeAll(async () => {
  service = await Service.start({ worker: false, example: true });
}, 90_000);
afterAll(() => service.stop());

type Damage = (rows: string[][], pick: (most: number) => number) => string[][];

const inCell =
  (change: (cell: string) => string): Damage =>
  (rows, pick) => {
    const [row, at] = [1 + pick(rows.length - 1), pick(rows[0]?.length ?? 1)];
    return rows.map((cells, n) => cells.map((cell, m) => (n === row && m === at ? change(cell) : cell)));
  };

/** What befalls a file between two offices. */
const DAMAGES: Damage[] = [
  inCell(() => ''),
  inCell(() => 'x'.repeat(5000)),
  inCell(() => '=1+1'),
  inCell(() => '#N/A'),
  inCell(() => '4.48E+11'),
  inCell(() => '31/02/2027'),
  inCell(() => '-1'),
  inCell((cell) => `${cell}; ${cell}`),
  inCell((cell) => cell.toUpperCase()),
  inCell((cell) => `${cell}\nand more`),
  inCell((cell) => `\u00a0${cell} `),
  inCell((cell) => cell.replace(/(\d{4})-(\d\d)-(\d\d)/, '$3/$2/$1')),
  inCell(() => '2026-11-03 10:30:00'),
  (rows, pick) => rows.map((cells, n) => (n === 1 + pick(rows.length - 1) ? [...cells, 'more'] : cells)),
  (rows) => rows.map((cells, n) => (n === 1 ? cells.slice(1) : cells)),
  (rows) => [...rows, rows[1] ?? []],
  (rows) =>
    rows.map((cells, n) => (n === 0 ? cells.map((name) => name.toUpperCase().replace(/_/g, ' ')) : cells)),
  (rows) => rows.map((cells, n) => (n === 0 ? cells.map((name, at) => (at === 1 ? 'colour' : name)) : cells)),
  (rows) =>
    rows.map((cells, n) =>
      n === 0 ? cells.map((name, at) => (at === 1 ? (cells[0] ?? name) : name)) : cells,
    ),
  (rows, pick) => {
    const at = pick(rows[0]?.length ?? 1);
    const column = rows.slice(1).map((cells) => cells[at] ?? '');
    return rows.map((cells, n) =>
      n === 0 ? cells : cells.map((cell, m) => (m === at ? (column[n % column.length] ?? cell) : cell)),
    );
  },
  (rows) => rows.map((cells) => [...cells, '', '']),
  (rows) => [...rows, rows[0]?.map(() => '') ?? [], []],
];

const SEPARATORS = [',', ';', '\t'];
const ENDS = ['\r\n', '\n', '\r'];
const ENCODINGS: ((text: string) => Buffer)[] = [
  (text) => Buffer.from(`\uFEFF${text}`),
  (text) => Buffer.from(text),
  (text) => Buffer.from(`\uFEFF${text}`, 'utf16le'),
  (text) => Buffer.from(text, 'latin1'),
];

function written(rows: string[][], pick: (most: number) => number): Buffer {
  const [separator = ',', end = '\n'] = [SEPARATORS[pick(3)], ENDS[pick(3)]];
  const cell = (text: string): string =>
    /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  const text = rows.map((cells) => cells.map(cell).join(separator)).join(end);
  const cut = pick(10) === 0 ? text.slice(0, pick(text.length)) : text;
  return (ENCODINGS[pick(ENCODINGS.length)] ?? Buffer.from)(cut);
}

/** The first rows of a list, cell by cell; lists of which no row has a line break. */
const rowsOf = (file: string): string[][] =>
  file
    .replace('\uFEFF', '')
    .split('\n')
    .slice(0, ROWS + 1)
    .map((line) => line.match(/("([^"]|"")*"|[^,]*)(,|$)/g)?.slice(0, -1) ?? [])
    .map((cells) =>
      cells.map((one) =>
        one
          .replace(/,$/, '')
          .replace(/^"(.*)"$/s, '$1')
          .replaceAll('""', '"'),
      ),
    )
    .filter((cells) => cells.length > 0);

describe('damaged files', () => {
  it('do what their check says, or change nothing; each fault names its place and what is wrong', async () => {
    const [imports, work] = [service.app.get(ImportsService), service.app.get(ImportWork)];
    const draw = new Random(SEED);
    const pick = (most: number): number => draw.int(0, Math.max(0, most - 1));
    const seen = { taken: 0, refused: 0 };
    for (const [name, list] of service.app.get(Lists).all) {
      if (list.about) continue;
      const rows = rowsOf(await list.export({ actor: OFFICE, scope: 'all' }, ''));
      if (rows.length < 3) continue;
      for (let n = 0; n < VARIANTS; n++) {
        let damaged = rows;
        for (let times = 1 + pick(2); times > 0; times--)
          damaged = DAMAGES[pick(DAMAGES.length)]?.(damaged, pick) ?? damaged;
        const told = await tried(imports, work, name, written(damaged, pick));
        seen[told]++;
      }
    }
    expect(seen.taken).toBeGreaterThan(5);
    expect(seen.refused).toBeGreaterThan(5);
  }, 1_800_000);
});

/** Brings a file; what may be entered is, and taken back. */
async function tried(
  imports: ImportsService,
  work: ImportWork,
  name: string,
  file: Buffer,
): Promise<'taken' | 'refused'> {
  try {
    const { text, encoding } = decoded(file);
    const { id } = await imports.receive(OFFICE, name, '', { text, isSheet: false, as: [encoding] });
    await work.work(id);
    const one = await imports.one(OFFICE, id);
    if (one.state === 'refused') {
      const { rows } = await imports.faults(id);
      expect([name, one.told]).toEqual([
        name,
        expect.stringMatching(/^(Nothing was imported: |The file |Found )/),
      ]);
      for (const { fault } of rows)
        expect([name, fault.detail]).toEqual([name, expect.stringMatching(/\S{2}/)]);
      return 'refused';
    }
    expect([name, one.state]).toEqual([name, 'checked']);
    const before = await held();
    await imports.enter(OFFICE, id, one.digest ?? '');
    await work.work(id);
    const entered = await imports.one(OFFICE, id);
    expect([name, entered.state, entered.counts]).toEqual([name, 'entered', one.counts]);
    await imports.undo(OFFICE, id);
    await work.work(id);
    expect([name, (await imports.one(OFFICE, id)).state]).toEqual([name, 'undone']);
    expect([name, await held()]).toEqual([name, before]);
    return 'taken';
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    expect([name, error.status]).toEqual([name, 400]);
    return 'refused';
  }
}

/** Every table that an import may write, but for the numbers of versions, which go on. */
async function held(): Promise<Record<string, string>> {
  const tables = await service.source.query<{ name: string }[]>(
    `SELECT tgrelid::regclass::text AS name FROM pg_trigger WHERE tgname = 'import_writes' AND tgrelid <> 'peer_changes'::regclass ORDER BY 1`,
  );
  const prints = await Promise.all(
    tables.map(async ({ name }) => {
      const [row] = await service.source.query<{ print: string | null }[]>(
        `SELECT md5(string_agg(x, '|' ORDER BY x)) AS print FROM (SELECT (to_jsonb(t) - 'version')::text AS x FROM ${name} t) y`,
      );
      return [name, row?.print ?? ''] as const;
    }),
  );
  return Object.fromEntries(prints);
}
