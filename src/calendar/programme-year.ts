import type { CivilDate, DateRange } from './dates.js';

/** The programme year of a date by its first calendar year: 2026 for 1 April 2026 to 31 March 2027. */
export function programmeYear(date: CivilDate): number {
  const year = Number(date.slice(0, 4));
  return Number(date.slice(5, 7)) >= 4 ? year : year - 1;
}

/** 1 for April to June, to 4 for January to March. */
export function programmeQuarter(date: CivilDate): 1 | 2 | 3 | 4 {
  const month = Number(date.slice(5, 7));
  return (Math.floor(((month + 8) % 12) / 3) + 1) as 1 | 2 | 3 | 4;
}

export function programmeYearRange(year: number): DateRange {
  return { from: `${String(year)}-04-01`, to: `${String(year + 1)}-03-31` };
}

/** As people write it: 2026/27. */
export function programmeYearName(year: number): string {
  return `${String(year)}/${String((year + 1) % 100).padStart(2, '0')}`;
}
