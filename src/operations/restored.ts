import { setTimeout as pause } from 'node:timers/promises';
import { LessThan, type EntityManager } from 'typeorm';
import type { Database } from '../database/database.js';
import { Message } from '../messages/message.entity.js';
import type { Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { DatabaseMode } from './database-mode.entity.js';

const LOOK_MS = 1000;

/**
 * What no copy has in common with its original: the server, the database within it, and the table, which a restore makes anew even in
 * the same database.
 */
const IDENTITY = `SELECT concat_ws('.', (SELECT system_identifier FROM pg_control_system()),
  (SELECT oid FROM pg_database WHERE datname = current_database()), 'database_mode'::regclass::oid) AS identity`;

/**
 * Holds the work back where this database is a copy of the one that was used last: the original may have sent its messages and done its
 * jobs since. A database that never said which one it is says so now.
 */
export async function noticeCopy(tx: EntityManager): Promise<void> {
  const [here] = await tx.query<{ identity: string }[]>(IDENTITY);
  await tx.query(
    `UPDATE database_mode SET identity = $1, held_since = CASE WHEN identity IS NULL THEN held_since ELSE now() END
     WHERE identity IS DISTINCT FROM $1`,
    [here?.identity],
  );
}

/** Since when messages and jobs are held back in a restored copy; null where they are not. */
export async function heldSince(db: Database): Promise<Date | null> {
  const mode = await db.manager.findOneBy(DatabaseMode, { id: 1 });
  return mode?.heldSince ?? null;
}

/** Holds messages and jobs back, as after a restore that nothing in the database shows: of the files of a whole server. */
export async function hold(db: Database, actor: Actor): Promise<void> {
  await db.transact(async (tx) => {
    await tx.update(DatabaseMode, { id: 1 }, { heldSince: db.now() });
    await record(tx, actor, 'restore.held', 'database');
  });
}

/**
 * Lets messages and jobs go again. Messages that waited already in the copy are parked, since the original may have sent them, unless they
 * are to be sent too. Returns how many were parked; null where nothing was held.
 */
export async function release(
  db: Database,
  actor: Actor,
  { send }: { send: boolean },
): Promise<number | null> {
  return db.transact(async (tx) => {
    const mode = await tx.findOne(DatabaseMode, { where: { id: 1 }, lock: { mode: 'pessimistic_write' } });
    if (!mode?.heldSince) return null;
    const old = { state: 'waiting' as const, createdAt: LessThan(mode.heldSince) };
    const { affected } = send
      ? { affected: 0 }
      : await tx.update(Message, old, { state: 'parked', nextTryAt: null, takenUntil: null });
    mode.heldSince = null;
    await tx.save(mode);
    await record(tx, actor, 'restore.released', 'database', { parked: affected ?? 0 });
    return affected ?? 0;
  });
}

/** Does what may be done meanwhile, again and again, until nothing is held back (true) or it is told to stop (false). */
export async function whenReleased(
  db: Database,
  meanwhile: (since: Date) => Promise<void>,
  stop: AbortSignal,
): Promise<boolean> {
  while (!stop.aborted) {
    // A database that is away for a moment says nothing about whether work is held.
    const held = await heldSince(db).catch(() => undefined);
    if (held === null) return true;
    if (held) await meanwhile(held).catch(() => undefined);
    await pause(LOOK_MS, undefined, { signal: stop }).catch(() => undefined);
  }
  return false;
}
