import type { EntityManager } from 'typeorm';
import type { CivilDate } from '../calendar/dates.js';
import { sayPlainDay } from '../calendar/phrases.js';
import { readTypedDay } from '../web/british-dates.js';
import type { Actor } from '../people/access.js';
import { groupCell, type PartyGroup } from '../people/party-groups.js';
import type { ReferenceService } from '../reference/reference.service.js';
import { CellFault, type ReadCell } from '../web/cells.js';
import { readField } from './given-field.js';
import { ControlChange } from './control-change.entity.js';
import type { Council, Turn } from './council.entity.js';
import { Signal } from './signal.entity.js';

/** Who controls a council, from a day on. */
export interface Control {
  control: string | null;
  leadingGroup: string | null;
  asOf: CivilDate;
}

/** The same with who leads beside that group, and whose turn it is when. */
export interface Leadership extends Control {
  coalition: string[];
  rotation: Turn[];
}

/** Groups by any name, parted by semicolons. */
export const coalitionCell =
  (groups: readonly PartyGroup[]): ReadCell =>
  (cell) =>
    cell.split(';').flatMap((one) => (groupCell(groups)(one.trim()) as string | null) ?? []);

/** "Labour from 20 May 2027; Liberal Democrat from 2028-05-18": days as people type them, or as lists are saved. */
export const rotationCell =
  (groups: readonly PartyGroup[]): ReadCell =>
  (cell) =>
    cell.split(';').flatMap((one): Turn[] => {
      if (one.trim() === '') return [];
      const [, said = '', typed = ''] = /^\s*(.+?) from (.+)$/.exec(one) ?? [];
      const from = readTypedDay(typed);
      const group = said === '' ? null : (groupCell(groups)(said) as string | null);
      if (group === null || from === null)
        throw new CellFault(
          `found "${one.trim()}"; allowed: a group and its first day, such as Labour from 20 May 2027`,
        );
      return [{ group, from }];
    });

/** The same as people read it. */
export const sayRotation = (turns: readonly Turn[]): string =>
  turns.map(({ group, from }) => `${group} from ${sayPlainDay(from)}`).join('; ');

export const writeRotation = (turns: readonly Turn[]): string =>
  turns.map(({ group, from }) => `${group} from ${from}`).join('; ');

/** What somebody typed, with groups by their names on the list. Throws a 400 that names the field. */
export function leadershipOf(
  groups: readonly PartyGroup[],
  said: { control: string; leadingGroup?: string; coalition?: string; rotation?: string; asOf: string },
): Leadership {
  const read = (field: keyof typeof said, cell: ReadCell): unknown =>
    readField(`/${field}`, said[field], cell);
  return {
    control: read('control', controlCell(groups)) as string | null,
    leadingGroup: read('leadingGroup', groupCell(groups)) as string | null,
    coalition: read('coalition', coalitionCell(groups)) as string[],
    rotation: read('rotation', rotationCell(groups)) as Turn[],
    asOf: said.asOf,
  };
}

/** Who controls a council where no group has a majority. */
export const NO_OVERALL_CONTROL = 'no overall control';
const NOBODY = /^(?:noc|n\.o\.c\.|no overall (?:control|majority)|hung)$/i;

/** Who controls a council, by any name: a group of the list, or nobody; null where nothing is said. */
export const controlCell =
  (groups: readonly PartyGroup[]): ReadCell =>
  (cell) =>
    NOBODY.test(cell) ? NO_OVERALL_CONTROL : groupCell(groups)(cell);

const CONTROL_SIGNAL = 'change-of-control';

export const sameControl = (
  council: Pick<Council, 'control' | 'leadingGroup'>,
  { control, leadingGroup }: Omit<Control, 'asOf'>,
): boolean => council.control === control && council.leadingGroup === leadingGroup;

/** Writes down a change of control, wherever it comes from: what was before, and a signal for those who are confided in. The council is still to be saved. */
export async function noteControl(
  tx: EntityManager,
  reference: ReferenceService,
  actor: Actor,
  council: Council,
  { control, leadingGroup, asOf }: Control,
): Promise<void> {
  const before = { controlBefore: council.control, leadingGroupBefore: council.leadingGroup };
  await tx.insert(ControlChange, {
    councilId: council.id,
    asOf,
    ...before,
    control,
    leadingGroup,
    actor: actor.id,
  });
  const types = await reference.get('signals', tx);
  if (!types.some(({ id }) => id === CONTROL_SIGNAL)) return;
  const signal = {
    councilId: council.id,
    type: CONTROL_SIGNAL,
    observedOn: asOf,
    source: 'recorded with the council',
    actor: actor.id,
  };
  await tx.save(tx.create(Signal, signal));
}
