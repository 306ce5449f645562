import { programmeYearName } from '../../calendar/programme-year.js';
import { writeCsv } from '../../web/csv.js';
import type { MeasureLine, Report } from './report.js';

/** The columns of the open data of a report, each with what it holds, for people and programs. */
export const OPEN_COLUMNS = [
  ['programme_year', 'string', 'The programme year, from April to March'],
  ['as_at', 'date', 'The day up to which things are counted'],
  ['theme', 'string', 'The heading of the report that the measure stands under'],
  ['measure_key', 'string', 'Names the measure, and stays the same from report to report'],
  ['measure', 'string', 'The measure in words'],
  ['part_of', 'string', 'The key of the measure in whose row it stands as another target; empty for most'],
  ['unit', 'string', 'What the figure is in: a number, thousands or millions of pounds, or per cent'],
  [
    'counting',
    'string',
    'How quarters go together to the total: sum (added up), running (the last one counts), distinct (each council once in a quarter and once in the total), average (their mean)',
  ],
  ['period', 'string', 'Q1 to Q4, or total for the year up to the day'],
  ['figure', 'decimal', 'The figure; empty where there is none, which is not a nought'],
  [
    'direction',
    'string',
    'What the target asks, beside the total: at least, up to (at most so much), or aim (up to so much, as an aim)',
  ],
  ['target', 'decimal', 'The target of the year, beside the total'],
  ['target_words', 'string', 'The target as it is worded, beside the total'],
  ['progress', 'string', 'How far a target in words has come, beside the total'],
  [
    'colour',
    'string',
    'How the row stands, beside the total: green, amber, red, or not started; empty for a measure that stands in the row of another',
  ],
] as const;

type Name = (typeof OPEN_COLUMNS)[number][0];
type Cells = Record<Name, string | number | null>;

const NAMES = OPEN_COLUMNS.map(([name]) => name);
const BESIDE_THE_TOTAL = { direction: '', target: null, target_words: '', progress: '', colour: '' };

/** The measures of a report with one figure a row, so that reports of many days may be laid one after another. */
export function openDataCsv(report: Report): string {
  return writeCsv(
    NAMES,
    report.measures.flatMap((line) => figuresOf(report, line)),
  );
}

function figuresOf(report: Report, line: MeasureLine): Cells[] {
  const same = {
    programme_year: programmeYearName(report.year),
    as_at: report.asOf,
    theme: line.theme ?? '',
    measure_key: line.key,
    measure: line.name,
    part_of: line.partOf ?? '',
    unit: line.unit ?? 'number',
    counting: line.counting,
  };
  const quarters = line.quarters.map(({ quarter, value, notApplicable }): Cells => ({
    ...same,
    ...{ period: `Q${String(quarter)}`, figure: notApplicable ? null : value },
    ...BESIDE_THE_TOTAL,
  }));
  const total: Cells = {
    ...same,
    ...{ period: 'total', figure: line.total, direction: plainly(line.direction), target: line.target },
    ...{ target_words: line.targetWords ?? '', progress: plainly(line.progress ?? '') },
    // As on the page: two targets of one row have the colour of the row.
    colour: line.partOf ? '' : plainly(line.colour),
  };
  return [...quarters, total];
}

const plainly = (state: string): string => state.replaceAll('_', ' ');

/** How a file of open data is called, by the day of its report. */
export const openDataName = ({ year, asOf }: Report): string => `open-data-${String(year)}-as-at-${asOf}.csv`;

/**
 * What the file is, as https://www.w3.org/TR/tabular-metadata/ has it. Under which licence it is published, and by whom, is for the
 * association to say.
 */
export const openDataAbout = (report: Report): object => ({
  '@context': 'http://www.w3.org/ns/csvw',
  url: openDataName(report),
  'dc:title': `The programme of peer challenges ${programmeYearName(report.year)}, as at ${report.asOf}`,
  'dc:modified': { '@value': report.asOf, '@type': 'xsd:date' },
  tableSchema: {
    columns: OPEN_COLUMNS.map(([name, datatype, description]) => ({
      ...{ name, titles: name, datatype },
      'dc:description': description,
    })),
    primaryKey: ['as_at', 'measure_key', 'period'],
  },
});
