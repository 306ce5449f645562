import { addDays, type CivilDate, type DateRange } from '../calendar/dates.js';
import type { WindowWarning } from '../calendar/window-rules.js';

/** An inspection of the host body, held or awaited. */
export interface KnownInspection {
  framework: string;
  inspectedOn: CivilDate | null;
  expectedBy: CivilDate | null;
}

/** A council with inspectors in the house, or about to have them, has nobody to spare for a visit: so many days before and after. */
const NEAR_DAYS = 28;

/** What inspections of the host body say against days on site; `names` says each framework as people do. */
export function inspectionWarnings(
  { from, to }: DateRange,
  inspections: readonly KnownInspection[],
  names: ReadonlyMap<string, string>,
): WindowWarning[] {
  return inspections.flatMap(({ framework, inspectedOn, expectedBy }): WindowWarning[] => {
    const date = inspectedOn ?? expectedBy;
    if (date === null || date < addDays(from, -NEAR_DAYS) || date > addDays(to, NEAR_DAYS)) return [];
    const name = names.get(framework) ?? framework;
    const when = inspectedOn === null ? `is expected by ${date}` : `is on ${date}`;
    return [{ rule: 'inspection', severity: 'warning', date, message: `an inspection (${name}) ${when}` }];
  });
}
