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

  /** The daily look; on a day that had one, nothing. The line in the log, or in the file, is what an attacker in the database cannot reach. */
  async look(now: Date): Promise<void> {
    const day = londonDate(now);
    if (await this.db.manager.existsBy(AuditCheck, { day })) return;
    await this.db.transact(chainWaiting);
    const fault = await this.fault();
    const anchor = await this.anchor(now);
    const { entries, hash } = anchor;
    const isFirst = await this.db.transact(async (tx) => {
      const check = { day, at: now, entries: String(entries), hash, fault };
      const added = await tx
        .createQueryBuilder()
        .insert()
        .into(AuditCheck)
        .values(check)
        .orIgnore()
        .returning('day')
        .execute();
      if ((added.raw as object[]).length === 0) return false;
      if (fault === null) return true;
      const admins = await tx.findBy(Account, { role: 'admin', state: 'active' });
      const to = admins.map(({ email }) => email);
      await this.messages.post(tx, {
        template: 'audit-broken',
        data: { fault },
        to,
        cause: `audit-broken-${day}`,
        about: 'audit',
      });
      return true;
    });
    if (!isFirst) return;
    this.log.log({ auditAnchor: anchor });
    if (fault) this.log.error(`The audit trail is not whole: ${fault}`);
    const { AUDIT_ANCHORS } = this.settings;
    if (AUDIT_ANCHORS) await appendFile(AUDIT_ANCHORS, anchorLine(anchor), { mode: 0o600 });
  }

  /** The last looks, the newest first. */
  checks(): Promise<AuditCheck[]> {
    return this.db.manager.find(AuditCheck, { order: { day: 'DESC' }, take: 30 });
  }

  private async fault(): Promise<string | null> {
    const broken = await firstBroken(this.db);
    if (broken !== null) return `entry ${broken} was changed, or one before it is missing.`;
    const known = await this.db.manager.find(AuditCheck, { order: { day: 'ASC' } });
    return lacking(
      this.db,
      known.map(({ at, entries, hash }) => ({ at: at.toISOString(), entries: Number(entries), hash })),
    );
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

/**
 * What the trail lacks of what was anchored outside the database, in a sentence; null where it has everything, and where everything was written by
 * somebody who knows the secret.
 */
export async function missing(db: Database, secret: string, anchors: Anchor[]): Promise<string | null> {
  const forged = anchors.find((anchor) => !isGenuine(secret, anchor));
  if (forged)
    return `what was written down on ${forged.at} was not written by this service, or under another SESSION_SECRET.`;
  return lacking(db, anchors);
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
