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

/** What an inspection of the host body says against days on site; null where it is far from them. `names` says each framework as people do. */
export function inspectionWarning(
  { from, to }: DateRange,
  { framework, inspectedOn, expectedBy }: KnownInspection,
  names: ReadonlyMap<string, string>,
): WindowWarning | null {
  const date = inspectedOn ?? expectedBy;
  if (date === null || date < addDays(from, -NEAR_DAYS) || date > addDays(to, NEAR_DAYS)) return null;
  const name = names.get(framework) ?? framework;
  const when = inspectedOn === null ? `is expected by ${date}` : `is on ${date}`;
  return { rule: 'inspection', severity: 'warning', date, message: `an inspection (${name}) ${when}` };
}
