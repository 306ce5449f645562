import writeXlsx, { type Row, type Sheet } from 'write-excel-file/node';
import { programmeYearName } from '../../calendar/programme-year.js';
import { writeCsv } from '../../web/csv.js';
import { sayMeasure, type CoverageRow, type MeasureLine, type Report } from './report.js';

const MEASURE_COLUMNS = [
  'measure',
  'name',
  'target',
  'direction',
  'counting',
  'q1',
  'q2',
  'q3',
  'q4',
  'total',
  'per_cent',
  'confirmed',
  'in_discussion',
  'all',
  'colour',
  'because',
  'rule',
  'forecast_least',
  'forecast_likely',
  'forecast_most',
  'comment',
] as const;

type Cells = Record<(typeof MEASURE_COLUMNS)[number], string | number | null>;

function measureCells(line: MeasureLine): Cells {
  const [q1 = null, q2 = null, q3 = null, q4 = null] = line.quarters.map(({ value, notApplicable }) =>
    notApplicable ? 'n/a' : value,
  );
  const { least = null, likely = null, most = null } = line.forecast ?? {};
  return {
    measure: line.key,
    name: line.name,
    target: line.target,
    direction: line.direction,
    counting: line.counting,
    q1,
    q2,
    q3,
    q4,
    total: line.total,
    per_cent: line.percent,
    confirmed: line.confirmed,
    in_discussion: line.inDiscussion,
    all: line.all,
    colour: line.colour,
    because: line.because,
    rule: line.rule,
    comment: line.comment,
    forecast_least: least,
    forecast_likely: likely,
    forecast_most: most,
  };
}

/** The measures of a report as CSV. */
export function reportCsv({ measures }: Report): string {
  return writeCsv(MEASURE_COLUMNS, measures.map(measureCells));
}

/** The whole report as a workbook: a sheet for each of its tables. Texts are written as texts, so that no cell is a formula. */
export async function reportXlsx(report: Report): Promise<Buffer> {
  const head = (...names: string[]): Row =>
    names.map((value) => ({ value, type: String, fontWeight: 'bold' }));
  const cell = (value: string | number | null): Row[number] =>
    value === null ? null : typeof value === 'number' ? { value, type: Number } : { value, type: String };
  const rows = (values: (string | number | null)[][]): Row[] => values.map((row) => row.map(cell));
  const coverage = (list: CoverageRow[]): Row[] =>
    rows(list.map(({ name, covered, due, overdue, never }) => [name, covered, due, overdue, never]));
  const sheets: Record<string, Row[]> = {
    'In words': [
      head(`The programme ${programmeYearName(report.year)}, as of ${report.asOf}`),
      ...rows(report.measures.map((line) => [sayMeasure(line)])),
    ],
    Measures: [
      head(...MEASURE_COLUMNS),
      ...rows(report.measures.map(measureCells).map((cells) => MEASURE_COLUMNS.map((name) => cells[name]))),
    ],
    'How the work goes': [
      head('what', 'figure', 'rows', 'apart'),
      ...rows(report.running.map(({ name, value, of, apart = null }) => [name, value, of, apart])),
    ],
    Years: [
      head('year', 'Q1', 'Q2', 'Q3', 'Q4', 'delivered', 'target'),
      ...rows(
        report.trend.map(({ year, quarters = [], delivered, target }) => [
          programmeYearName(year),
          ...[0, 1, 2, 3].map((quarter) => quarters[quarter] ?? null),
          ...[delivered, target],
        ]),
      ),
    ],
    'Cycle by region': [head('region', 'covered', 'due', 'overdue', 'never'), ...coverage(report.byRegion)],
    'Cycle by type': [head('type', 'covered', 'due', 'overdue', 'never'), ...coverage(report.byType)],
  };
  const made = Object.entries(sheets).map(([sheet, data]): Sheet<never> => ({ sheet, data }));
  return writeXlsx(made as never).toBuffer();
}
