import { isSameName } from '../people/same-name.js';
import { day, keyOf, needed, oneOf, readRows, rowNumber, text, type ReadCell } from '../web/cells.js';
import { refuseRows, type CsvRow } from '../web/csv.js';
import { AVAILABILITY_STATES, type AvailabilityRange } from './availability.js';

export const AVAILABILITY_COLUMNS = ['peer', 'name', 'from', 'to', 'state'] as const;

type Row = AvailabilityRange & { peer: string; name: string | null | undefined };

/** How each column is read. */
export const availabilityCells = (peers: ReadonlyMap<string, string>): Record<keyof Row, ReadCell> => ({
  peer: needed(keyOf(new Map([...peers.keys()].map((id) => [id, id])), 'the id of a peer')),
  // So that people can read the file; where it is given, it must be theirs.
  name: text,
  from: needed(day),
  to: needed(day),
  state: needed(oneOf(AVAILABILITY_STATES)),
});

/** Reads availability: what each peer's rows say; `peers` are names by id. Throws a 400 that names every row and column at fault. */
export function readAvailability(
  file: CsvRow[],
  peers: ReadonlyMap<string, string>,
): Map<string, AvailabilityRange[]> {
  const rows = readRows<Row>(file, availabilityCells(peers));
  refuseRows(
    rows.flatMap((row) => {
      const at = `row ${String(rowNumber(row))}`;
      const whose = peers.get(row.peer) ?? '';
      return [
        ...(row.to < row.from
          ? [{ pointer: `${at}, to`, detail: `found "${row.to}"; allowed: a day not before ${row.from}` }]
          : []),
        ...(row.name && !isSameName(row.name, whose)
          ? [
              {
                pointer: `${at}, name`,
                detail: `found "${row.name}" beside the id of ${whose}: were columns sorted by themselves?`,
              },
            ]
          : []),
      ];
    }),
  );
  const ranges = new Map<string, AvailabilityRange[]>();
  for (const { peer, from, to, state } of rows) {
    const of = ranges.get(peer) ?? [];
    of.push({ from, to, state });
    ranges.set(peer, of);
  }
  return ranges;
}
