import { COUNCIL_TYPES } from '../matching/problem/programme.js';
import { day, number, oneOf, readCells, text, type ReadCell } from '../web/cells.js';
import { refuseRows, type CsvRow } from '../web/csv.js';
import type { FieldError } from '../web/problems.js';
import { BODIES, type Council } from './council.entity.js';

/** The columns of the register, for import and export alike. */
export const COUNCIL_COLUMNS = [
  'code',
  'name',
  'body',
  'type',
  'region',
  'county',
  'control',
  'leading_group',
  'control_as_of',
  'population',
  'latitude',
  'longitude',
  'rurality',
  'election_pattern',
  'election_base_year',
  'election_next_year',
  'valid_from',
  'valid_to',
  'neighbours',
  'comparable',
] as const;

type Column = (typeof COUNCIL_COLUMNS)[number];

/** A row of the register: facts of a host body, and the codes of others, as far as the file has these columns. */
export interface RegisterRow {
  row: number;
  facts: Partial<Council> & { code: string };
  neighbours?: string[];
  comparable?: string[];
}

const FACTS: Partial<Record<Column, [property: keyof Council, read: ReadCell]>> = {
  name: ['name', text],
  body: ['body', oneOf(BODIES)],
  type: ['type', oneOf(COUNCIL_TYPES)],
  region: ['region', text],
  county: ['county', text],
  control: ['control', text],
  leading_group: ['leadingGroup', text],
  control_as_of: ['controlAsOf', day],
  population: ['population', number(1, 100_000_000)],
  latitude: ['latitude', number(-90, 90, false)],
  longitude: ['longitude', number(-180, 180, false)],
  rurality: ['rurality', number(0, 5)],
  election_pattern: ['electionPattern', oneOf(['all_out', 'thirds', 'halves'])],
  election_base_year: ['electionBaseYear', number(1900, 2200)],
  election_next_year: ['electionNextYear', number(1900, 2200)],
  valid_from: ['validFrom', day],
  valid_to: ['validTo', day],
};

/** Reads rows of the register. Throws a 400 that names every row and column at fault. */
export function readRegister(rows: CsvRow[]): RegisterRow[] {
  const faults: FieldError[] = [];
  const seen = new Set<string>();
  const read = rows.map(({ row, cells }): RegisterRow => {
    const code = cells.code ?? '';
    if (!/^[A-Za-z0-9-]{3,20}$/.test(code))
      faults.push({
        pointer: `row ${String(row)}, code`,
        detail: `found "${code}"; allowed: 3 to 20 letters, digits and hyphens`,
      });
    if (seen.has(code))
      faults.push({ pointer: `row ${String(row)}, code`, detail: `"${code}" stands in an earlier row too` });
    seen.add(code);
    const facts: Record<string, unknown> = { code };
    const present = Object.entries(FACTS).filter(([column]) => cells[column] !== undefined);
    const values = readCells(
      { row, cells },
      Object.fromEntries(present.map(([column, [, read]]) => [column, read])),
      faults,
    );
    for (const [column, [property]] of present) facts[property] = values[column];
    return {
      row,
      facts: facts as RegisterRow['facts'],
      ...(cells.neighbours === undefined ? {} : { neighbours: codes(cells.neighbours) }),
      ...(cells.comparable === undefined ? {} : { comparable: codes(cells.comparable) }),
    };
  });
  refuseRows(faults);
  return read;
}

/** A row for export; `links` are codes by relation. */
export function writeRegisterRow(
  council: Council,
  links: { neighbour: string[]; comparable: string[] },
): Record<string, string | number | null> {
  const facts = Object.entries(FACTS).map(([column, [property]]) => [
    column,
    council[property] as string | number | null,
  ]);
  return {
    ...(Object.fromEntries(facts) as Record<string, string | number | null>),
    code: council.code,
    neighbours: links.neighbour.join(' '),
    comparable: links.comparable.join(' '),
  };
}

const codes = (cell: string): string[] => cell.split(/\s+/).filter((code) => code !== '');
