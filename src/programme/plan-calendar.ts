import { mondayOf } from '../calendar/phrases.js';
import type { CivilDate } from '../calendar/dates.js';

/** A challenge on the calendar of a year. */
export interface Entry {
  challengeId: string;
  council: string;
  region: string;
  firstDay: CivilDate;
  /** Placed by the plan, or fixed already. */
  fixed: boolean;
  seats: number;
  filled: number;
}

export interface CalendarWeek {
  monday: CivilDate;
  /** By region, in the order of the regions. */
  cells: Entry[][];
  /** Challenges on site: each needs a manager of its own. */
  managers: number;
  /** Seats filled: peers on the road. */
  peers: number;
}

/** Weeks in which somebody is on site, by region. */
export function calendarOf(entries: readonly Entry[]): { regions: string[]; weeks: CalendarWeek[] } {
  const regions = [...new Set(entries.map(({ region }) => region))].sort();
  const mondays = [...new Set(entries.map(({ firstDay }) => mondayOf(firstDay)))].sort();
  const weeks = mondays.map((monday) => {
    const inWeek = entries.filter(({ firstDay }) => mondayOf(firstDay) === monday);
    return {
      monday,
      cells: regions.map((region) => inWeek.filter((entry) => entry.region === region)),
      managers: inWeek.length,
      peers: inWeek.reduce((sum, { filled }) => sum + filled, 0),
    };
  });
  return { regions, weeks };
}

/** How near the best a plan is, in words that need no mathematics: in per cent, and in seats left empty. */
export function gapWords({ score, bound, gap }: { score: number; bound: number; gap: number }, seatWorth: number): string {
  if (bound <= score) return 'No plan is better than this one: that is proven.';
  const seats = (bound - score) / seatWorth;
  const said =
    seats < 0.2
      ? 'less than a fifth of one seat'
      : seats < 0.4
        ? 'about a quarter of one seat'
        : seats < 0.75
          ? 'about half a seat'
          : `about ${String(Math.round(seats))} ${Math.round(seats) === 1 ? 'seat' : 'seats'}`;
  return `This plan is within ${(100 * gap).toFixed(gap < 0.001 ? 2 : 1)}% of the best possible: ${said} at the very most.`;
}
