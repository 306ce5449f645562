import { readTypedDay } from '../../web/british-dates.js';
import { textOf } from '../../web/lists.js';
import { readYear } from '../programme-years.js';
import type { ReportService } from './report.service.js';

/** The live report that an address asks for, as at a day where it names one. Throws a 400 for what is no year, or no day of it. */
export function askedReport(
  reports: ReportService,
  text: string,
  query: Record<string, unknown>,
): ReturnType<ReportService['live']> {
  const year = readYear(text);
  const asked = textOf(query.asAt);
  return reports.live(year, reports.asAt(year, readTypedDay(asked) ?? asked));
}
