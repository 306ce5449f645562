import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { addMonths, type CivilDate } from '../calendar/dates.js';
import { sayDay } from '../calendar/phrases.js';
import type { Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { badField, conflict, Problem } from '../web/problems.js';
import { ComingChange } from './coming-change.entity.js';

/** A change that waits keeps every other one from being made, so that none waits for long. */
const MOST_YEARS = 2;

/** Whether a change is to wait: its day is still to come. Throws a 400 for a day that has gone by, or is years ahead. */
export function waits(holdsFrom: CivilDate | null | undefined, today: CivilDate): holdsFrom is CivilDate {
  if (!holdsFrom || holdsFrom === today) return false;
  if (holdsFrom < today)
    throw badField('/holdsFrom', `found ${sayDay(holdsFrom)}, which has gone by; allowed: today or later`);
  const last = addMonths(today, 12 * MOST_YEARS);
  if (holdsFrom > last)
    throw badField('/holdsFrom', `found ${sayDay(holdsFrom)}; allowed: up to ${sayDay(last)}`);
  return true;
}

/** Throws a 409 where a change waits for its day already: what it says would be lost, or would undo the other. */
export async function requireNoneComing(tx: EntityManager, policyId: string): Promise<void> {
  const coming = await tx.findOneBy(ComingChange, { policyId });
  if (!coming) return;
  throw conflict(
    'change-waits',
    `A change waits that holds from ${sayDay(coming.holdsFrom)}. Take it back first, or wait for its day.`,
  );
}

/** Keeps a checked change until its day. Throws a 409 where one waits already. */
export async function keepComing(
  tx: EntityManager,
  actor: Actor,
  change: Pick<ComingChange, 'policyId' | 'holdsFrom' | 'content' | 'version' | 'taking' | 'reason'>,
): Promise<void> {
  await requireNoneComing(tx, change.policyId);
  await tx.insert(ComingChange, { ...change, id: randomUUID(), actor: actor.id });
  await record(tx, actor, 'policy.staged', `policy:${change.policyId}`, { holdsFrom: change.holdsFrom });
}

/** Takes a change back before its day. Doing it twice is doing it once; throws a 412 where another one waits by now than was shown. */
export async function withdrawComing(
  tx: EntityManager,
  actor: Actor,
  policyId: string,
  shown: string,
): Promise<void> {
  const coming = await tx.findOne(ComingChange, { where: { policyId }, lock: { mode: 'pessimistic_write' } });
  if (!coming) return;
  if (coming.id !== shown)
    throw new Problem(412, 'changed-meanwhile', 'Another change waits by now than the one that you saw.');
  await tx.delete(ComingChange, { policyId });
  await record(tx, actor, 'policy.unstaged', `policy:${policyId}`);
}
