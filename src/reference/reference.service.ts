import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import type { Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { notFound } from '../web/problems.js';
import { requireVersion } from '../web/versions.js';
import { checkContent, type ReferenceData } from './content.js';
import { FIRST_REFERENCE } from './first-content.js';
import { requireKept } from './in-use.js';
import { ReferenceChange } from './reference-change.entity.js';
import { ReferenceItem } from './reference-item.entity.js';
import { Database } from '../database/database.js';

/** A new content of one piece, and on which version of it its author looked: null where there was none. */
export interface Replacement {
  content: object;
  reason: string;
  version: number | null;
  /** Of a kind: challenges that take it over, with what they kept before. */
  takenOver?: { id: string; policy: object }[];
}

/** Reads and changes what is policy and no constant: weights, calendar rules, lists to choose from, rules of reports. */
@Injectable()
export class ReferenceService {
  constructor(private readonly db: Database) {}

  async get<Id extends keyof ReferenceData>(
    id: Id,
    tx: EntityManager = this.db.manager,
  ): Promise<ReferenceData[Id]> {
    return (await this.item(id, tx)).content as ReferenceData[Id];
  }

  async item(id: string, tx: EntityManager = this.db.manager): Promise<ReferenceItem> {
    const found = await tx.findOneBy(ReferenceItem, { id });
    if (!found) throw notFound('policy');
    return found;
  }

  /** Its changes, newest first. */
  history(id: string, tx: EntityManager = this.db.manager): Promise<ReferenceChange[]> {
    return tx.find(ReferenceChange, {
      where: { policyId: id },
      order: { at: 'DESC' },
      take: 200,
    });
  }

  /** Replaces a piece whole. Throws BadInput for content of the wrong form, a 400 for a list that leaves out what is in use, 412 where it changed meanwhile. */
  async put(actor: Actor, id: string, by: Replacement): Promise<ReferenceItem> {
    if (!checkContent(id, by.content)) throw notFound('policy');
    return this.db.together(async () => {
      const saved = await this.store(actor, id, by);
      await requireKept(this.db.manager, id, by.content);
      return saved;
    });
  }

  /** Stores checked content under an id, with who changed it from what and why. */
  async store(
    actor: Actor,
    id: string,
    { content, reason, version, takenOver }: Replacement,
  ): Promise<ReferenceItem> {
    return this.db.transact(async (tx) => {
      const before = await tx.findOne(ReferenceItem, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (before) requireVersion(before.version, version ?? 0);
      const saved = await tx.save(ReferenceItem, tx.create(ReferenceItem, { ...before, id, content }));
      await tx.insert(ReferenceChange, {
        policyId: id,
        before: before?.content ?? null,
        after: content,
        takenOver: takenOver ?? null,
        actor: actor.id,
        reason,
      });
      await record(tx, actor, 'policy.changed', `policy:${id}`, { version: saved.version });
      return saved;
    });
  }

  /** Fills an empty database with the first content; leaves what is there alone. */
  async ensureFirstContent(): Promise<void> {
    const items = Object.entries(FIRST_REFERENCE).map(([id, content]) => ({
      id,
      content: content as object,
    }));
    for (const { id, content } of items) checkContent(id, content);
    await this.addMissing(items);
  }

  /** Adds items whose ids are not there yet. */
  async addMissing(items: { id: string; content: object }[]): Promise<void> {
    await this.db.manager
      .createQueryBuilder()
      .insert()
      .into(ReferenceItem)
      .values(items.map((item) => ({ ...item, version: 1 })))
      .orIgnore()
      .execute();
  }
}
