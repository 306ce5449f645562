import { ELECTION_PATTERNS } from '../calendar/elections.js';
import { COUNCIL_TYPES } from '../matching/problem/programme.js';
import type { Named } from '../reference/content.js';
import { day, eachOf, needed, number, oneOf, readCells, text, yesOrNo, type ReadCell } from '../web/cells.js';
import { refuseRows, type CsvRow } from '../web/csv.js';
import { REGIONS } from './regions.js';
import type { FieldError } from '../web/problems.js';
import { readBelongings, writeBelongings, type BelongingTo } from './belonging-cells.js';
import { groupCell, type PartyGroup } from '../people/party-groups.js';
import { pollsCell, writePolls } from './polls.js';
import { coalitionCell, controlCell, rotationCell, writeRotation } from './control.js';
import { COUNTRIES, GOVERNANCES, type Council } from './council.entity.js';
import { BODIES } from '../reference/bodies.js';

/** The columns of the register, for import and export alike. */
export const COUNCIL_COLUMNS = [
  'code',
  'name',
  'body',
  'country',
  'in_cycle',
  'type',
  'region',
  'county',
  'control',
  'leading_group',
  'coalition',
  'rotation',
  'governance',
  'control_as_of',
  'population',
  'latitude',
  'longitude',
  'rurality',
  'election_pattern',
  'election_base_year',
  'election_next_year',
  'other_polls',
  'valid_from',
  'valid_to',
  'neighbours',
  'comparable',
  'members',
  'parents',
  'groupings',
] as const;

type Column = (typeof COUNCIL_COLUMNS)[number];

/** Others that a row of the register names, by relation; those of columns that the file lacks are left out. */
export interface RegisterLinks {
  neighbour?: BelongingTo[];
  comparable?: BelongingTo[];
  member?: BelongingTo[];
  parent?: BelongingTo[];
}

/** A row of the register: facts of a host body, and others that it names, as far as the file has these columns. */
export interface RegisterRow {
  row: number;
  facts: Partial<Council> & { code: string };
  links: RegisterLinks;
}

/** Columns that name others, and in which relation these stand. */
export const LINK_COLUMNS = {
  neighbours: 'neighbour',
  comparable: 'comparable',
  members: 'member',
  parents: 'parent',
} as const;

const FACTS: Partial<Record<Column, [property: keyof Council, read: ReadCell]>> = {
  name: ['name', text],
  body: ['body', oneOf(BODIES)],
  country: ['country', needed(oneOf(COUNTRIES))],
  in_cycle: ['inCycle', yesOrNo],
  type: ['type', oneOf(COUNCIL_TYPES)],
  region: ['region', oneOf(REGIONS)],
  county: ['county', text],
  control: ['control', text],
  leading_group: ['leadingGroup', text],
  coalition: ['coalition', text],
  rotation: ['rotation', text],
  governance: ['governance', oneOf(GOVERNANCES)],
  control_as_of: ['controlAsOf', day],
  population: ['population', number(1, 100_000_000)],
  latitude: ['latitude', number(-90, 90, false)],
  longitude: ['longitude', number(-180, 180, false)],
  rurality: ['rurality', number(0, 5)],
  election_pattern: ['electionPattern', oneOf(ELECTION_PATTERNS)],
  election_base_year: ['electionBaseYear', number(1900, 2200)],
  election_next_year: ['electionNextYear', number(1900, 2200)],
  other_polls: ['otherPolls', pollsCell],
  valid_from: ['validFrom', day],
  valid_to: ['validTo', day],
  groupings: ['groupings', text],
};

/** Lists of policy that columns take their words from. */
export interface RegisterLists {
  groups: readonly PartyGroup[];
  groupings: readonly Named[];
}

/** Columns that name a group of councillors, by any of its names, or groupings of councils by their ids. */
const LISTED: Partial<Record<string, (lists: RegisterLists) => ReadCell>> = {
  control: ({ groups }) => controlCell(groups),
  leading_group: ({ groups }) => groupCell(groups),
  coalition: ({ groups }) => coalitionCell(groups),
  rotation: ({ groups }) => rotationCell(groups),
  groupings: ({ groupings }) => eachOf(groupings.map(({ id }) => id)),
};

/** How each column is read, but for the code and for neighbours and comparable ones, which are codes with spaces between them. */
export const registerCells = (lists: RegisterLists): Record<string, ReadCell> => ({
  ...Object.fromEntries(
    Object.entries(FACTS).map(([column, [, read]]) => [column, LISTED[column]?.(lists) ?? read]),
  ),
  members: readBelongings,
  parents: readBelongings,
});

/** Reads rows of the register. Throws a 400 that names every row and column at fault. */
export function readRegister(rows: CsvRow[], lists: RegisterLists): RegisterRow[] {
  const faults: FieldError[] = [];
  const seen = new Set<string>();
  const readers = registerCells(lists);
  const read = rows.map(({ row, cells }): RegisterRow => {
    const code = cells.code ?? '';
    if (!/^[A-Z0-9-]{3,20}$/.test(code))
      faults.push({
        pointer: `row ${String(row)}, code`,
        detail: `found "${code.slice(0, 60)}"; allowed: 3 to 20 capital letters, digits and hyphens`,
      });
    if (seen.has(code))
      faults.push({ pointer: `row ${String(row)}, code`, detail: `"${code}" stands in an earlier row too` });
    seen.add(code);
    const facts: Record<string, unknown> = { code };
    const present = Object.entries(readers).filter(([column]) => cells[column] !== undefined);
    const values = readCells({ row, cells }, Object.fromEntries(present), faults);
    for (const [column, [property]] of Object.entries(FACTS))
      if (cells[column] !== undefined) facts[property] = values[column];
    return { row, facts: facts as RegisterRow['facts'], links: linksOf(cells, values) };
  });
  refuseRows(faults);
  return read;
}

/** A row for export; `links` are codes by relation. */
export function writeRegisterRow(
  council: Council,
  links: Required<RegisterLinks>,
): Record<string, string | number | null> {
  const facts = Object.entries(FACTS).map(([column, [property]]) => [
    column,
    council[property as Exclude<keyof Council, 'leadOn'>] as string | number | null,
  ]);
  return {
    ...(Object.fromEntries(facts) as Record<string, string | number | null>),
    code: council.code,
    in_cycle: council.inCycle ? 'yes' : 'no',
    coalition: council.coalition.join('; '),
    groupings: council.groupings.join('; '),
    rotation: writeRotation(council.rotation),
    other_polls: writePolls(council.otherPolls),
    neighbours: links.neighbour.map(({ code }) => code).join(' '),
    comparable: links.comparable.map(({ code }) => code).join(' '),
    members: writeBelongings(links.member),
    parents: writeBelongings(links.parent),
  };
}

const codesOf = (cell: string): BelongingTo[] =>
  cell
    .split(/\s+/)
    .filter((code) => code !== '')
    .map((code) => ({ code, since: null, until: null }));

function linksOf(cells: CsvRow['cells'], values: Record<string, unknown>): RegisterLinks {
  const { neighbours, comparable } = cells;
  const { members, parents } = values as { members?: BelongingTo[]; parents?: BelongingTo[] };
  return {
    ...(neighbours === undefined ? {} : { neighbour: codesOf(neighbours) }),
    ...(comparable === undefined ? {} : { comparable: codesOf(comparable) }),
    ...(members ? { member: members } : {}),
    ...(parents ? { parent: parents } : {}),
  };
}
