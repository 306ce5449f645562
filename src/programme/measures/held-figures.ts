import { londonDate, type CivilDate } from '../../calendar/dates.js';
import { quarterRange } from './forecast.js';
import { knownBy, type AsAt } from './as-at.js';
import type { MeasureFigure } from './measure-figure.entity.js';

/** The figure of one quarter as at a day. */
export interface HeldFigure {
  measureId: string;
  quarter: 1 | 2 | 3 | 4;
  value: number | null;
  notApplicable: boolean;
  councils: string[];
  comment: string;
  /** When it was written down, where that was only after the day; else null. */
  writtenLater: CivilDate | null;
  /** What it is now, where it was changed after the day. */
  changedTo: { value: number | null; notApplicable: boolean; on: CivilDate } | null;
}

/**
 * The figures of a year's measures that a report as at a day shows, from all that were ever entered, oldest first: of quarters that had begun, or will not count, what
 * was known then; where nothing was, what was written down later, which says so.
 */
export function heldFigures(entered: readonly MeasureFigure[], year: number, asAt: AsAt): HeldFigure[] {
  const until = knownBy(asAt);
  const slots = new Map<string, MeasureFigure[]>();
  for (const figure of entered) {
    // That a quarter will not count may be known before it begins.
    if (!isShown(quarterRange(year, figure.quarter), asAt) && !figure.notApplicable) continue;
    const slot = `${figure.measureId} ${String(figure.quarter)}`;
    slots.set(slot, [...(slots.get(slot) ?? []), figure]);
  }
  return [...slots.values()].flatMap((all) => {
    const now = all.at(-1);
    const then = until === null ? now : all.findLast(({ at }) => at < until);
    const shown = then ?? now;
    if (!shown || !now) return [];
    const { measureId, quarter, value, notApplicable, councils, comment } = shown;
    const changed =
      then !== undefined && (then.value !== now.value || then.notApplicable !== now.notApplicable);
    return [
      {
        ...{ measureId, quarter, value, notApplicable, councils, comment },
        writtenLater: then ? null : londonDate(shown.at),
        changedTo: changed
          ? { value: now.value, notApplicable: now.notApplicable, on: londonDate(now.at) }
          : null,
      },
    ];
  });
}

function isShown([first, last]: readonly [CivilDate, CivilDate], { day, figures }: AsAt): boolean {
  return figures === 'all' || (figures === 'begun' ? first : last) <= day;
}
