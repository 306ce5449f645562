import { appendFile } from 'node:fs/promises';
import { Injectable, Logger } from '@nestjs/common';
import { In } from 'typeorm';
import { londonDate } from '../calendar/dates.js';
import { Database } from '../database/database.js';
import { MessagesService } from '../messages/messages.service.js';
import { Settings } from '../settings.js';
import { Account } from './account.entity.js';
import { AuditCheck } from './audit-check.entity.js';
import { AuditEntry } from './audit-entry.entity.js';
import { anchorLine, isGenuine, signed, type Anchor } from './audit-anchors.js';
import { chainWaiting, firstBroken } from './audit.js';

/** Looks at the audit trail every night, writes down outside the database how it ended, and raises the alarm where it is not whole. */
@Injectable()
export class AuditWatch {
  private readonly log = new Logger('audit');

  constructor(
    private readonly db: Database,
    private readonly settings: Settings,
    private readonly messages: MessagesService,
  ) {}

  /** The daily look; what it finds is told once a day. No row of the database keeps it from looking: the line in the log, or in the file, is what an attacker in the database cannot reach. */
  async look(now: Date): Promise<void> {
    const day = londonDate(now);
    await this.db.transact(chainWaiting);
    const fault = await faultOf(this.db);
    const anchor = await this.anchor(now);
    const { entries, hash } = anchor;
    await this.db.transact(async (tx) => {
      const check = { day, at: now, entries: String(entries), hash, fault };
      await tx.createQueryBuilder().insert().into(AuditCheck).values(check).orIgnore().execute();
      if (fault === null) return;
      const admins = await tx.findBy(Account, { role: 'admin', state: 'active' });
      const to = admins.map(({ email }) => email);
      await this.messages.post(tx, {
        template: 'audit-broken',
        data: { fault },
        to,
        cause: `audit-broken-${day}`,
        about: 'audit',
      });
    });
    this.log.log({ auditAnchor: anchor });
    if (fault) this.log.error(`The audit trail is not whole: ${fault}`);
    const { AUDIT_ANCHORS } = this.settings;
    if (AUDIT_ANCHORS)
      await appendFile(AUDIT_ANCHORS, anchorLine(anchor), { mode: 0o600 }).catch((error: unknown) => {
        this.log.error(`AUDIT_ANCHORS cannot be written: ${(error as { code?: string }).code ?? 'unknown'}`);
      });
  }

  /** The last looks, the newest first. */
  checks(): Promise<AuditCheck[]> {
    return this.db.manager.find(AuditCheck, { order: { day: 'DESC' }, take: 30 });
  }

  private async anchor(now: Date): Promise<Anchor> {
    const [last] = await this.db.manager.find(AuditEntry, { order: { id: 'DESC' }, take: 1 });
    const { SESSION_SECRET } = this.settings;
    return signed(SESSION_SECRET, {
      at: now.toISOString(),
      entries: Number(last?.id ?? 0),
      hash: last?.hash ?? '',
    });
  }
}

/** What is wrong with the trail by all that the database itself knows, in a sentence; null where it is whole. */
export async function faultOf(db: Database): Promise<string | null> {
  const broken = await firstBroken(db);
  if (broken !== null) return `entry ${broken} was changed, or one before it is missing.`;
  const known = await db.manager.find(AuditCheck, { order: { day: 'ASC' } });
  const ends = known.map(({ at, entries, hash }) => ({
    at: at.toISOString(),
    entries: Number(entries),
    hash,
  }));
  return lacking(db, ends);
}

/**
 * What the trail lacks of what was anchored outside the database, in a sentence; null where it has everything. Only what was written by
 * somebody who knows the secret counts. Throws an Error where that is nothing.
 */
export async function missing(db: Database, secret: string, anchors: Anchor[]): Promise<string | null> {
  const genuine = anchors.filter((anchor) => isGenuine(secret, anchor));
  if (genuine.length === 0)
    throw new Error(
      'None of the anchors was written under this SESSION_SECRET. Set the one under which they were written; of two secrets check each.',
    );
  return lacking(db, genuine);
}

type End = Omit<Anchor, 'signature'>;

async function lacking(db: Database, ends: End[]): Promise<string | null> {
  const found = await db.manager.find(AuditEntry, {
    where: { id: In(ends.map(({ entries }) => String(entries))) },
    select: { id: true, hash: true },
  });
  const hashes = new Map(found.map(({ id, hash }) => [Number(id), hash]));
  const lost = ends.find(({ entries, hash }) => entries > 0 && hashes.get(entries) !== hash);
  return lost ? `entry ${String(lost.entries)}, the last one on ${lost.at}, is not there any more.` : null;
}
