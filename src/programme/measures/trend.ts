import type { TrendRow } from '../report/report.js';
import { totalOf, type MeasureFacts } from './colour.js';
import type { Measure } from './measure.entity.js';

type Row = Pick<MeasureFacts, 'counting'> & {
  quarters: readonly { value: number | null; notApplicable: boolean; names?: readonly string[] }[];
  total?: number | null;
};

/** One year of a trend. Quarters of a running count are none of a year: they are left out. */
export function trendRow(
  year: number,
  { counting, quarters, total }: Row,
  measure?: Pick<Measure, 'id' | 'source' | 'target'>,
): TrendRow {
  const all = quarters.map(({ names = [], ...quarter }) => ({ ...quarter, names }));
  return {
    year,
    quarters: counting === 'sum' ? quarters.map(({ value }) => value) : [],
    delivered: (total === undefined ? totalOf({ counting, quarters: all }) : total) ?? 0,
    target: measure?.target ?? null,
    measure: measure ? { id: measure.id, source: measure.source } : null,
  };
}
