import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../../database/database.js';
import type { Actor } from '../../people/access.js';
import { record } from '../../people/audit.js';
import { maybe, needed, oneOf, readRows, rowNumber, text, type ReadCell } from '../../web/cells.js';
import { readCsv, refuseRows, writeCsv } from '../../web/csv.js';
import type { FieldError } from '../../web/problems.js';
import { COLOURS } from '../measures/colour.js';
import { amount, measureKey, twice, upTo } from '../measures/measure-cells.js';
import { BudgetFigure } from './budget-figure.entity.js';
import { BUDGET_KINDS, BudgetLine } from './budget-line.entity.js';
import { BudgetService, lockBudget, requireRoom } from './budget.service.js';

export const BUDGET_COLUMNS = [
  ...(['key', 'line', 'kind', 'budget', 'quarter', 'budget_to_date', 'actual_to_date', 'forecast'] as const),
  ...(['colour', 'colour_reason', 'comment', 'figures_from'] as const),
] as const;
type Column = (typeof BUDGET_COLUMNS)[number];

const FROM_FILE = 'from the file of the budget';

export const BUDGET_CELLS: Readonly<Record<Column, ReadCell>> = {
  key: needed(measureKey),
  line: upTo(200),
  kind: maybe(oneOf(BUDGET_KINDS)),
  budget: amount,
  quarter: maybe(oneOf(['Q1', 'Q2', 'Q3', 'Q4'])),
  budget_to_date: amount,
  actual_to_date: amount,
  forecast: amount,
  colour: maybe(oneOf(COLOURS)),
  colour_reason: text,
  comment: text,
  figures_from: text,
};

type Text = string | null | undefined;
interface Row extends Record<Column, unknown> {
  key: string;
  quarter: Text;
  figures_from: Text;
  budget_to_date: number | null | undefined;
  actual_to_date: number | null | undefined;
  forecast: number | null | undefined;
}

/** What a line holds under each column. */
const FIELDS: Readonly<Partial<Record<Column, keyof BudgetLine>>> = {
  line: 'name',
  kind: 'kind',
  budget: 'budget',
  colour: 'colour',
  colour_reason: 'colourReason',
  comment: 'comment',
};

/** The budget of a year with what is said of it at the end of a quarter, as a file, out and in by the same columns. */
@Injectable()
export class BudgetCsv {
  constructor(
    private readonly db: Database,
    private readonly budget: BudgetService,
  ) {}

  /** Adds lines and changes those that the year has, all or nothing. Throws a 400 that names every row and column at fault. */
  async import(actor: Actor, year: number, csv: string): Promise<void> {
    const rows = readRows<Row>(readCsv(csv, BUDGET_COLUMNS), BUDGET_CELLS);
    await this.db.transact(async (tx) => {
      await lockBudget(tx, year);
      const known = await this.budget.ofYear(year, tx);
      const given = rows.map((row) => ({ row, line: lineOf(tx, year, row, known) }));
      refuseRows([...twice(rows, 'key'), ...given.flatMap(({ row, line }) => faultsOf(row, line))]);
      const added = given.map(({ line }) => line).filter((line) => !known.includes(line));
      requireRoom(known.length + added.length);
      for (const [index, line] of added.entries()) line.place = known.length + index + 1;
      const saved = await tx.save(given.map(({ line }) => line));
      const held = await this.held(
        saved.map(({ id }) => id),
        tx,
      );
      const figures = given.flatMap(({ row, line }) => figureOf(row, line, held, actor));
      await tx.insert(BudgetFigure, figures);
      await record(tx, actor, 'budget.imported', `programme:${String(year)}`, { lines: rows.length });
    });
  }

  /** The lines of a year, each with what was said last of the last quarter that it was told of. */
  async export(year: number): Promise<string> {
    const lines = await this.budget.ofYear(year);
    const held = await this.held(lines.map(({ id }) => id));
    return writeCsv(
      BUDGET_COLUMNS,
      lines.map((line) => {
        const figure = [4, 3, 2, 1].flatMap((quarter) => held.get(`${line.id} ${String(quarter)}`) ?? [])[0];
        return {
          ...{ key: line.key, line: line.name, kind: line.kind, budget: line.budget },
          ...{
            quarter: figure ? `Q${String(figure.quarter)}` : '',
            budget_to_date: figure?.budgetToDate ?? null,
          },
          ...{ actual_to_date: figure?.actualToDate ?? null, forecast: figure?.forecast ?? null },
          ...{ colour: line.colour, colour_reason: line.colourReason, comment: line.comment },
          figures_from: figure?.comment ?? '',
        };
      }),
    );
  }

  private async held(ids: readonly string[], tx?: EntityManager): Promise<Map<string, BudgetFigure>> {
    const entered = await this.budget.entered(ids, tx);
    return new Map(entered.map((one) => [`${one.lineId} ${String(one.quarter)}`, one]));
  }
}

/** The line that a row is about, with what the row says. */
function lineOf(tx: EntityManager, year: number, row: Row, known: readonly BudgetLine[]): BudgetLine {
  const line =
    known.find(({ key }) => key === row.key) ??
    tx.create(BudgetLine, { year, key: row.key, colour: null, colourReason: null, comment: '' });
  for (const [column, field] of Object.entries(FIELDS)) {
    const value = row[column as Column];
    if (value !== undefined) Object.assign(line, { [field]: value ?? (field === 'comment' ? '' : null) });
  }
  return line;
}

function faultsOf(row: Row, { name, kind, budget, colour, colourReason }: BudgetLine): FieldError[] {
  const at = (column: Column, detail: string): FieldError => ({
    pointer: `row ${String(rowNumber(row))}, ${column}`,
    detail,
  });
  const known: [Column, unknown][] = [
    ['line', name],
    ['kind', kind],
    ['budget', budget],
  ];
  const faults = known
    .filter(([, value]) => value === null || value === undefined || value === '')
    .map(([column]) => at(column, 'is empty; a line needs it'));
  if ((colour === null) !== (colourReason === null))
    faults.push(
      at(
        colour === null ? 'colour' : 'colour_reason',
        'is empty; a colour by hand and its reason go together',
      ),
    );
  const figures = [row.budget_to_date, row.actual_to_date, row.forecast];
  if (figures.some((value) => value != null) && !row.quarter)
    faults.push(at('quarter', 'is empty; figures are of the end of a quarter, Q1 to Q4'));
  return faults;
}

/** What a row says of its line, where it differs from what is held. */
function figureOf(
  { quarter, budget_to_date: budgetToDate, actual_to_date: actualToDate, forecast, figures_from: from }: Row,
  line: BudgetLine,
  held: ReadonlyMap<string, BudgetFigure>,
  actor: Actor,
): Partial<BudgetFigure>[] {
  if (!quarter) return [];
  const before = held.get(`${line.id} ${quarter.slice(1)}`);
  const said = {
    budgetToDate: budgetToDate === undefined ? (before?.budgetToDate ?? null) : budgetToDate,
    actualToDate: actualToDate === undefined ? (before?.actualToDate ?? null) : actualToDate,
    forecast: forecast === undefined ? (before?.forecast ?? null) : forecast,
    comment: from ?? before?.comment ?? FROM_FILE,
  };
  const isSame = (Object.keys(said) as (keyof typeof said)[]).every(
    (field) => said[field] === (before?.[field] ?? null),
  );
  const saysNothing =
    !before && said.budgetToDate === null && said.actualToDate === null && said.forecast === null;
  if (isSame || saysNothing) return [];
  return [{ ...said, quarter: Number(quarter.slice(1)) as 1 | 2 | 3 | 4, lineId: line.id, actor: actor.id }];
}
