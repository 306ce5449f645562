import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import type { CivilDate } from '../calendar/dates.js';
import type { Actor } from '../people/access.js';
import { actorNames } from '../people/actor-names.js';
import { record } from '../people/audit.js';
import { badField, notFound } from '../web/problems.js';
import { requireVersion } from '../web/versions.js';
import { keepComing, requireNoneComing, waits, withdrawComing } from './coming-changes.js';
import { checkContent, type ReferenceData } from './content.js';
import { FIRST_REFERENCE } from './first-content.js';
import { requireKept } from './in-use.js';
import { ComingChange } from './coming-change.entity.js';
import { ReferenceChange } from './reference-change.entity.js';
import { ReferenceItem } from './reference-item.entity.js';
import { Database } from '../database/database.js';

/** A new content of one piece, and on which version of it its author looked: null where there was none. */
export interface Replacement {
  content: object;
  reason: string;
  version: number | null;
  /** From which day it holds; at once where none is said. */
  holdsFrom?: CivilDate | null;
  /** Of a kind: challenges that take it over, with what they kept before. */
  takenOver?: { id: string; policy: object }[];
}

/** What may be changed from a day to come, besides kinds. */
const MAY_WAIT = ['weights', 'calendar'];

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

  /**
   * Replaces a piece whole, or keeps what is to replace it until its day. Throws BadInput for content of the wrong form, a 400 for a list
   * that leaves out what is in use, 409 where another change waits for its day, 412 where it changed meanwhile.
   */
  async put(actor: Actor, id: string, by: Replacement): Promise<ReferenceItem> {
    if (!checkContent(id, by.content)) throw notFound('policy');
    if (waits(by.holdsFrom, this.db.today())) {
      // What is in use is known on the day itself, and rules of reports have a day of their own.
      if (!MAY_WAIT.includes(id))
        throw badField('/holdsFrom', `found a day for "${id}"; allowed: kinds, ${MAY_WAIT.join(' and ')}`);
      return this.stage(actor, id, { ...by, holdsFrom: by.holdsFrom });
    }
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
      await requireNoneComing(tx, id);
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

  /** Keeps checked content until its day: what stands now stays until then. Throws as `store` does. */
  async stage(
    actor: Actor,
    id: string,
    { content, reason, version, holdsFrom }: Replacement & { holdsFrom: CivilDate },
    taking: readonly string[] = [],
  ): Promise<ReferenceItem> {
    return this.db.transact(async (tx) => {
      const now = await tx.findOne(ReferenceItem, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!now) throw badField('/holdsFrom', 'what is new holds at once; leave the day out');
      requireVersion(now.version, version ?? 0);
      if (isDeepStrictEqual(content, now.content))
        throw badField('/holdsFrom', 'nothing changes by this, so that nothing would wait for that day');
      const change = { policyId: id, holdsFrom, content, version: now.version, taking: [...taking], reason };
      await keepComing(tx, actor, change);
      return now;
    });
  }

  /** Its changes with who made them, for people. */
  async past(id: string): Promise<(ReferenceChange & { by: string })[]> {
    const changes = await this.history(id);
    const names = await actorNames(
      this.db,
      changes.map(({ actor }) => actor),
    );
    return changes.map((change) => ({ ...change, by: names.get(change.actor) ?? 'somebody' }));
  }

  /** Every change that waits for its day. */
  allComing(): Promise<ComingChange[]> {
    return this.db.manager.find(ComingChange, { order: { holdsFrom: 'ASC' } });
  }

  /** The change that waits for its day, if one does. */
  coming(id: string): Promise<ComingChange | null> {
    return this.db.manager.findOneBy(ComingChange, { policyId: id });
  }

  /** Takes the change back that waits, by its own id. */
  withdraw(actor: Actor, id: string, shown: string): Promise<void> {
    return this.db.transact((tx) => withdrawComing(tx, actor, id, shown));
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
