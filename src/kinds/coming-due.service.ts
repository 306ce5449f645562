import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { LessThanOrEqual } from 'typeorm';
import { Database } from '../database/database.js';
import { BadInput } from '../matching/files/reader.js';
import { MessagesService } from '../messages/messages.service.js';
import { SYSTEM } from '../people/access.js';
import { holdersOf } from '../people/recipients.js';
import { ComingChange } from '../reference/coming-change.entity.js';
import { ReferenceService } from '../reference/reference.service.js';
import { paths } from '../web/paths.js';
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
    private readonly messages: MessagesService,
  ) {}

  /**
   * Each by itself: one that cannot be taken any more stays, with what is against it, is told to the programme managers, and is tried again
   * the next day. What fails otherwise is thrown once the others are done.
   */
  async takeAll(): Promise<void> {
    const today = this.db.today();
    const due = await this.db.manager.find(ComingChange, {
      where: { holdsFrom: LessThanOrEqual(today) },
      order: { holdsFrom: 'ASC', policyId: 'ASC' },
    });
    const failed: unknown[] = [];
    for (const { policyId } of due)
      try {
        await this.db.together(() => this.take(this.db.manager, policyId));
      } catch (error) {
        if (error instanceof Problem || error instanceof BadInput) await this.note(policyId, faultOf(error));
        else failed.push(error);
      }
    if (failed.length > 0) throw failed[0];
  }

  private note(policyId: string, fault: string): Promise<void> {
    return this.db.transact(async (tx) => {
      const change = await tx.findOne(ComingChange, {
        where: { policyId },
        lock: { mode: 'pessimistic_write' },
      });
      if (!change || change.fault === fault) return;
      await tx.update(ComingChange, { policyId }, { fault });
      const kind = kindOfKey(policyId);
      await this.messages.post(tx, {
        template: 'change-not-taken',
        data: {
          reason: change.reason,
          from: change.holdsFrom,
          fault,
          page: this.messages.address(
            policyId === 'calendar' ? '/rules/calendar' : paths.kind(kind ?? policyId),
          ),
        },
        to: await holdersOf(tx, 'programme'),
        cause: `change-not-taken-${change.id}-${this.db.today()}`,
        about: `policy:${policyId}`,
      });
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

/** What is against a change, with what was found and what is allowed, so that somebody can put it right. */
const faultOf = (error: Problem | BadInput): string =>
  (error instanceof BadInput
    ? error.message
    : [error.message, ...error.errors.map(({ pointer, detail }) => `${pointer.slice(1)}: ${detail}`)].join(
        ' ',
      )
  ).slice(0, 2000);
