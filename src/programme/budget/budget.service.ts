import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import { programmeYearName } from '../../calendar/programme-year.js';
import { Database } from '../../database/database.js';
import type { Actor } from '../../people/access.js';
import { record } from '../../people/audit.js';
import { ReferenceService } from '../../reference/reference.service.js';
import { badField, conflict, notFound } from '../../web/problems.js';
import { requireVersion } from '../../web/versions.js';
import { knownBy, type AsAt } from '../measures/as-at.js';
import { fieldsOf } from '../measures/measure-versions.js';
import { rulesAt } from '../report/rules-at.js';
import { annexOf, type BudgetAnnex } from './budget-annex.js';
import { BudgetFigure } from './budget-figure.entity.js';
import { BudgetLine } from './budget-line.entity.js';

/** What somebody says a line is. */
export type LineFacts = Omit<BudgetLine, 'id' | 'year' | 'place' | 'version'>;

/** What somebody says of a line at the end of a quarter. */
export type LineFigure = Pick<
  BudgetFigure,
  'quarter' | 'budgetToDate' | 'actualToDate' | 'forecast' | 'comment'
>;

const MOST_LINES = 60;

/** The budget of programme years, and what is said of it by quarter. */
@Injectable()
export class BudgetService {
  constructor(
    private readonly db: Database,
    private readonly reference: ReferenceService,
  ) {}

  ofYear(year: number, tx: EntityManager = this.db.manager): Promise<BudgetLine[]> {
    return tx.find(BudgetLine, { where: { year }, order: { place: 'ASC', key: 'ASC' } });
  }

  async get(id: string, tx: EntityManager = this.db.manager): Promise<BudgetLine> {
    const line = await tx.findOneBy(BudgetLine, { id });
    if (!line) throw notFound('budget line');
    return line;
  }

  /** Every figure that was entered for some lines, oldest first. */
  async entered(ids: readonly string[], tx: EntityManager = this.db.manager): Promise<BudgetFigure[]> {
    if (ids.length === 0) return [];
    return tx.find(BudgetFigure, { where: { lineId: In([...ids]) }, order: { id: 'ASC' } });
  }

  /** The annex of a year's report as at a day; null where the year has no budget. */
  async annex(year: number, asAt: AsAt, tx: EntityManager = this.db.manager): Promise<BudgetAnnex | null> {
    const lines = await this.known(await this.ofYear(year, tx), asAt, tx);
    const entered = await this.entered(
      lines.map(({ id }) => id),
      tx,
    );
    const policy = await rulesAt(this.reference, asAt.day, tx);
    return annexOf(lines, entered, { year, asAt, policy });
  }

  /** Lines as they were known on a day, and as they are now where they were written down only later. */
  private async known(lines: BudgetLine[], asAt: AsAt, tx: EntityManager): Promise<BudgetLine[]> {
    const until = knownBy(asAt);
    if (until === null) return lines;
    const rows = await tx.query<{ content: Record<string, unknown> }[]>(
      `SELECT DISTINCT ON (line_id) content FROM budget_line_versions WHERE line_id = ANY($1) ORDER BY line_id, at < $2 DESC, id DESC`,
      [lines.map(({ id }) => id), until],
    );
    const known = rows.map(({ content }) => tx.create(BudgetLine, fieldsOf(content)));
    return known.sort((a, b) => a.place - b.place || (a.key < b.key ? -1 : 1));
  }

  /** Adds a line at the end of a year's budget. Throws a 400 for a key that the year has, a 409 for a line too many. */
  async add(actor: Actor, year: number, facts: LineFacts): Promise<BudgetLine> {
    return this.db.transact(async (tx) => {
      await lockBudget(tx, year);
      const known = await this.ofYear(year, tx);
      if (known.some(({ key }) => key === facts.key))
        throw badField('/key', `found "${facts.key}", which ${programmeYearName(year)} has already`);
      requireRoom(known.length + 1);
      requireReason(facts);
      const line = await tx.save(tx.create(BudgetLine, { ...facts, year, place: known.length + 1 }));
      await record(tx, actor, 'budget.added', `budget-line:${line.id}`, { key: facts.key });
      return line;
    });
  }

  /** Changes a line. Throws a 412 where somebody else changed it meanwhile. */
  async change(actor: Actor, id: string, version: number, facts: Omit<LineFacts, 'key'>): Promise<void> {
    await this.db.transact(async (tx) => {
      const line = await tx.findOne(BudgetLine, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!line) throw notFound('budget line');
      requireVersion(line.version, version);
      requireReason(facts);
      await tx.save(Object.assign(line, facts));
      await record(tx, actor, 'budget.changed', `budget-line:${id}`, { fields: Object.keys(facts) });
    });
  }

  /** Enters what is said of a line at the end of a quarter; what was said before stays as its history. */
  async enter(actor: Actor, id: string, figure: LineFigure): Promise<void> {
    await this.db.transact(async (tx) => {
      await this.get(id, tx);
      if (figure.budgetToDate === null && figure.actualToDate === null && figure.forecast === null)
        throw badField('/forecast', 'Enter one of the figures at least');
      await tx.insert(BudgetFigure, { ...figure, lineId: id, actor: actor.id });
      await record(tx, actor, 'budget.entered', `budget-line:${id}`, { quarter: figure.quarter });
    });
  }
}

/** Throws a 400 where a colour by hand has no reason, or a reason no colour. */
function requireReason({ colour, colourReason }: Pick<LineFacts, 'colour' | 'colourReason'>): void {
  if ((colour === null) !== (colourReason === null))
    throw badField(
      colour === null ? '/colour' : '/colourReason',
      'a colour by hand and its reason go together',
    );
}

/** One at a time changes which lines a year has. */
export const lockBudget = (tx: EntityManager, year: number): Promise<unknown> =>
  tx.query('SELECT pg_advisory_xact_lock(hashtext($1))', [`budget-${String(year)}`]);

/** Throws a 409 for more lines than one budget has. */
export function requireRoom(lines: number): void {
  if (lines > MOST_LINES) throw conflict('too-many', `A budget has ${String(MOST_LINES)} lines at most.`);
}
