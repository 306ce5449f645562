import writeXlsx, { type Row, type Sheet } from 'write-excel-file/node';
import { programmeYearName } from '../../calendar/programme-year.js';
import { writeCsv } from '../../web/csv.js';
import type { AnnexLine } from '../budget/budget-annex.js';
import { sayMeasure } from './report-words.js';
import { coloursOf, sayColours } from './rows.js';
import type { CoverageRow, MeasureLine, Report } from './report.js';

const MEASURE_COLUMNS = [
  'measure',
  'theme',
  'name',
  'part_of',
  'unit',
  'target',
  'target_words',
  'progress',
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
  'together',
  'all',
  'colour',
  'because',
  'rule',
  'forecast_least',
  'forecast_likely',
  'forecast_most',
  'year_before',
  'written_later',
  'comment',
] as const;

const BUDGET_COLUMNS = [
  ...(['key', 'line', 'kind', 'budget_to_date', 'actual_to_date', 'budget', 'forecast', 'variance'] as const),
  ...(['colour', 'because', 'comment'] as const),
];

const annexCells = (line: AnnexLine): (string | number | null)[] => [
  ...[line.key, line.name, line.kind, line.budgetToDate, line.actualToDate, line.budget, line.forecast],
  ...[line.variance, line.colour, line.because, line.comment],
];

type Cells = Record<(typeof MEASURE_COLUMNS)[number], string | number | null>;

function measureCells(line: MeasureLine): Cells {
  const [q1 = null, q2 = null, q3 = null, q4 = null] = line.quarters.map(({ value, notApplicable }) =>
    notApplicable ? 'n/a' : value,
  );
  const { least = null, likely = null, most = null } = line.forecast ?? {};
  return {
    measure: line.key,
    theme: line.theme ?? '',
    name: line.name,
    part_of: line.partOf ?? null,
    unit: line.unit ?? 'number',
    target: line.target,
    target_words: line.targetWords ?? '',
    progress: line.progress ?? null,
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
    together: line.together ?? 0,
    all: line.all,
    colour: line.colour,
    because: line.because,
    rule: line.rule,
    comment: line.comment,
    forecast_least: least,
    forecast_likely: likely,
    forecast_most: most,
    year_before: line.before?.total ?? null,
    written_later: line.quarters
      .flatMap(({ quarter, writtenLater }) => (writtenLater ? [`Q${String(quarter)} ${writtenLater}`] : []))
      .join('; '),
  };
}

/** The measures of a report as CSV. */
export function reportCsv({ measures }: Report): string {
  return writeCsv(MEASURE_COLUMNS, measures.map(measureCells));
}

const head = (...names: string[]): Row => names.map((value) => ({ value, type: String, fontWeight: 'bold' }));
const cell = (value: string | number | null): Row[number] =>
  value === null ? null : typeof value === 'number' ? { value, type: Number } : { value, type: String };
const rows = (values: (string | number | null)[][]): Row[] => values.map((row) => row.map(cell));

const coverage = (part: string, list: CoverageRow[]): Row[] => [
  head(part, 'covered', 'due', 'overdue', 'never'),
  ...rows(list.map(({ name, covered, due, overdue, never }) => [name, covered, due, overdue, never])),
];

const years = ({ trend }: Report): Row[] => [
  head('year', 'Q1', 'Q2', 'Q3', 'Q4', 'delivered', 'target'),
  ...rows(
    trend.map(({ year, quarters = [], delivered, target }) => [
      programmeYearName(year),
      ...[0, 1, 2, 3].map((quarter) => quarters[quarter] ?? null),
      ...[delivered, target],
    ]),
  ),
];

/** The whole report as a workbook: a sheet for each of its tables. Texts are written as texts, so that no cell is a formula. */
export async function reportXlsx(report: Report): Promise<Buffer> {
  const sheets: Record<string, Row[]> = {
    'In words': [
      head(`The programme ${programmeYearName(report.year)}, as at ${report.asOf}`),
      ...rows([[sayColours(coloursOf(report.measures))]]),
      ...rows(report.measures.map((line) => [sayMeasure(line)])),
    ],
    Measures: [
      head(...MEASURE_COLUMNS),
      ...rows(report.measures.map(measureCells).map((cells) => MEASURE_COLUMNS.map((name) => cells[name]))),
    ],
    ...(report.budget
      ? { Budget: [head(...BUDGET_COLUMNS), ...rows(report.budget.lines.map(annexCells))] }
      : {}),
    'How the work goes': [
      head('what', 'figure', 'rows', 'apart'),
      ...rows(report.running.map(({ name, value, of, apart = null }) => [name, value, of, apart])),
    ],
    Years: years(report),
    'Cycle by region': coverage('region', report.byRegion),
    'Cycle by type': coverage('type', report.byType),
  };
  const made = Object.entries(sheets).map(([sheet, data]): Sheet<never> => ({
    ...{ sheet, data, stickyRowsCount: 1 },
    columns: widthsOf(data),
  }));
  return writeXlsx(made as never).toBuffer();
}

/** Columns as wide as what stands in them, up to what one reads at a glance. */
function widthsOf(data: readonly Row[]): { width: number }[] {
  const columns = Math.max(0, ...data.map((row) => row.length));
  return Array.from({ length: columns }, (_, at) => {
    const longest = Math.max(...data.map((row) => lengthOf(row[at])));
    return { width: Math.min(60, Math.max(8, longest + 2)) };
  });
}

const lengthOf = (cell: Row[number] | undefined): number =>
  cell !== null && typeof cell === 'object' && 'value' in cell ? String(cell.value ?? '').length : 0;
