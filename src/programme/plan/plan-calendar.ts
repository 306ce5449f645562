import { mondayOf } from '../../calendar/phrases.js';
import type { CivilDate } from '../../calendar/dates.js';

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
export function gapWords(
  { score, bound, gap }: { score: number; bound: number; gap: number },
  seatWorth: number,
): string {
  if (bound <= score) return 'No plan is better than this one: that is proven.';
  return `This plan is within ${(100 * gap).toFixed(gap < 0.001 ? 2 : 1)}% of the best possible: ${seatsWords(bound - score, seatWorth)} at the very most.`;
}

/** Points of the score as seats that are filled or stay empty, which people can picture. */
export function seatsWords(points: number, seatWorth: number): string {
  const seats = points / seatWorth;
  if (seats < 0.2) return 'less than a fifth of one seat';
  if (seats < 0.4) return 'about a quarter of one seat';
  if (seats < 0.75) return 'about half a seat';
  const whole = Math.round(seats);
  return `about ${String(whole)} ${whole === 1 ? 'seat' : 'seats'}`;
}
