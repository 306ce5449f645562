import { programmeQuarter, programmeYear } from '../calendar/programme-year.js';
import type { Support } from './support.entity.js';

/** How often support of one type was begun in each quarter of a programme year, and at how many different councils in the year. */
export interface SupportTotal {
  type: string;
  quarters: number[];
  times: number;
  councils: number;
}

/** Support begun in a programme year, by type, what was given most often first. */
export function supportTotals(
  supports: readonly Pick<Support, 'type' | 'firstDay' | 'councilId'>[],
  year: number,
): SupportTotal[] {
  const ofYear = supports.filter(({ firstDay }) => programmeYear(firstDay) === year);
  return [...new Set(ofYear.map(({ type }) => type))]
    .map((type) => {
      const mine = ofYear.filter((one) => one.type === type);
      const quarters = [1, 2, 3, 4].map(
        (quarter) => mine.filter(({ firstDay }) => programmeQuarter(firstDay) === quarter).length,
      );
      const councils = new Set(mine.map(({ councilId }) => councilId)).size;
      return { type, quarters, times: mine.length, councils };
    })
    .sort((a, b) => b.times - a.times || (a.type < b.type ? -1 : 1));
}
