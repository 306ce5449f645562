import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import { addDays, type CivilDate } from '../calendar/dates.js';
import { sayDay } from '../calendar/phrases.js';
import { Council } from '../councils/council.entity.js';
import { Houses } from '../councils/houses.js';
import { Succession } from '../councils/succession.entity.js';
import { Database } from '../database/database.js';
import type { Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { badField, conflict, notFound } from '../web/problems.js';
import { HandoverService } from './handover.service.js';
import { Placement, type Subject } from './placement.entity.js';

/** A succession as somebody records it; bodies by code. */
export interface NewSuccession {
  predecessors: string[];
  from: CivilDate;
  /** Those of the predecessors that do not end, and give only a part of themselves. */
  goOn?: string[];
  /** Whether the one that follows was there before, as where a county goes on in place of its districts. */
  continues?: boolean;
}

/** Where a person places somebody or something. */
export interface Placed {
  kind: Subject;
  id: string;
  successorId: string | null;
}

/** Reorganisations: recorded long before, undone, and who goes where. Nothing moves before the day; see `HandoverService`. */
@Injectable()
export class SuccessionsService {
  constructor(
    private readonly db: Database,
    private readonly handover: HandoverService,
  ) {}

  /**
   * From a day on a body follows others, wholly or in part; gives their ids. Throws a 400 for unknown codes and for a body that would follow itself, a 409
   * where one of them ends on another day already.
   */
  async record(
    actor: Actor,
    successorId: string,
    { predecessors, from, goOn = [], continues = false }: NewSuccession,
  ): Promise<string[]> {
    return this.db.transact(async (tx) => {
      const old = await byCode(tx, predecessors, '/predecessors');
      const successor = await lockBody(tx, successorId);
      await this.refuseCircles(tx, successor, old);
      for (const body of old) {
        const ends = !goOn.includes(body.code);
        if (body.validTo !== null && (!ends || body.validTo !== addDays(from, -1)))
          throw conflict(
            'already-succeeded',
            `${body.name} ends on ${sayDay(body.validTo)}; what follows it begins on the day after.`,
          );
        const row = { predecessorId: body.id, successorId, startsOn: from, ends };
        await tx.upsert(Succession, row, ['predecessorId', 'successorId']);
        if (ends) await tx.update(Council, { id: body.id }, { validTo: addDays(from, -1) });
      }
      if (!continues && successor.validFrom === null)
        await tx.update(Council, { id: successorId }, { validFrom: from });
      const subject = `council:${successorId}`;
      await record(tx, actor, 'council.succession', subject, { predecessors: old.map(({ id }) => id), from });
      await this.handover.applyDue(tx, actor);
      return old.map(({ id }) => id);
    });
  }

  /** Takes back that one body follows another; what was moved on the day goes back. Throws a 404 where it does not follow. */
  async undo(actor: Actor, successorId: string, predecessorCode: string): Promise<void> {
    await this.db.transact(async (tx) => {
      const [predecessor] = await byCode(tx, [predecessorCode], '/predecessor');
      const predecessorId = predecessor?.id ?? '';
      const found = await tx.findOneBy(Succession, { predecessorId, successorId });
      if (!found) throw notFound('succession');
      if (found.appliedAt !== null) await this.handover.giveBack(tx, predecessorId, successorId);
      await tx.delete(Succession, { predecessorId, successorId });
      await tx.delete(Placement, { predecessorId, successorId });
      const left = await tx.findBy(Succession, [{ predecessorId }, { successorId }]);
      if (!left.some((one) => one.predecessorId === predecessorId && one.ends))
        await tx.update(Council, { id: predecessorId }, { validTo: null });
      if (!left.some((one) => one.successorId === successorId))
        await tx.update(Council, { id: successorId, validFrom: found.startsOn }, { validFrom: null });
      await record(tx, actor, 'council.succession.undone', `council:${successorId}`, {
        predecessor: predecessorId,
      });
    });
  }

  /** Somebody says where people, accounts and challenges of an ending body go. Throws a 400 for a body that does not follow it. */
  async place(actor: Actor, predecessorId: string, placed: Placed[]): Promise<void> {
    await this.db.transact(async (tx) => {
      await lockBody(tx, predecessorId);
      const followed = await tx.findBy(Succession, { predecessorId });
      const allowed = followed.map(({ successorId }) => successorId);
      const wrong = placed.find(({ successorId }) => successorId !== null && !allowed.includes(successorId));
      if (wrong)
        throw badField('/placements', `found ${wrong.successorId ?? ''}; allowed: ${allowed.join(', ')}`);
      const rows = placed.map(({ kind, id, successorId }) => ({
        predecessorId,
        kind,
        subjectId: id,
        successorId,
      }));
      if (rows.length > 0) await tx.upsert(Placement, rows, ['predecessorId', 'kind', 'subjectId']);
      await record(tx, actor, 'council.placed', `council:${predecessorId}`, { placed: rows.length });
      // After the day a place that was missing is taken at once.
      if (followed.some(({ appliedAt }) => appliedAt !== null))
        await this.handover.moveLeft(tx, actor, predecessorId);
    });
  }

  private async refuseCircles(tx: EntityManager, successor: Council, old: Council[]): Promise<void> {
    const houses = new Houses([], await tx.find(Succession), null);
    const own = old.find(({ id }) => id === successor.id || houses.originsOf(id).has(successor.id));
    if (own)
      throw badField(
        '/predecessors',
        `found ${own.code}; allowed: bodies that do not follow ${successor.name}`,
      );
  }
}

async function byCode(tx: EntityManager, codes: string[], pointer: string): Promise<Council[]> {
  const found = await tx.find(Council, {
    where: { code: In(codes) },
    order: { id: 'ASC' },
    lock: { mode: 'pessimistic_write' },
  });
  const missing = codes.filter((code) => !found.some((council) => council.code === code));
  if (missing.length > 0)
    throw badField(pointer, `found ${missing.join(', ')}; allowed: codes of the register`);
  return found;
}

async function lockBody(tx: EntityManager, id: string): Promise<Council> {
  const found = await tx.findOne(Council, { where: { id }, lock: { mode: 'pessimistic_write' } });
  if (!found) throw notFound('host body');
  return found;
}
