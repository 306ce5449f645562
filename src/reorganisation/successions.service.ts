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
import { HandoverService, takeTurns } from './handover.service.js';
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
   * From a day on a body follows others, wholly or in part; gives their ids. Throws a 400 for unknown codes, for a body that would follow
   * itself, and for days that cannot be, a 409 where one of them ends on another day already.
   */
  async record(
    actor: Actor,
    successorId: string,
    { predecessors, from, goOn = [], continues = false }: NewSuccession,
  ): Promise<string[]> {
    return this.db.transact(async (tx) => {
      await takeTurns(tx);
      if (predecessors.length === 0)
        throw badField('/predecessors', 'names no body; allowed: codes of the register');
      const old = await byCode(tx, predecessors, '/predecessors');
      const successor = await lockBody(tx, successorId);
      await this.refuseCircles(tx, successor, old);
      const strange = goOn.find((code) => !predecessors.includes(code));
      if (strange !== undefined)
        throw badField('/goOn', `found ${strange}; allowed: codes of those that it follows`);
      requireDays(successor, old, { from, goOn, continues });
      const before = await tx.findBy(Succession, { successorId });
      const begins = !continues && (successor.validFrom === null || before.some((one) => one.begins));
      for (const body of old) {
        const ends = !goOn.includes(body.code);
        const known = before.find((one) => one.predecessorId === body.id);
        // Recorded otherwise than before: it has its day still to come, or again.
        const isSame = known?.startsOn === from && known.ends === ends;
        const row = { predecessorId: body.id, successorId, startsOn: from, ends, begins };
        await tx.upsert(Succession, isSame ? row : { ...row, appliedAt: null }, [
          'predecessorId',
          'successorId',
        ]);
        if (ends) await tx.update(Council, { id: body.id }, { validTo: addDays(from, -1) });
      }
      if (begins) await tx.update(Council, { id: successorId }, { validFrom: from });
      const subject = `council:${successorId}`;
      await record(tx, actor, 'council.succession', subject, { predecessors: old.map(({ id }) => id), from });
      await this.handover.applyDue(tx, actor);
      return old.map(({ id }) => id);
    });
  }

  /** Takes back that one body follows another; what was moved on the day goes back. Throws a 404 where it does not follow. */
  async undo(actor: Actor, successorId: string, predecessorCode: string): Promise<void> {
    await this.db.transact(async (tx) => {
      await takeTurns(tx);
      const [predecessor] = await byCode(tx, [predecessorCode], '/predecessor');
      const predecessorId = predecessor?.id ?? '';
      const found = await tx.findOneBy(Succession, { predecessorId, successorId });
      if (!found) throw notFound('succession');
      if (found.appliedAt !== null) await this.handover.giveBack(tx, predecessorId, successorId);
      await tx.delete(Succession, { predecessorId, successorId });
      const left = await tx.findBy(Succession, [{ predecessorId }, { successorId }]);
      if (!left.some((one) => one.predecessorId === predecessorId && one.ends))
        await tx.update(Council, { id: predecessorId }, { validTo: null });
      if (found.begins && !left.some((one) => one.successorId === successorId))
        await tx.update(Council, { id: successorId }, { validFrom: null });
      await record(tx, actor, 'council.succession.undone', `council:${successorId}`, {
        predecessor: predecessorId,
      });
    });
  }

  /** Somebody says where people, accounts and challenges of an ending body go. Throws a 400 for a body that does not follow it. */
  async place(actor: Actor, predecessorId: string, placed: Placed[]): Promise<void> {
    await this.db.transact(async (tx) => {
      await takeTurns(tx);
      await lockBody(tx, predecessorId);
      const followed = await tx.findBy(Succession, { predecessorId });
      const allowed = followed.map(({ successorId }) => successorId);
      const wrong = placed.find(({ successorId }) => successorId !== null && !allowed.includes(successorId));
      if (wrong)
        throw badField('/placements', `found ${wrong.successorId ?? ''}; allowed: ${allowed.join(', ')}`);
      await requireThere(tx, predecessorId, placed);
      if (placed.some(({ kind, successorId }) => kind !== 'peer' && successorId === null))
        throw badField(
          '/placements',
          'only a peer’s post ends with the body; an account is closed, a challenge cancelled',
        );
      const last = new Map(placed.map((one) => [`${one.kind} ${one.id}`, one]));
      const rows = [...last.values()].map(({ kind, id, successorId }) => ({
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

/** Throws a 400 where something that is placed is not of the body, nor was. */
async function requireThere(tx: EntityManager, predecessorId: string, placed: Placed[]): Promise<void> {
  const rows = await tx.query<{ id: string }[]>(
    `SELECT id FROM peers WHERE council_id = $1 OR homes @> jsonb_build_array(jsonb_build_object('councilId', $1::uuid::text))
     UNION ALL SELECT id FROM accounts WHERE council_id = $1 UNION ALL SELECT id FROM challenges WHERE council_id = $1 OR $1 = ANY(partner_ids)
     UNION ALL SELECT subject_id FROM handovers WHERE predecessor_id = $1`,
    [predecessorId],
  );
  const known = new Set(rows.map(({ id }) => id));
  const strange = placed.find(({ id }) => !known.has(id));
  if (strange) throw badField('/placements', `found ${strange.id}; allowed: what belongs to the body`);
}

/** Throws a 409 where a body ends on another day already, a 400 where it would end before it begins, or begin on two days. */
function requireDays(
  successor: Council,
  old: Council[],
  { from, goOn, continues }: Required<Pick<NewSuccession, 'from' | 'goOn' | 'continues'>>,
): void {
  for (const { name, code, validFrom, validTo } of old) {
    const ends = !goOn.includes(code);
    if (validTo !== null && (ends ? validTo !== addDays(from, -1) : validTo < addDays(from, -1)))
      throw conflict(
        'already-succeeded',
        `${name} ends on ${sayDay(validTo)}; what follows it begins on the day after.`,
      );
    if (validFrom !== null && validFrom >= from)
      throw badField('/predecessors', `${name} begins on ${sayDay(validFrom)}; what follows it begins later`);
  }
  if (continues) return;
  if (successor.validFrom !== null && successor.validFrom !== from)
    throw badField('/from', `found ${from}; ${successor.name} begins on ${sayDay(successor.validFrom)}`);
  if (successor.validTo !== null && successor.validTo < from)
    throw badField('/from', `found ${from}; ${successor.name} ends on ${sayDay(successor.validTo)}`);
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
