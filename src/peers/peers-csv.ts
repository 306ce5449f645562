import { isRecordedDate } from '../calendar/dates.js';
import { PEER_CLASSES, type PeerClass } from '../matching/problem/programme.js';
import { among, CellFault, type ReadCell } from '../web/cells.js';
import { refuseRows, type CsvRow } from '../web/csv.js';
import type { FieldError } from '../web/problems.js';
import { CONFLICT_TYPES, PEER_STATES, type Peer, type PeerHome } from './peer.entity.js';
import { REGIONS } from '../councils/regions.js';
import { groupFault, groupOf, type PartyGroup } from '../people/party-groups.js';
import { finder, phoneFault } from './addresses.js';
import { PEER_FIELDS, type Role, seesOfPeer } from '../people/permissions.js';

/** The columns of the pool, for import and export alike; lists are parted by semicolons, councils named by code. */
export const PEER_COLUMNS = [
  'id',
  'name',
  'email',
  'phone',
  'class',
  'party',
  'council',
  'homes',
  'organisation',
  'positions',
  'skills',
  'accreditations',
  'conflicts',
  'refused_regions',
  'released_until',
  'reviews',
  'rating',
  'max_challenges',
  'max_days',
  'rest_days',
  'state',
] as const;

/** Columns that not everybody sees who sees a peer; the others everybody does. */
const PARTS: Partial<Record<(typeof PEER_COLUMNS)[number], keyof typeof PEER_FIELDS>> = {
  email: 'contact',
  phone: 'contact',
  party: 'party',
  accreditations: 'limits',
  conflicts: 'conflicts',
  homes: 'conflicts',
  refused_regions: 'limits',
  released_until: 'limits',
  rating: 'rating',
  max_challenges: 'limits',
  max_days: 'limits',
  rest_days: 'limits',
};

/** Whether a role sees a column, by the same table as pages and API. */
export function seesColumn(role: Role, column: (typeof PEER_COLUMNS)[number]): boolean {
  const part = PARTS[column];
  return part === undefined || seesOfPeer(role, part);
}

/** What the rows are held against. */
export interface PoolReferences {
  councilIds: ReadonlyMap<string, string>;
  positions: ReadonlySet<string>;
  /** Whose post each is: a councillor's, an officer's or somebody else's. */
  classOf: ReadonlyMap<string, PeerClass>;
  skills: ReadonlySet<string>;
  kinds: ReadonlySet<string>;
  groups: readonly PartyGroup[];
}

export interface PeerRow {
  row: number;
  id: string | null;
  facts: Partial<Peer>;
}

type Read = (cell: string, references: PoolReferences) => unknown;

const split = (cell: string): string[] =>
  cell
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '');
const text =
  (max: number): Read =>
  (cell) => {
    if (/[\r\n]/.test(cell)) throw new CellFault('found a line break in the cell; allowed: one line');
    if (cell.length > max)
      throw new CellFault(`found ${String(cell.length)} characters; allowed: ${String(max)}`);
    return cell || null;
  };
const whole =
  (max: number): Read =>
  (cell) => {
    if (!/^\d{1,6}$/.test(cell) || Number(cell) > max)
      throw new CellFault(`found "${cell.slice(0, 60)}"; allowed: a whole number from 0 to ${String(max)}`);
    return Number(cell);
  };
const choice =
  (names: readonly string[]): Read =>
  (cell) =>
    among(names, cell);
const day = (cell: string): string | null => {
  if (cell !== '' && !isRecordedDate(cell))
    throw new CellFault(
      `found "${String(cell).slice(0, 60)}"; allowed: a day of the calendar from 1900 to 2200, as 2026-11-03 or 03/11/2026`,
    );
  return cell || null;
};

function councilId(code: string, { councilIds }: PoolReferences): string {
  const id = councilIds.get(code);
  if (id === undefined) throw new CellFault(`found "${code.slice(0, 60)}"; allowed: a code of the register`);
  return id;
}

const READ: Partial<Record<(typeof PEER_COLUMNS)[number], [property: keyof Peer, read: Read]>> = {
  name: ['name', (cell, references) => text(200)(cell, references) ?? fail('is empty; a name is needed')],
  email: [
    'email',
    (cell) =>
      cell === '' || /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(cell)
        ? cell || null
        : fail(`found "${cell.slice(0, 60)}"; allowed: an e-mail address`),
  ],
  phone: ['phone', phoneOf],
  class: ['class', choice(PEER_CLASSES)],
  party: [
    'party',
    (cell, { groups }) => (cell === '' ? null : (groupOf(groups, cell) ?? fail(groupFault(groups, cell)))),
  ],
  council: ['councilId', (cell, references) => (cell === '' ? null : councilId(cell, references))],
  homes: [
    'homes',
    // An empty cell leaves them as they are: a file that is taken in again does not forget where somebody was before.
    (cell, references) =>
      cell === '' ? undefined : cell === 'none' ? [] : split(cell).map((part) => homeOf(part, references)),
  ],
  organisation: ['organisation', text(200)],
  positions: [
    'positions',
    (cell, { positions }) => split(cell).map((position) => among([...positions], position)),
  ],
  skills: [
    'skills',
    (cell, references) => Object.fromEntries(split(cell).map((part) => skillLevel(part, references))),
  ],
  accreditations: [
    'accreditations',
    (cell, { kinds }) =>
      split(cell).map((part) => ({
        kind: among([...kinds], part.split(' until ')[0] ?? ''),
        expiresOn: day(part.split(' until ')[1] ?? ''),
      })),
  ],
  conflicts: ['conflicts', (cell, references) => split(cell).map((part) => conflictOf(part, references))],
  refused_regions: ['refusedRegions', (cell) => split(cell).map((region) => among(REGIONS, region))],
  released_until: ['releasedUntil', day],
  reviews: ['reviews', whole(1000)],
  rating: ['rating', whole(10)],
  max_challenges: ['maxChallenges', whole(100)],
  max_days: ['maxDays', whole(366)],
  rest_days: ['restDays', whole(366)],
  state: ['state', choice(PEER_STATES)],
};

function phoneOf(cell: string, references: PoolReferences): unknown {
  const fault = phoneFault(cell);
  if (fault) throw new CellFault(fault);
  return text(40)(cell, references);
}

function fail(message: string): never {
  throw new CellFault(message);
}

/** "finance 4" */
function skillLevel(part: string, { skills }: PoolReferences): [string, number] {
  const match = /^(\S+) ([1-5])$/.exec(part);
  if (!match)
    throw new CellFault(
      `found "${part.slice(0, 60)}"; allowed: a skill and its level from 1 to 5, such as finance 4`,
    );
  return [among([...skills], match[1] ?? ''), Number(match[2])];
}

/** "E07000106 employment until 2028-03-31" */
function conflictOf(part: string, references: PoolReferences): object {
  const match = /^(\S+) (.+?)(?: until (\S+))?$/.exec(part);
  if (!match)
    throw new CellFault(
      `found "${part.slice(0, 60)}"; allowed: a council code, a type (${CONFLICT_TYPES.join(', ')}), and perhaps until a date`,
    );
  return {
    councilId: councilId(match[1] ?? '', references),
    type: among([...CONFLICT_TYPES], match[2] ?? ''),
    until: day(match[3] ?? ''),
  };
}

/** "E07000106 since 2019-05-01 until 2024-03-31" */
function homeOf(part: string, references: PoolReferences): PeerHome {
  const match = /^(\S+)(?: since (\S+))?(?: until (\S+))?$/.exec(part);
  if (!match)
    throw new CellFault(
      `found "${part.slice(0, 60)}"; allowed: a council code, and perhaps since a date and until the last day`,
    );
  return {
    councilId: councilId(match[1] ?? '', references),
    from: day(match[2] ?? ''),
    to: day(match[3] ?? ''),
  };
}

/** How each column is read; `id` is of somebody in the pool. */
export const peerCells = (references: PoolReferences): Record<string, ReadCell> =>
  Object.fromEntries(
    Object.entries(READ).map(([column, [, read]]) => [
      column,
      Object.assign((cell: string) => read(cell, references), choicesOf(column, references)),
    ]),
  );

const choicesOf = (column: string, { groups }: PoolReferences): { choices?: readonly string[] } =>
  ({
    class: { choices: PEER_CLASSES },
    state: { choices: PEER_STATES },
    party: { choices: groups.map(({ name }) => name) },
  })[column] ?? {};

/** Columns in which "none" takes away what is held. */
const CLEARED: ReadonlySet<string> = new Set([
  ...['email', 'phone', 'party', 'council', 'organisation', 'positions', 'skills', 'accreditations'],
  ...['conflicts', 'refused_regions', 'released_until'],
]);

/** Columns of which there is something usual for somebody new. */
const USUAL: ReadonlySet<string> = new Set([
  'reviews',
  'rating',
  'max_challenges',
  'max_days',
  'rest_days',
  'state',
]);

/**
 * Reads rows of the pool: of a peer who is known by id, or by address and name, an empty cell says nothing, and "none" that there is
 * none. Throws a 400 that names every row and column at fault.
 */
export function readPeers(rows: CsvRow[], references: PoolReferences, pool: readonly Peer[]): PeerRow[] {
  const faults: FieldError[] = [];
  const find = finder(pool);
  const read = rows.map(({ row, cells }): PeerRow => {
    const facts: Record<string, unknown> = {};
    const named = find(cells.email ?? '', cells.name ?? '') ?? null;
    const id = cells.id || named;
    if (id !== null && named !== null && id !== named)
      faults.push({
        pointer: `row ${String(row)}, id`,
        detail: `found the id of one peer with the name and address of another, ${cells.name ?? ''}: were columns sorted by themselves?`,
      });
    for (const [column, cell] of Object.entries(cells)) {
      const known = READ[column as (typeof PEER_COLUMNS)[number]];
      // An empty cell leaves what is held, or what is usual of somebody new.
      if (!known || (cell === '' && (id !== null || USUAL.has(column)))) continue;
      try {
        const value = known[1](cell.toLowerCase() === 'none' && CLEARED.has(column) ? '' : cell, references);
        if (value !== undefined) facts[known[0]] = value;
      } catch (error) {
        if (!(error instanceof CellFault)) throw error;
        faults.push({ pointer: `row ${String(row)}, ${column}`, detail: error.message });
      }
    }
    return { row, id, facts };
  });
  refuseRows(faults);
  return read;
}
