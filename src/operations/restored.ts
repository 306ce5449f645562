import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { LessThan, type EntityManager } from 'typeorm';
import type { Database } from '../database/database.js';
import { identityBy } from '../database/identity.js';
import { Message } from '../messages/message.entity.js';
import type { Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { DatabaseMode } from './database-mode.entity.js';

const LOOK_MS = 1000;

/**
 * Holds the work back where this database is a copy of the one that was used last: the original may have sent its messages and done its
 * jobs since. A database that never said which one it is says so now.
 */
export async function noticeCopy(tx: EntityManager): Promise<void> {
  const [here] = await tx.query<{ identity: string }[]>(`SELECT ${identityBy('database_mode')} AS identity`);
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

/** Holds messages and jobs back, as after a restore that nothing in the database shows: of the files of a whole server. Holding twice is holding once. */
export async function hold(db: Database, actor: Actor): Promise<void> {
  await db.transact(async (tx) => {
    const mode = await tx.findOne(DatabaseMode, { where: { id: 1 }, lock: { mode: 'pessimistic_write' } });
    if (!mode)
      throw new Error(
        'No process has used this database yet, so that nothing of it is at work; start one first.',
      );
    if (mode.heldSince) return;
    mode.heldSince = db.now();
    await tx.save(mode);
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
      : await tx.update(Message, old, {
          state: 'parked',
          nextTryAt: null,
          takenUntil: null,
          // The original may have sent them: nobody is to think that they did not arrive.
          settledAt: db.now(),
        });
    mode.heldSince = null;
    await tx.save(mode);
    await record(tx, actor, 'restore.released', 'database', { parked: affected ?? 0 });
    return affected ?? 0;
  });
}

interface Running {
  close: () => Promise<void>;
}

/** What a worker does while it works, and the one thing that it does while work is held. */
export interface HeldWork {
  begin: () => Running;
  meanwhile: (since: Date) => Promise<void>;
}

/**
 * Works unless work is held back, and looks every second whether that has changed: a copy may be put in place of the database, and an
 * operator may hold or release it, while the worker runs.
 */
export class UnheldWork {
  private work: Running | null = null;
  private readonly stop = new AbortController();
  private rounds: Promise<void> = Promise.resolve();

  constructor(
    private readonly db: Database,
    private readonly held: HeldWork,
    private readonly log: Logger,
  ) {}

  /** Begins, or says in the log that work is held. */
  async start(): Promise<void> {
    await this.look();
    if (!this.isAtWork)
      this.log.warn(
        'this database is a restored copy: messages and jobs are held until "cli restore release"',
      );
    this.rounds = this.keepLooking();
  }

  async close(): Promise<void> {
    this.stop.abort();
    await this.rounds;
    await this.work?.close();
  }

  private get isAtWork(): boolean {
    return this.work !== null;
  }

  private async keepLooking(): Promise<void> {
    while (!(await this.isOver()))
      await this.look().catch((error: unknown) => {
        // A database that is away for a moment says nothing about whether work is held.
        const name = error instanceof Error ? error.name : 'unknown';
        this.log.warn({ error: name }, 'a look at whether work is held was missed');
      });
  }

  /** After a pause: whether it was told to stop. */
  private async isOver(): Promise<boolean> {
    const { signal } = this.stop;
    await pause(LOOK_MS, undefined, { signal }).catch(() => undefined);
    return signal.aborted;
  }

  private async look(): Promise<void> {
    await this.db.transact(noticeCopy);
    const since = await heldSince(this.db);
    if (since) {
      await this.work?.close();
      this.work = null;
      await this.held.meanwhile(since);
    } else if (!this.work) {
      this.work = this.held.begin();
      this.log.info('the worker takes jobs');
    }
  }
}
