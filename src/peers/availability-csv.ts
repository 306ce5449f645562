import type { CivilDate, DateRange } from '../calendar/dates.js';
import { isSameName } from '../people/same-name.js';
import { day, keyOf, maybe, needed, oneOf, readRows, rowNumber, text, type ReadCell } from '../web/cells.js';
import { refuseRows, type CsvRow } from '../web/csv.js';
import type { FieldError } from '../web/problems.js';
import { AVAILABILITY_STATES, inside, type AvailabilityRange } from './availability.js';

export const AVAILABILITY_COLUMNS = ['peer', 'name', 'from', 'to', 'state', 'said_on'] as const;

type Row = { [column in keyof AvailabilityRange]: AvailabilityRange[column] | null } & {
  peer: string;
  name: string | null | undefined;
  said_on: CivilDate | null | undefined;
};

/** What a file says of one peer. */
export interface SaidOfPeer {
  ranges: AvailabilityRange[];
  /** The latest day on which the peer said so themselves, as far as the file tells. */
  saidOn: CivilDate | null;
  /** The number of the row that tells that day, or else of the first. */
  row: number;
}

/** How each column is read; a file that stands `whole` for some days may say by a row without days that nothing is left. */
export const availabilityCells = (
  peers: ReadonlyMap<string, string>,
  whole = false,
): Record<keyof Row, ReadCell> => ({
  peer: needed(keyOf(new Map([...peers.keys()].map((id) => [id, id])), 'the id of a peer')),
  // So that people can read the file; where it is given, it must be theirs.
  name: text,
  from: whole ? day : needed(day),
  to: whole ? day : needed(day),
  state: whole ? maybe(oneOf(AVAILABILITY_STATES)) : needed(oneOf(AVAILABILITY_STATES)),
  // When the peer said so themselves.
  said_on: day,
});

/**
 * Reads availability: what each peer's rows say; `peers` are names by id, `within` the days that a file stands for whole: what its rows say of
 * others is left aside, and one without days says that nothing is left of them. Throws a 400 that names every row and column at fault.
 */
export function readAvailability(
  file: CsvRow[],
  peers: ReadonlyMap<string, string>,
  { today, within }: { today: CivilDate; within: DateRange | null },
): Map<string, SaidOfPeer> {
  const rows = readRows<Row>(file, availabilityCells(peers, within !== null));
  refuseRows(rows.flatMap((row) => faultsOf(row, peers.get(row.peer) ?? '', today)));
  const said = new Map<string, SaidOfPeer>();
  for (const row of rows) {
    const { peer, from, to, state, said_on: on } = row;
    const of = said.get(peer) ?? { ranges: [], saidOn: null, row: rowNumber(row) };
    if (from && to && state)
      of.ranges.push(...(within ? inside({ from, to, state }, within) : [{ from, to, state }]));
    if (on && on > (of.saidOn ?? '')) Object.assign(of, { saidOn: on, row: rowNumber(row) });
    said.set(peer, of);
  }
  return said;
}

/** What is wrong with a row whose cells are each right by themselves; `whose` is the name of the peer. */
function faultsOf(row: Row, whose: string, today: CivilDate): FieldError[] {
  const { from, to, state, name, said_on: saidOn } = row;
  const fault = (column: keyof Row, detail: string): FieldError => ({
    pointer: `row ${String(rowNumber(row))}, ${column}`,
    detail,
  });
  const days = { from, to, state };
  const missing = (['from', 'to', 'state'] as const).filter((column) => !days[column]);
  return [
    // A row says all of them, or, in a file that stands for all, none.
    ...(missing.length < 3
      ? missing.map((column) => fault(column, 'is empty; it is needed beside the others'))
      : []),
    ...(from && to && to < from ? [fault('to', `found "${to}"; allowed: a day not before ${from}`)] : []),
    ...(saidOn && saidOn > today ? [fault('said_on', `found "${saidOn}"; allowed: no day to come`)] : []),
    ...(name && !isSameName(name, whose)
      ? [fault('name', `found "${name}" beside the id of ${whose}: were columns sorted by themselves?`)]
      : []),
  ];
}
