import { Injectable } from '@nestjs/common';
import type { CivilDate } from '../../calendar/dates.js';
import { Database } from '../../database/database.js';
import type { Actor } from '../../people/access.js';
import { record } from '../../people/audit.js';
import { conflict, notFound } from '../../web/problems.js';
import { requireVersion } from '../../web/versions.js';
import { ReportAction } from './report-action.entity.js';
import { ReportSnapshot } from './report-snapshot.entity.js';

/** What meetings asked for, and what came of it. */
@Injectable()
export class ReportActions {
  constructor(private readonly db: Database) {}

  /** What the meetings before asked for: of the newest report before this one, or of the newest there is. */
  async before(
    year: number,
    report?: ReportSnapshot,
  ): Promise<{ from: ReportSnapshot | null; actions: ReportAction[] }> {
    const [from = null] = await this.db.manager
      .createQueryBuilder(ReportSnapshot, 's')
      .select(['s.id', 's.title', 's.meetingOn', 's.year', 's.createdAt'])
      .where('s.year <= :year', { year })
      .andWhere(report ? 's.created_at < :at' : 'true', { at: report?.createdAt })
      .orderBy('s.created_at', 'DESC')
      .limit(1)
      .getMany();
    if (!from) return { from, actions: [] };
    return { from, actions: await this.of(from.id) };
  }

  of(snapshotId: string): Promise<ReportAction[]> {
    return this.db.manager.find(ReportAction, {
      where: { snapshotId },
      order: { createdAt: 'ASC', id: 'ASC' },
    });
  }

  async get(id: string): Promise<ReportAction> {
    const found = await this.db.manager.findOneBy(ReportAction, { id });
    if (!found) throw notFound('action');
    return found;
  }

  async add(
    actor: Actor,
    snapshotId: string,
    facts: { text: string; owner: string; due: CivilDate | null },
  ): Promise<void> {
    await this.db.transact(async (tx) => {
      if (!(await tx.existsBy(ReportSnapshot, { id: snapshotId }))) throw notFound('report');
      const saved = await tx.save(tx.create(ReportAction, { ...facts, snapshotId }));
      await record(tx, actor, 'report.action', `report:${snapshotId}`, { action: saved.id });
    });
  }

  /** Says what came of an action. */
  async end(
    actor: Actor,
    id: string,
    version: number,
    done: { outcome: string; doneOn: CivilDate },
  ): Promise<void> {
    await this.db.transact(async (tx) => {
      const action = await tx.findOne(ReportAction, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!action) throw notFound('action');
      requireVersion(action.version, version);
      if (action.outcome !== null)
        throw conflict('wrong-state', 'Somebody has said already what came of it.');
      await tx.save(Object.assign(action, done));
      await record(tx, actor, 'report.action-done', `report:${action.snapshotId}`, { action: id });
    });
  }
}
