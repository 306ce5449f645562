import readWorkbook from 'read-excel-file/node';
import { Account } from '../../src/people/account.entity.js';
import type { ReportView } from '../../src/programme/report/report.dto.js';
import { BUDGET, budgetFile, DELIVERY, deliveryFile } from '../support/half-year.js';
import { rowsOf } from '../support/csv.js';
import { Files } from '../support/files.js';
import { PageSession } from '../support/page-session.js';
import { saidOn } from '../support/people.js';
import { Service } from '../support/service.js';

let service: Service;
let files: Files;
let board: PageSession;
let report: ReportView;

beforeAll(async () => {
  service = await Service.start({ worker: false });
  files = new Files(service);
  await files.entered(await files.checked('measures', deliveryFile(), '2015'));
  await files.entered(await files.checked('budget', budgetFile(), '2015'));
  const reader = await service.source.manager.save(
    service.source.manager.create(Account, {
      ...{ name: 'Board', email: 'board@example.org', role: 'board', example: true },
    }),
  );
  board = await new PageSession(service.app).be(reader.id);
  report = await service.done<ReportView>('programme', 'get', '/api/programmes/2015/report?asAt=2015-09-30');
}, 60_000);
afterAll(() => service.stop());

describe('the half-year report of 2015/16', () => {
  it('comes in as one file, and out as at 30 September with every total and per cent to the digit', () => {
    expect([report.asOf, report.isAsAt]).toEqual(['2015-09-30', true]);
    const rows = report.measures.filter(({ partOf }) => partOf === null);
    expect(rows.map(({ key }) => key)).toEqual(DELIVERY.map(({ key }) => key));
    for (const { key, total, percent, theme } of DELIVERY.filter((one) => one.percent !== undefined)) {
      const line = rows.find((one) => one.key === key);
      expect([key, line?.total, line?.percent, line?.theme]).toEqual([key, total, percent, theme]);
    }
    expect(rows.find(({ key }) => key === 'challenges15')?.all).toBe(99);
  });

  it('has at the end of June what was told of June, and nothing that was so only in September', async () => {
    const june = await service.done<ReportView>(
      'programme',
      'get',
      '/api/programmes/2015/report?asAt=2015-06-30',
    );
    expect(june.measures.find(({ key }) => key === 'challenges15')).toMatchObject({
      ...{ total: 18, together: 0, all: 18 },
    });
  });

  it('has the colours that were printed: 15 green and 11 amber of 26', () => {
    expect(report.colours).toEqual({ green: 15, amber: 11, red: 0, not_started: 0, all: 26 });
    for (const { key, colour } of DELIVERY)
      expect([key, report.measures.find((one) => one.key === key)?.colour]).toEqual([key, colour]);
  });

  it('colours by rule all but one of the 17 rows with numbers', () => {
    const byHand = DELIVERY.filter(
      ({ key, percent }) =>
        percent !== undefined &&
        report.measures.find((one) => one.key === key)?.because.startsWith('entered by hand'),
    );
    expect(DELIVERY.filter(({ percent }) => percent !== undefined)).toHaveLength(17);
    expect(byHand.map(({ key }) => key)).toEqual(['workforce']);
  });

  it('prints what money and shares are, and targets in words with how far they have come', async () => {
    const { text } = await board.get('/programme/2015?asAt=2015-09-30');
    expect(text).toContain('15 green, 11 amber and 0 red of 26.');
    for (const printed of ['£10m', '£12m', '£20m', '90%', 'up to 50', 'as agreed', 'under way'])
      expect(text).toContain(printed);
    expect(text).toContain('68 confirmed or in discussion');
    expect(text).toMatch(/figures of quarters, marked \*, were written down after 30 Sep(tember)? 2015/);
  });

  it('names every line of the budget that is amber or red among what needs attention, the red ones first', async () => {
    const { text } = await board.get('/programme/2015?asAt=2015-09-30');
    const attention = saidOn(
      text.slice(
        text.indexOf('What needs attention'),
        text.indexOf('</ul>', text.indexOf('What needs attention')),
      ),
    );
    const wanting = (report.budget?.lines ?? []).filter(
      ({ colour }) => colour === 'amber' || colour === 'red',
    );
    expect(wanting.length).toBeGreaterThan(1);
    for (const { name, because, colour } of wanting)
      expect(attention).toContain(`${name}: ${colour}, because ${because}`);
    const colours = [...attention.matchAll(/(Red|Amber) /g)].map(([, colour]) => colour);
    expect(colours).toEqual([...colours].sort().reverse());
  });

  it('colours the budget by what is good for income and for spending: 14 of the 15 that could be read', () => {
    const differs = BUDGET.filter(
      ([key, , , , , colour]) =>
        colour !== null && report.budget?.lines.find((line) => line.key === key)?.colour !== colour,
    );
    // The one for which the paper's own rule gives no red: it is as budgeted, below nought.
    expect(differs.map(([key]) => key)).toEqual(['shared']);
    expect(report.budget?.lines.find(({ key }) => key === 'other-income')).toMatchObject({
      ...{ variance: 104, because: '234 of 130, above the budget is good for income' },
    });
    expect(report.budget?.totals.map(({ name, budget, forecast }) => [name, budget, forecast])).toEqual([
      ['Income', 50121, 52809],
      ['Expenditure', 46408, 46534],
      ['Income less expenditure', 3713, 6275],
    ]);
  });

  it('is a workbook with the same figures, read by another reader', async () => {
    const { body } = await board.bytes('/programme/2015/report.xlsx?asAt=2015-09-30');
    const sheets = await readWorkbook(body);
    const measures = sheets.find(({ sheet }) => sheet === 'Measures')?.data ?? [];
    const [head = [], ...rows] = measures;
    const at = (name: string): number => head.indexOf(name);
    for (const { key, total = null, percent = null, colour } of DELIVERY.filter((one) => one.percent)) {
      const row = rows.find((cells) => cells[at('measure')] === key) ?? [];
      expect([key, row[at('total')], row[at('per_cent')], row[at('colour')]]).toEqual([
        ...[key, total, percent, colour],
      ]);
    }
    const annex = sheets.find(({ sheet }) => sheet === 'Budget')?.data ?? [];
    expect(annex).toHaveLength(BUDGET.length + 1);
  });

  it('is open data: one figure a row, with what each column holds, and no nought where nothing is known', async () => {
    const file = '/programme/2015/open-data.csv';
    const { text } = await board.get(`${file}?asAt=2015-09-30`);
    const rows = rowsOf(text);
    const about = JSON.parse((await board.get(`${file}-metadata.json?asAt=2015-09-30`)).text) as {
      tableSchema: { columns: { name: string; 'dc:description': string }[]; primaryKey: string[] };
    };
    const { columns, primaryKey } = about.tableSchema;
    expect(columns.map(({ name }) => name)).toEqual(Object.keys(rows[0] ?? {}));
    expect(columns.every((one) => one['dc:description'].length > 10)).toBe(true);
    const keys = rows.map((row) => primaryKey.map((name) => row[name]).join(' '));
    expect(new Set(keys).size).toBe(rows.length);
    expect(rows).toHaveLength(5 * report.measures.length);
    for (const { key, total, quarters, colour, partOf } of report.measures) {
      const own = rows.filter((row) => row.measure_key === key);
      expect([key, ...own.map(({ figure }) => figure)]).toEqual([
        key,
        ...[...quarters.map(({ value }) => value), total].map((value) =>
          value === null ? '' : String(value),
        ),
      ]);
      expect([own.at(-1)?.period, own.at(-1)?.colour]).toEqual(['total', partOf === null ? colour : '']);
    }
    expect(rows.filter(({ period, figure }) => period === 'Q4' && figure !== '')).toEqual([]);
    // The rows that have a colour are the rows of the paper, and their colours its colours.
    const told = rows.filter(({ colour }) => colour !== '').map(({ colour }) => colour);
    expect([told.length, told.filter((colour) => colour === 'green').length]).toEqual([26, 15]);
    expect(saidOn((await board.get('/programme/2015/open-data?asAt=2015-09-30')).text)).toContain(
      'Open data as at 30 September 2015',
    );
  });

  it('saved and brought again changes nothing', async () => {
    for (const list of ['measures', 'budget']) {
      const saved = await files.saved(list, '2015');
      expect((await files.checked(list, saved, '2015')).counts).toMatchObject({
        ...{ added: 0, changed: 0, gone: 0 },
      });
    }
  });

  it('does not count on what was in discussion when a later quarter has come', async () => {
    await files.entered(await files.checked('measures', 'measure,q3\nchallenges15,24\n', '2015'));
    const later = await service.done<ReportView>('programme', 'get', '/api/programmes/2015/report');
    expect(later.measures.find(({ key }) => key === 'challenges15')).toMatchObject({
      ...{ total: 55, together: 0, all: 55 },
    });
    const then = await service.done<ReportView>(
      'programme',
      'get',
      '/api/programmes/2015/report?asAt=2015-09-30',
    );
    expect(then.measures.find(({ key }) => key === 'challenges15')).toMatchObject({ total: 31, all: 99 });
  });
});
