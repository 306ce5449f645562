import { programmeYearName } from '../../calendar/programme-year.js';
import { writeCsv } from '../../web/csv.js';
import type { MeasureLine, Report } from './report.js';

/** The columns of the open data of a report, each with what it holds, for people and programs. */
const COLUMNS = [
  ['programme_year', 'string', 'The programme year, from April to March'],
  ['as_at', 'date', 'The day up to which things are counted'],
  ['theme', 'string', 'The heading of the report that the measure stands under'],
  ['measure_key', 'string', 'Names the measure, and stays the same from report to report'],
  ['measure', 'string', 'The measure in words'],
  ['unit', 'string', 'What the figure is in: a number, thousands or millions of pounds, or per cent'],
  ['period', 'string', 'Q1 to Q4, or total for the year up to the day'],
  ['figure', 'decimal', 'The figure; empty where there is none, which is not a nought'],
  ['target', 'decimal', 'The target of the year, beside the total'],
  ['target_words', 'string', 'The target as it is worded, beside the total'],
  [
    'colour',
    'string',
    'How the measure stands: green, amber or red, beside the total; empty where that is not told',
  ],
] as const;

type Name = (typeof COLUMNS)[number][0];
type Cells = Record<Name, string | number | null>;

const NAMES = COLUMNS.map(([name]) => name);

/** The licence under which councils publish: https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/ */
const LICENCE = 'https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/';

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
    unit: line.unit ?? 'number',
  };
  const quarters = line.quarters.map(({ quarter, value, notApplicable }): Cells => ({
    ...same,
    ...{ period: `Q${String(quarter)}`, figure: notApplicable ? null : value },
    ...{ target: null, target_words: '', colour: '' },
  }));
  const total: Cells = {
    ...same,
    ...{ period: 'total', figure: line.total, target: line.target },
    ...{ target_words: line.targetWords ?? '', colour: line.colour },
  };
  return [...quarters, total];
}

/** What the file is, as https://www.w3.org/TR/tabular-metadata/ has it; `url` is the address of the file. */
export const openDataAbout = (report: Report, url: string): object => ({
  '@context': 'http://www.w3.org/ns/csvw',
  url,
  'dc:title': `The programme of peer challenges ${programmeYearName(report.year)}, as at ${report.asOf}`,
  'dc:license': { '@id': LICENCE },
  'dc:modified': { '@value': report.asOf, '@type': 'xsd:date' },
  tableSchema: {
    columns: COLUMNS.map(([name, datatype, description]) => ({
      ...{ name, titles: name, datatype },
      'dc:description': description,
    })),
    primaryKey: ['as_at', 'measure_key', 'period'],
  },
});
