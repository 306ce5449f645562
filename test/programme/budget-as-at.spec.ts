import { BudgetService } from '../../src/programme/budget/budget.service.js';
import type { ReportView } from '../../src/programme/report/report.dto.js';
import { rowsOf } from '../support/csv.js';
import { Files, OFFICE } from '../support/files.js';
import { Service } from '../support/service.js';

let service: Service;
let files: Files;

beforeAll(async () => {
  service = await Service.start({ worker: false });
  files = new Files(service);
}, 60_000);
afterAll(() => service.stop());

const sql = (text: string, values: unknown[]): Promise<{ id: string }[]> =>
  service.source.query<{ id: string }[]>(text, values);
const reportOf = (year: number, asAt = ''): Promise<ReportView> =>
  service.done<ReportView>(
    'programme',
    'get',
    `/api/programmes/${String(year)}/report${asAt && `?asAt=${asAt}`}`,
  );
describe('the budget as at a day', () => {
  it('has of each line what was told of last, and its words and sums of then', async () => {
    const budget = service.app.get(BudgetService);
    const line = (key: string): Parameters<BudgetService['add']>[2] => ({
      ...{ key, name: key, kind: 'expenditure', budget: 100, colour: null, colourReason: null, comment: '' },
    });
    const travel = await budget.add(OFFICE, 2019, line('travel'));
    const staff = await budget.add(OFFICE, 2019, line('staff'));
    const told = (id: string, quarter: number, forecast: number, at: string): Promise<unknown> =>
      sql(
        `INSERT INTO budget_figures (line_id, quarter, forecast, comment, actor, at) VALUES ($1, $2, $3, 'ledger', 'test', $4)`,
        [id, quarter, forecast, at],
      );
    await told(travel.id, 1, 101, '2019-07-02');
    await told(staff.id, 1, 99, '2019-07-02');
    await told(travel.id, 2, 120, '2019-10-05');
    await sql(
      `INSERT INTO budget_line_versions (line_id, content, at) SELECT id, to_jsonb(l) || '{"budget": 90}', '2019-04-01' FROM budget_lines l WHERE id = $1`,
      [staff.id],
    );
    const annex = async (asAt = ''): Promise<unknown[]> =>
      (await reportOf(2019, asAt)).budget?.lines.map((one) => [one.key, one.budget, one.forecast]) ?? [];
    // One line that was told of in Q2 leaves the other as it was told of in Q1.
    expect(await annex()).toEqual([
      ['travel', 100, 120],
      ['staff', 100, 99],
    ]);
    expect(await annex('2019-07-15')).toEqual([
      ['travel', 100, 101],
      ['staff', 90, 99],
    ]);
    const saved = await files.saved('budget', '2019');
    expect(rowsOf(saved).map(({ key, quarter, forecast }) => [key, quarter, forecast])).toEqual([
      ['travel', 'Q2', '120'],
      ['staff', 'Q1', '99'],
    ]);
    expect((await files.checked('budget', saved, '2019')).counts).toMatchObject({
      added: 0,
      changed: 0,
      gone: 0,
    });
    await expect(
      budget.enter(OFFICE, travel.id, {
        ...{ quarter: 3, budgetToDate: null, actualToDate: null, forecast: null, comment: 'nothing' },
      }),
    ).rejects.toThrow();
    await expect(
      budget.change(OFFICE, travel.id, travel.version, { ...line('x'), colour: 'red' }),
    ).rejects.toMatchObject({ errors: [{ detail: 'a colour by hand and its reason go together' }] });
  });
});
