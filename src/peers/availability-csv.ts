import { day, keyOf, needed, oneOf, readRows, rowNumber, type ReadCell } from '../web/cells.js';
import { refuseRows, type CsvRow } from '../web/csv.js';
import { AVAILABILITY_STATES, type AvailabilityRange } from './availability.js';

export const AVAILABILITY_COLUMNS = ['peer', 'from', 'to', 'state'] as const;

type Row = AvailabilityRange & { peer: string };

/** How each column is read. */
export const availabilityCells = (peers: ReadonlySet<string>): Record<keyof Row, ReadCell> => ({
  peer: needed(keyOf(new Map([...peers].map((id) => [id, id])), 'the id of a peer')),
  from: needed(day),
  to: needed(day),
  state: needed(oneOf(AVAILABILITY_STATES)),
});

/** Reads availability: what each peer's rows say. Throws a 400 that names every row and column at fault. */
export function readAvailability(
  file: CsvRow[],
  peers: ReadonlySet<string>,
): Map<string, AvailabilityRange[]> {
  const rows = readRows<Row>(file, availabilityCells(peers));
  refuseRows(
    rows.flatMap((row) =>
      row.to < row.from
        ? [
            {
              pointer: `row ${String(rowNumber(row))}, to`,
              detail: `found "${row.to}"; allowed: a day not before ${row.from}`,
            },
          ]
        : [],
    ),
  );
  const ranges = new Map<string, AvailabilityRange[]>();
  for (const { peer, from, to, state } of rows) {
    const of = ranges.get(peer) ?? [];
    of.push({ from, to, state });
    ranges.set(peer, of);
  }
  return ranges;
}
