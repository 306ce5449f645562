import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { EntityManager } from 'typeorm';
import type { Actor } from './access.js';
import { record } from './audit.js';

const WRITE_MS = 5000;
const ONCE_IN_MS = 3_600_000;

/**
 * Who of the office looked at the record of a peer, or saved people as a file, for the audit trail. A GET does not wait for it: reads are
 * kept for some seconds and written together. Looking again within an hour is one look.
 */
@Injectable()
export class NotedReads implements OnApplicationShutdown {
  private waiting: { actor: Actor; action: string; subject: string }[] = [];
  private readonly seen = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly db: Database) {}

  note(actor: Actor, action: string, subject: string): void {
    const [key, now] = [`${actor.id} ${action} ${subject}`, this.db.now().getTime()];
    if (now - (this.seen.get(key) ?? 0) < ONCE_IN_MS) return;
    this.seen.set(key, now);
    this.waiting.push({ actor, action, subject });
    this.timer ??= setTimeout(() => void this.write(), WRITE_MS).unref();
  }

  /** Writes what waits; what the database does not take now comes with the next. */
  async write(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const reads = this.waiting.splice(0);
    this.forgetOld();
    if (reads.length === 0) return;
    await this.db
      .transact(async (tx) => {
        const gone = await erased(tx, reads);
        for (const { actor, action, subject } of reads)
          if (!gone.has(subject)) await record(tx, actor, action, subject);
      })
      .catch(() => {
        this.waiting.unshift(...reads);
        this.timer ??= setTimeout(() => void this.write(), WRITE_MS).unref();
      });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.write();
    clearTimeout(this.timer);
  }

  private forgetOld(): void {
    const before = this.db.now().getTime() - ONCE_IN_MS;
    for (const [key, at] of this.seen) if (at < before) this.seen.delete(key);
  }
}

/** Peers who were erased since they were looked at: nothing is written of them any more. Who is there stays until this is written. */
async function erased(tx: EntityManager, reads: readonly { subject: string }[]): Promise<Set<string>> {
  const subjects = [...new Set(reads.map(({ subject }) => subject))].filter((one) => one.startsWith('peer:'));
  const there = await tx.query<{ subject: string }[]>(
    `SELECT 'peer:' || id AS subject FROM peers WHERE id = ANY(SELECT substr(s, 6)::uuid FROM unnest($1::text[]) s) ORDER BY id FOR KEY SHARE`,
    [subjects],
  );
  return new Set(subjects.filter((one) => !there.some(({ subject }) => subject === one)));
}
