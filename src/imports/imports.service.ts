import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import type { EntityManager } from 'typeorm';
import { readSpan } from '../calendar/dates.js';
import { Database } from '../database/database.js';
import type { FileList } from '../feature.js';
import { Jobs } from '../jobs/jobs.js';
import type { Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { readingOf, type Reading } from '../web/csv.js';
import { readWords, type Uploaded } from '../web/imports.js';
import { badField, conflict, notFound, Problem, type FieldError } from '../web/problems.js';
import { importWords } from './import-words.js';
import { AT_WORK, Import, type ImportState } from './import.entity.js';
import { Lists } from './lists.js';
import type { Change } from './differences.js';

/** A code of the register within a text. */
const CODE = /\b[A-Z]\d{8}\b/g;
/** How often it is looked whether a job is done. */
const LOOK_MS = 60;
/** Days for which a file, what it did and the way back are kept. */
export const KEPT_DAYS = 7;

/** Files that are brought: checked by a job, looked at, entered by another one, and taken back. */
@Injectable()
export class ImportsService {
  constructor(
    private readonly db: Database,
    private readonly lists: Lists,
    private readonly jobs: Jobs,
  ) {}

  /**
   * Takes a file in hand; a job will say what it would do. `about` is the year of a list that there is for each, or the days that a file stands
   * for whole, where it may. Throws a 400 for a file of another list, a 403 for a list that others bring, a 400 for a year or days that are none.
   */
  async receive(actor: Actor, name: string, about: string, sent: Uploaded, called = ''): Promise<Import> {
    const access = this.lists.accessTo(actor, name);
    const list = this.lists.named(name);
    const kept = aboutOf(list, about);
    this.lists.requireKind(name, sent.text);
    return this.db.transact(async (tx) => {
      const one = tx.create(Import, { list: name, about: kept, access, state: 'waiting' });
      Object.assign(one, {
        salt: randomUUID(),
        askedAt: this.db.now(),
        called: called.slice(0, 200),
        file: sent.text,
        readAs: readWords(sent),
      });
      return this.queued(tx, await tx.save(one));
    });
  }

  /** Waits until nobody is at it any more, or about so many milliseconds. */
  async settled(actor: Actor, id: string, patienceMs: number): Promise<Import> {
    for (let waited = 0; ; waited += LOOK_MS) {
      const one = await this.one(actor, id);
      if (!one.isAtWork || waited >= patienceMs) return one;
      await pause(LOOK_MS);
    }
  }

  /** What somebody brought, the latest first. */
  latest(actor: Actor): Promise<Import[]> {
    return this.db.manager
      .createQueryBuilder(Import, 'i')
      .where(`i.access->'actor'->>'id' = :actor`, { actor: actor.id })
      .orderBy('i.created_at', 'DESC')
      .take(10)
      .getMany();
  }

  /** One of one's own. Throws a 404 for any other. */
  async one(actor: Actor, id: string): Promise<Import> {
    const found = isUUID(id) ? await this.db.manager.findOneBy(Import, { id }) : null;
    if (found?.access.actor.id !== actor.id || !this.lists.may(actor, found.list)) throw notFound('import');
    return found;
  }

  /** Rows that it would change, or did. */
  async changes(id: string, kind: string, skip: number, take: number): Promise<Change[]> {
    const rows = await this.db.query<{ one: Change }[]>(
      `SELECT one FROM imports, jsonb_array_elements(changes) WITH ORDINALITY AS c(one, n)
       WHERE id = $1 AND jsonb_typeof(changes) = 'array' AND ($2 = '' OR one->>'kind' = $2) ORDER BY n OFFSET $3 LIMIT $4`,
      [id, kind, skip, take],
    );
    return this.withNames(rows.map(({ one }) => one));
  }

  /** Codes of councils with their names: nobody knows them by heart. */
  private async withNames(changes: Change[]): Promise<Change[]> {
    const codes = changes.flatMap(({ name }) => name.match(CODE) ?? []);
    if (codes.length === 0) return changes;
    const rows = await this.db.query<{ code: string; name: string }[]>(
      'SELECT code, name FROM councils WHERE code = ANY($1)',
      [codes],
    );
    const names = new Map(rows.map(({ code, name }) => [code, `${name} (${code})`]));
    return changes.map((change) => ({
      ...change,
      name: change.name.replace(CODE, (code) => names.get(code) ?? code),
    }));
  }

  /** All that is wrong with a file, each fault beside the cells of its row as they stand there. */
  async faults(id: string): Promise<{ header: string[]; rows: { fault: FieldError; cells: string[] }[] }> {
    const [one] = await this.db.query<{ faults: FieldError[] | null; file: string | null }[]>(
      'SELECT faults, file FROM imports WHERE id = $1',
      [id],
    );
    const { header, rows } = asFarAsRead(one?.file ?? '');
    const cellsOf = ({ pointer }: FieldError): string[] => rows.get(rowIn(pointer)) ?? [];
    return { header, rows: (one?.faults ?? []).map((fault) => ({ fault, cells: cellsOf(fault) })) };
  }

  /** Has done what was looked at. Throws a 409 where that is another by now, or it stands otherwise. */
  async enter(actor: Actor, id: string, digest: string): Promise<Import> {
    return this.next(actor, id, (one) => {
      if (one.state === 'checked' && one.digest !== digest)
        throw conflict(
          'import-moved',
          'What this file would do is another by now. Look at it again, and enter it then.',
        );
      requireNext(one, 'entering', 'entered');
      one.become('entering');
      Object.assign(one, { done: 0, access: this.lists.accessTo(actor, one.list) });
    });
  }

  /** Has taken back what it did. Throws a 409 after a week, or where there is nothing to take back. */
  async undo(actor: Actor, id: string): Promise<Import> {
    return this.next(actor, id, (one) => {
      if (one.state === 'entered' && !this.mayUndo(one))
        throw conflict(
          'too-late',
          `What a file did can be undone for ${String(KEPT_DAYS)} days, unless somebody is erased meanwhile.`,
        );
      requireNext(one, 'undoing', 'undone');
      one.become('undoing');
      one.access = this.lists.accessTo(actor, one.list);
    });
  }

  mayUndo({ state, enteredAt, digest }: Import): boolean {
    return (
      state === 'entered' &&
      digest !== null &&
      enteredAt !== null &&
      enteredAt >= this.db.ago(KEPT_DAYS * 86_400)
    );
  }

  /** Nothing more comes of it; what was on its way is not done. Throws a 409 where it is done. */
  async stop(actor: Actor, id: string): Promise<Import> {
    const one = await this.one(actor, id);
    return this.db.transact(async (tx) => {
      const locked = await lockedImport(tx, one.id);
      if (locked.state === 'stopped') return locked;
      requireNext(locked, 'stopped', 'stopped');
      locked.become('stopped');
      return tx.save(Object.assign(locked, { file: null, changes: null }));
    });
  }

  /** The last try of the job has failed. */
  async fail(id: string): Promise<void> {
    await this.db.transact(async (tx) => {
      const one = await lockedImport(tx, id);
      if (!one.isAtWork) return;
      const told = 'Something went wrong with us; nothing was changed.';
      one.become(one.state === 'undoing' ? 'entered' : 'failed', told);
      await tx.save(one);
    });
  }

  /** Those that wait without a job, as after an accident, are given one anew. Returns how many wait too long. */
  async sweep(olderThanSeconds: number): Promise<number> {
    const waiting = await this.db.manager
      .createQueryBuilder(Import, 'i')
      .where('i.state = ANY(:states) AND i.asked_at < :since', {
        states: AT_WORK,
        since: this.db.ago(olderThanSeconds),
      })
      .getMany();
    for (const { id } of waiting)
      await this.db.transact((tx) => this.jobs.addAgain(tx, 'import', `import-${id}`, { import: id }));
    return waiting.length;
  }

  /** What files held, and the way back, go after a week. */
  async forget(now: Date): Promise<void> {
    const before = new Date(now.getTime() - KEPT_DAYS * 86_400_000);
    await this.db.transact(async (tx) => {
      await tx.query(
        `UPDATE imports SET file = NULL, changes = NULL, faults = NULL, digest = NULL, state = CASE state WHEN 'checked' THEN 'stopped' ELSE state END
         WHERE coalesce(entered_at, created_at) < $1 AND state <> ALL($2) AND coalesce(file, changes::text, faults::text) IS NOT NULL`,
        [before, AT_WORK],
      );
      await tx.query(
        'DELETE FROM import_writes w USING imports i WHERE i.id = w.import_id AND i.entered_at < $1 AND i.state <> ALL($2)',
        [before, AT_WORK],
      );
    });
  }

  private async next(actor: Actor, id: string, go: (one: Import) => void): Promise<Import> {
    const { id: known } = await this.one(actor, id);
    return this.db.transact(async (tx) => {
      const one = await lockedImport(tx, known);
      go(one);
      one.askedAt = this.db.now();
      await record(tx, actor, `import.${one.state}`, `import:${one.id}`, { list: one.list });
      return this.queued(tx, await tx.save(one));
    });
  }

  private async queued(tx: EntityManager, one: Import): Promise<Import> {
    await this.jobs.add(tx, 'import', `import-${one.id}-${String(one.version)}`, { import: one.id });
    return one;
  }
}

/** What a file is about besides its list, as far as that list asks for it. */
function aboutOf(list: FileList, about: string): string {
  list.about?.(about);
  if (list.span && about !== '' && readSpan(about) === null)
    throw badField(
      '/about',
      `found "${about.slice(0, 40)}"; allowed: two days, the first not after the second, such as 2026-09-01/2027-03-31`,
    );
  return list.about || list.span ? about : '';
}

function requireNext(one: Import, state: ImportState, verb: string): void {
  if (!one.mayBecome(state))
    throw conflict(
      'wrong-state',
      `This file is ${importWords(one).replace(/\.$/, '')}. It cannot be ${verb} now.`,
    );
}

/** What can be read of a file that may not be CSV at all. */
function asFarAsRead(text: string): Pick<Reading, 'header' | 'rows'> {
  try {
    return readingOf(text);
  } catch (error) {
    if (error instanceof Problem) return { header: [], rows: new Map() };
    throw error;
  }
}

/** The number of the row that a fault is in; 0 where it is in none. */
const rowIn = (pointer: string): number => Number(/^row (\d+)/.exec(pointer)?.[1] ?? 0);

/** An import that nobody else takes a step with until the transaction ends; rows that it wrote may be noted all the same. */
export async function lockedImport(tx: EntityManager, id: string): Promise<Import> {
  const one = await tx.findOne(Import, { where: { id }, lock: { mode: 'for_no_key_update' } });
  if (!one) throw notFound('import');
  return one;
}
