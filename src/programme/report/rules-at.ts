import type { EntityManager } from 'typeorm';
import type { CivilDate } from '../../calendar/dates.js';
import type { Reporting } from '../../reference/content.js';
import { FIRST_WATCHING } from '../../reference/first-watching.js';
import type { ReferenceService } from '../../reference/reference.service.js';

/** The rules of reports that hold on a day: those written last of all that hold from it or before; the first ones for days before any. */
export async function rulesAt(
  reference: ReferenceService,
  day: CivilDate,
  tx?: EntityManager,
): Promise<Reporting> {
  const now = await reference.get('reporting', tx);
  if (holdsOn(now, day)) return now;
  const changes = await reference.history('reporting', tx);
  const before = changes.flatMap(({ before: old }) =>
    old ? [{ ...FIRST_WATCHING.reporting, ...(old as Partial<Reporting>) }] : [],
  );
  return before.find((rules) => holdsOn(rules, day)) ?? before.at(-1) ?? now;
}

const holdsOn = ({ from }: Reporting, day: CivilDate): boolean => from === undefined || from <= day;
