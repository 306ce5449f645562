import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { LessThanOrEqual } from 'typeorm';
import { Database } from '../database/database.js';
import { BadInput } from '../matching/files/reader.js';
import { SYSTEM } from '../people/access.js';
import { ComingChange } from '../reference/coming-change.entity.js';
import { ReferenceService } from '../reference/reference.service.js';
import { Problem } from '../web/problems.js';
import { keepersOf } from './kept-policy.js';
import { kindOfKey, type Kind } from './kind.js';
import { KindsService } from './kinds.service.js';

/** Takes changes of policy on their day. */
@Injectable()
export class ComingDue {
  constructor(
    private readonly db: Database,
    private readonly kinds: KindsService,
    private readonly reference: ReferenceService,
  ) {}

  /** Each by itself: one that cannot be taken any more stays, with what is against it, and is tried again the next day. */
  async takeAll(): Promise<void> {
    const today = this.db.today();
    const due = await this.db.manager.find(ComingChange, {
      where: { holdsFrom: LessThanOrEqual(today) },
      order: { holdsFrom: 'ASC', policyId: 'ASC' },
    });
    for (const { policyId } of due)
      await this.db
        .together(() => this.take(this.db.manager, policyId))
        .catch((error: unknown) => {
          if (!(error instanceof Problem || error instanceof BadInput)) throw error;
          return this.db.manager.update(ComingChange, { policyId }, { fault: error.message });
        });
  }

  private async take(tx: EntityManager, policyId: string): Promise<void> {
    const change = await tx.findOne(ComingChange, {
      where: { policyId },
      lock: { mode: 'pessimistic_write' },
    });
    if (!change) return;
    // Nothing waits any more when it is stored.
    await tx.delete(ComingChange, { policyId });
    const actor = { ...SYSTEM, id: change.actor };
    const { content, reason, version } = change;
    const kind = kindOfKey(policyId);
    if (kind === null) await this.reference.put(actor, policyId, { content, reason, version });
    else
      await this.kinds.put(actor, kind, { content, reason, version }, await stillKeeping(tx, kind, change));
  }
}

/** Challenges that were to take a change over and go on still. */
async function stillKeeping(
  tx: EntityManager,
  kind: string,
  { content, taking }: ComingChange,
): Promise<string[]> {
  const keepers = await keepersOf(tx, kind, content as Kind);
  return taking.filter((id) => keepers.some(({ challengeId }) => challengeId === id));
}
