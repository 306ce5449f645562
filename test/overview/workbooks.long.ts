import readWorkbook from 'read-excel-file/node';
import { rowsOf } from '../support/csv.js';
import type { PageSession } from '../support/page-session.js';
import { signedIn } from '../support/people.js';
import { SAVED } from '../support/saved-lists.js';
import { Service } from '../support/service.js';
import { workbookOf } from '../../src/web/workbook-out.js';

let service: Service;
let office: PageSession;

beforeAll(async () => {
  service = await Service.start({ worker: false, example: true });
  office = await signedIn(service, 'programme');
}, 60_000);
afterAll(() => service.stop());

type Cell = string | number | boolean | Date | null;

/** What another reader sees in a workbook. */
async function sheetsOf(path: string): Promise<{ sheet: string; data: Cell[][] }[]> {
  const { status, headers, body } = await office.bytes(path);
  expect([status, headers['content-type'], headers['content-disposition']]).toEqual([
    200,
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    expect.stringMatching(/^attachment; filename="[\w-]+\.xlsx"$/),
  ]);
  return (await readWorkbook(body)) as { sheet: string; data: Cell[][] }[];
}

describe('a list as a workbook', () => {
  it.each(Object.entries(SAVED))('of %s holds the cells of its CSV', async (_, path) => {
    const csv = rowsOf((await office.get(`${path}.csv`)).text);
    const [list, about] = await sheetsOf(`${path}.xlsx`);
    const [header = [], ...rows] = list?.data ?? [];
    expect(header).toEqual(Object.keys(csv[0] ?? {}));
    const textOf = (cell: Cell): string =>
      cell instanceof Date ? cell.toISOString().slice(0, 10) : String(cell ?? '');
    const plain = (text: string): string => text.replace(/^'(?=[=+\-@'])/, '').trim();
    expect(rows.map((cells) => header.map((__, at) => textOf(cells[at] ?? null).trim()))).toEqual(
      csv.map((row) => Object.values(row).map(plain)),
    );
    expect(about?.sheet).toBe('About');
    expect(about?.data.map(([what]) => what)).toEqual(['List', 'Saved', 'Rows', 'Asked for']);
  });

  it('has numbers as numbers, days as days, and codes and phones as texts', async () => {
    const [list] = await sheetsOf('/peers/export.xlsx');
    const [header = [], ...rows] = list?.data ?? [];
    const column = (name: string): Cell[] => rows.map((cells) => cells[header.indexOf(name)] ?? null);
    expect(column('reviews').every((cell) => typeof cell === 'number')).toBe(true);
    expect(column('phone').every((cell) => cell === null || typeof cell === 'string')).toBe(true);
    const [busy] = await sheetsOf('/imports/availability.xlsx');
    expect(busy?.data.slice(1).every(([, , from]) => from instanceof Date)).toBe(true);
  });

  it('says by which filters it was made', async () => {
    const [, about] = await sheetsOf('/peers/export.xlsx?class=officer&name=&sort=name');
    expect(about?.data.find(([what]) => what === 'Asked for')?.[1]).toBe('class: officer');
    const officers = rowsOf((await office.get('/peers/export.csv?class=officer')).text);
    expect(about?.data.find(([what]) => what === 'Rows')?.[1]).toBe(
      `${officers.length.toLocaleString('en-GB')} rows`,
    );
    expect(new Set(officers.map((row) => row.class))).toEqual(new Set(['officer']));
  });

  it('shows nobody more than the CSV does', async () => {
    const peer = await signedIn(service, 'board');
    expect((await peer.get('/peers/export.xlsx')).status).toBe((await peer.get('/peers/export.csv')).status);
    expect((await office.get('/nothing.xlsx')).status).toBe(404);
  });

  it('of the programme’s report opens', async () => {
    const sheets = await sheetsOf('/programme/2026/report.xlsx');
    expect(sheets.map(({ sheet }) => sheet)).toEqual([
      'In words',
      'Measures',
      'Budget',
      'How the work goes',
      'Years',
      'Cycle by region',
      'Cycle by type',
    ]);
    expect(sheets[1]?.data[0]?.[0]).toBe('measure');
  });
});

describe('a column', () => {
  it('is of numbers or of days where all of it is, of codes, references and phones never', async () => {
    const csv =
      'code,reference,phone,reviews,mixed,first_day\n12,7,7700900123,2,3,2027-03-01\n13,8,7700900124,,x,2027-03-02\n';
    const about = { name: 'A list', filters: [], savedAt: new Date('2027-03-01T12:00:00Z') };
    const [list] = (await readWorkbook(await workbookOf(csv, about))) as { data: Cell[][] }[];
    const day = new Date('2027-03-01T00:00:00Z');
    expect(list?.data[1]).toEqual(['12', '7', '7700900123', 2, '3', day]);
    expect(list?.data[2]?.slice(3, 5)).toEqual([null, 'x']);
  });
});
