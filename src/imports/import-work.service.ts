import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import { Database, refusedByRules } from '../database/database.js';
import { PeerChanges } from '../peers/peer-changes.service.js';
import { Peer } from '../peers/peer.entity.js';
import { record } from '../people/audit.js';
import { readingOf } from '../web/csv.js';
import { withProgress } from '../web/progress.js';
import { Problem, type FieldError } from '../web/problems.js';
import { CircumstancesService } from '../visits/circumstances.service.js';
import { outcomeOf, refuseFixed, type Outcome, type Saved } from './outcome.js';
import { Import, type ImportState } from './import.entity.js';
import { lockedImport } from './imports.service.js';
import { Lists } from './lists.js';

/** How often it is looked whether others moved the list between two looks. */
const MOST_LOOKS = 5;
/** After how many rows it is told how far an import is, and asked whether it goes on. */
const TOLD_EVERY = 100;

/** Ends the transaction of a check with what it found. */
class Tried extends Error {
  constructor(readonly outcome: Outcome) {
    super('only tried');
  }
}

/** Somebody stopped it, or another worker was faster. */
class Over extends Error {}

/** Says why nothing was undone. */
class NotUndone extends Error {}

type Loaded = Import & { file: string; salt: string };

/** What the job of an import does: says what its file would do, does it, or takes it back; all in one transaction. */
@Injectable()
export class ImportWork {
  constructor(
    private readonly db: Database,
    private readonly lists: Lists,
    private readonly peerChanges: PeerChanges,
    private readonly circumstances: CircumstancesService,
  ) {}

  /** Does what is to be done with an import now; nothing where it is done already. */
  async work(id: string): Promise<void> {
    const one = await this.db.manager
      .createQueryBuilder(Import, 'i')
      .addSelect(['i.file', 'i.salt'])
      .where('i.id = :id', { id })
      .getOne();
    const steps = { waiting: 'check', entering: 'enter', undoing: 'undo' } as const;
    const step = one && one.state in steps ? steps[one.state as keyof typeof steps] : null;
    if (!step) return;
    await this[step](one as Loaded).catch((error: unknown) => {
      if (!(error instanceof Over)) throw error;
    });
  }

  /** Does all that the file says, looks at the list before and after, and takes everything back. */
  private async check(one: Loaded): Promise<void> {
    let readAs = `Read as ${one.readAs}.`;
    try {
      const { rows, isDayFirst } = readingOf(one.file);
      if (isDayFirst) readAs = `Read as ${one.readAs}, dates day first.`;
      // The number of its version says whether somebody did something with it: this is no step.
      await this.db.query('UPDATE imports SET rows = $2 WHERE id = $1', [one.id, rows.size]);
      await this.settle(one, 'checked', { ...(await this.tried(one)), readAs });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      await this.settle(one, 'refused', { faults: faultsOf(error), told: error.message, readAs });
    }
  }

  private async tried(one: Loaded): Promise<Outcome> {
    try {
      await this.db.together(async () => {
        throw new Tried(await this.done(one));
      });
    } catch (error) {
      if (error instanceof Tried) return error.outcome;
      throw error;
    }
    throw new Error('a check that found nothing');
  }

  /** Does it, unless that is not what was looked at. */
  private async enter(one: Loaded): Promise<void> {
    try {
      await this.db.together(async () => {
        const tx = this.db.manager;
        await tx.query(`SELECT set_config('critical_friend.import', $1, true)`, [one.id]);
        const outcome = await this.done(one);
        await tx.query(`SELECT set_config('critical_friend.import', '', true)`);
        if (outcome.digest !== one.digest) throw new Tried(outcome);
        const locked = await requireStill(tx, one);
        locked.become('entered');
        await tx.save(Object.assign(locked, { enteredAt: this.db.now(), done: one.rows, file: null }));
        await record(tx, one.access.actor, 'import.done', `import:${one.id}`, {
          list: one.list,
          ...one.counts,
        });
      });
    } catch (error) {
      if (error instanceof Tried)
        await this.settle(one, 'checked', {
          ...error.outcome,
          told: [MOVED, error.outcome.told].join(' ').trim(),
        });
      else if (error instanceof Problem)
        await this.settle(one, 'refused', { faults: faultsOf(error), told: error.message });
      else throw error;
    }
  }

  /** What the list says otherwise after the file was taken in. */
  private async done({ list: name, about, access, file, salt, id, state, digest }: Loaded): Promise<Outcome> {
    const list = this.lists.named(name);
    const saved = async (): Promise<Saved> => {
      const seen = await (list.shown ?? list.export)(access, about);
      return { seen, whole: (await list.whole?.()) ?? seen };
    };
    if (list.fixed) refuseFixed(list, await list.export(access, about), file);
    const tell = async (done: number): Promise<void> => {
      if (done === 0 || done % TOLD_EVERY !== 0) return;
      const [, still] = await this.db.apart(() =>
        this.db.query<[object[], number]>('UPDATE imports SET done = $2 WHERE id = $1 AND state = $3', [
          id,
          done,
          state,
        ]),
      );
      if (still === 0) throw new Over();
    };
    await withProgress(tell, () => list.import(access, file, about));
    // What others change meanwhile is not of this file: the list with it is held against the list as all others see it now.
    for (let tries = 1; ; tries++) {
      const [without, within] = [await this.db.apart(saved), await saved()];
      const outcome = outcomeOf(list, without, within, { file, salt });
      if (digest === null || outcome.digest === digest || tries === MOST_LOOKS) return outcome;
    }
  }

  private async undo(one: Loaded): Promise<void> {
    try {
      await this.db.transact(async (tx) => {
        const locked = await requireStill(tx, one);
        if (one.digest === null) throw new NotUndone(NOT_KEPT);
        await requireUnused(tx, one.id);
        const [ids, noted] = [await keysIn(tx, one.id, 'peers'), await keysIn(tx, one.id, 'peer_changes')];
        const before = new Map(
          (await tx.findBy(Peer, { id: In(ids) })).map((peer) => [peer.id, { ...peer }]),
        );
        const [row] = await tx.query<{ table: string | null }[]>('SELECT undo_import($1) AS table', [one.id]);
        if (row?.table) throw new NotUndone(`${CHANGED_SINCE}${await nameOf(tx, row.table)}`);
        for (const peer of await tx.findBy(Peer, { id: In(ids) }))
          await this.peerChanges.tellOfAddress(tx, before.get(peer.id) ?? {}, peer);
        await this.circumstances.takeBack(tx, noted);
        locked.become('undone');
        await tx.save(locked);
        await record(tx, one.access.actor, 'import.taken_back', `import:${one.id}`, { list: one.list });
      });
    } catch (error) {
      if (!(error instanceof NotUndone) && !refusedByRules(error)) throw error;
      await this.settle(one, 'entered', {
        told: error instanceof NotUndone ? error.message : `${CHANGED_SINCE}.`,
      });
    }
  }

  /** Writes down how it went, where it still stands as it was. */
  private async settle(
    one: Import,
    state: ImportState,
    { told = '', ...facts }: Partial<Import>,
  ): Promise<void> {
    await this.db.transact(async (tx) => {
      const locked = await requireStill(tx, one);
      locked.become(state, told);
      await tx.save(Object.assign(locked, facts));
    });
  }
}

const MOVED =
  'What this file would do is another by now, since the list was changed meanwhile. Nothing was entered: look at it again.';
const NOT_KEPT = 'Nothing was undone: what this file found before it is not kept any more.';
const CHANGED_SINCE =
  'Nothing was undone: what this file brought has been changed or used since, and undoing would take that away';

async function requireStill(tx: EntityManager, { id, state, version }: Import): Promise<Import> {
  const locked = await lockedImport(tx, id);
  if (locked.state !== state || locked.version !== version) throw new Over();
  return locked;
}

/** People who stand in a team or a plan that was proposed are used, though nothing in the database ties them to it. */
async function requireUnused(tx: EntityManager, id: string): Promise<void> {
  const [used] = await tx.query<{ name: string }[]>(
    `WITH added AS (
       SELECT (key->>'id')::uuid AS id FROM import_writes WHERE import_id = $1 AND relation = 'peers' AND was IS NULL
     ), named AS (
       SELECT (regexp_matches(said, '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}', 'g'))[1]::uuid AS id FROM (
         SELECT seats::text AS said FROM proposals UNION ALL SELECT links::text FROM chains UNION ALL SELECT plan::text FROM plan_requests
       ) x WHERE EXISTS (SELECT FROM added)
     )
     SELECT p.name FROM added JOIN named USING (id) JOIN peers p USING (id) LIMIT 1`,
    [id],
  );
  if (used) throw new NotUndone(`${CHANGED_SINCE}: ${used.name} stands in a team or a plan.`);
}

/** Ids of rows that an import wrote in one table. */
async function keysIn(tx: EntityManager, id: string, relation: string): Promise<string[]> {
  const rows = await tx.query<{ id: string }[]>(
    `SELECT DISTINCT key->>'id' AS id FROM import_writes WHERE import_id = $1 AND relation = $2`,
    [id, relation],
  );
  return rows.map((row) => row.id);
}

/** What people call a row that was changed since, where it has a name: ": Aisha Ahmed". */
async function nameOf(tx: EntityManager, tableAndKey: string): Promise<string> {
  const [, table = '', key = '{}'] = /^(\w+) (.*)$/s.exec(tableAndKey) ?? [];
  const { id } = JSON.parse(key) as { id?: string };
  if (id === undefined || !/^[a-z_]+$/.test(table)) return '.';
  const [row] = await tx.query<{ name: string | null }[]>(
    `SELECT coalesce(to_jsonb(t)->>'name', to_jsonb(t)->>'title') AS name FROM ${table} t WHERE id::text = $1`,
    [id],
  );
  return row?.name ? `: ${row.name}.` : '.';
}

const faultsOf = ({ errors, more }: Problem): FieldError[] => [
  ...errors.filter(({ pointer }) => pointer !== '' || more.length === 0),
  ...more,
];
