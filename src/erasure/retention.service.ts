import { Injectable } from '@nestjs/common';
import { IsNull, type EntityManager } from 'typeorm';
import { addDays, londonDate, type CivilDate } from '../calendar/dates.js';
import { Database } from '../database/database.js';
import type { Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import type { Retention } from '../reference/content.js';
import { ReferenceService } from '../reference/reference.service.js';
import { notFound } from '../web/problems.js';
import { personOf, type Person } from './person.js';
import { LegalHold } from './legal-hold.entity.js';
import { RetentionRun } from './retention-run.entity.js';
import { removeOld, RETENTION } from './retention.js';

const DAY_MS = 86_400_000;
const SHOWN_DAYS = 90;

/** One kind of data as the office sees it. */
export interface RetentionLine {
  kind: keyof Retention;
  words: string;
  days: number;
  /** In the last 90 days. */
  removed: number;
  lastOn: CivilDate | null;
}

/** Removes each day what is older than policy says, but for people under a legal hold. */
@Injectable()
export class RetentionService {
  constructor(
    private readonly db: Database,
    private readonly reference: ReferenceService,
  ) {}

  /** The daily look. On a day that it ran already it removes what has come to its end since, and adds to what it wrote down. */
  async run(now: Date): Promise<void> {
    const days = await this.reference.get('retention');
    for (const rule of RETENTION)
      await this.db.transact(async (tx) => {
        const before = new Date(now.getTime() - days[rule.kind] * DAY_MS);
        const removed = await removeOld(tx, rule, before);
        await tx.query(
          `INSERT INTO retention_runs (day, kind, removed) VALUES ($1, $2, $3)
           ON CONFLICT (day, kind) DO UPDATE SET removed = retention_runs.removed + excluded.removed`,
          [londonDate(now), rule.kind, removed],
        );
      });
  }

  async lines(): Promise<RetentionLine[]> {
    const days = await this.reference.get('retention');
    const since = addDays(this.db.today(), -SHOWN_DAYS);
    const runs = await this.db.manager
      .createQueryBuilder(RetentionRun, 'r')
      .where('r.day >= :since AND r.removed > 0', { since })
      .orderBy('r.day')
      .getMany();
    return RETENTION.map(({ kind, words }) => {
      const own = runs.filter((run) => run.kind === kind);
      const removed = own.reduce((sum, run) => sum + run.removed, 0);
      return { kind, words, days: days[kind], removed, lastOn: own.at(-1)?.day ?? null };
    });
  }

  holds(): Promise<LegalHold[]> {
    return this.db.manager.find(LegalHold, { where: { endedAt: IsNull() }, order: { createdAt: 'ASC' } });
  }

  /** Nothing of an address is removed from now on. Holding it twice is holding it once. */
  async hold(actor: Actor, email: string, reason: string): Promise<void> {
    await this.db.transact(async (tx) => {
      const { peers, accounts, applications } = await personOf(tx, { email });
      const subjects = [...peers, ...accounts, ...applications];
      const added = await tx
        .createQueryBuilder()
        .insert()
        .into(LegalHold)
        .values({ email: email.toLowerCase(), subjects, reason, actor: actor.id })
        .orIgnore()
        .returning('id')
        .execute();
      const [row] = added.raw as { id: string }[];
      if (row) await record(tx, actor, 'legal-hold.begun', `legal-hold:${row.id}`);
    });
  }

  async endHold(actor: Actor, id: string): Promise<void> {
    await this.db.transact(async (tx) => {
      const hold = await tx.findOneBy(LegalHold, { id });
      if (!hold) throw notFound('hold');
      if (hold.endedAt) return;
      hold.endedAt = this.db.now();
      await tx.save(hold);
      await record(tx, actor, 'legal-hold.ended', `legal-hold:${id}`);
    });
  }
}

/** Whether a person is under a hold: by an address, or as the one who had it when the hold began. */
export async function isHeld(tx: EntityManager, person: Person): Promise<boolean> {
  const ids = [...person.peers, ...person.accounts, ...person.applications];
  const emails = person.emails.map((email) => email.toLowerCase());
  const holds = await tx.findBy(LegalHold, { endedAt: IsNull() });
  return holds.some(
    ({ email, subjects }) => emails.includes(email) || subjects.some((subject) => ids.includes(subject)),
  );
}
