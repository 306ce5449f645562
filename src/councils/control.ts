import type { EntityManager } from 'typeorm';
import type { CivilDate } from '../calendar/dates.js';
import type { Actor } from '../people/access.js';
import type { ReferenceService } from '../reference/reference.service.js';
import { ControlChange } from './control-change.entity.js';
import type { Council } from './council.entity.js';
import { Signal } from './signal.entity.js';

/** Who controls a council, from a day on. */
export interface Control {
  control: string | null;
  leadingGroup: string | null;
  asOf: CivilDate;
}

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
