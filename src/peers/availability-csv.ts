import { isRecordedDate } from '../calendar/dates.js';
import { refuseRows, type CsvRow } from '../web/csv.js';
import type { FieldError } from '../web/problems.js';
import { AVAILABILITY_STATES, type AvailabilityRange, type AvailabilityState } from './availability.js';

export const AVAILABILITY_COLUMNS = ['peer', 'from', 'to', 'state'] as const;

/** Reads availability: what each peer's rows say. */
export function readAvailability(
  rows: CsvRow[],
  peers: ReadonlySet<string>,
): Map<string, AvailabilityRange[]> {
  const faults: FieldError[] = [];
  const ranges = new Map<string, AvailabilityRange[]>();
  for (const { row, cells } of rows) {
    const { peer = '', from = '', to = '', state = '' } = cells;
    const at = (column: string, detail: string): void =>
      void faults.push({ pointer: `row ${String(row)}, ${column}`, detail });
    if (!peers.has(peer)) at('peer', `found "${peer}"; allowed: the id of a peer`);
    if (!isRecordedDate(from))
      at('from', `found "${String(from)}"; allowed: a day of the calendar from 1900 to 2200, as YYYY-MM-DD`);
    if (!isRecordedDate(to) || (isRecordedDate(from) && to < from))
      at(
        'to',
        `found "${to}"; allowed: a day of the calendar from 1900 to 2200, as YYYY-MM-DD, not before from`,
      );
    if (!AVAILABILITY_STATES.some((known) => known === state))
      at('state', `found "${state}"; allowed: ${AVAILABILITY_STATES.join(', ')}`);
    const of = ranges.get(peer) ?? [];
    of.push({ from, to, state: state as AvailabilityState });
    ranges.set(peer, of);
  }
  refuseRows(faults);
  return ranges;
}
