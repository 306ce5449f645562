import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../../database/database.js';
import type { Actor } from '../../people/access.js';
import { record } from '../../people/audit.js';
import { needed, oneOf, text, type ReadCell } from '../../web/cells.js';
import { readCsv, refuseRows, writeCsv, type CsvRow } from '../../web/csv.js';
import { differs } from '../../web/imports.js';
import type { FieldError } from '../../web/problems.js';
import { MeasureFigure } from './measure-figure.entity.js';
import type { Measure } from './measure.entity.js';
import { counted, MeasuresService, type EnteredFigure } from './measures.service.js';

export const FIGURE_COLUMNS = ['measure', 'quarter', 'value', 'councils', 'comment'] as const;

/** Figures that people enter as a file, out and in by the same columns. */
@Injectable()
export class FiguresCsv {
  constructor(
    private readonly db: Database,
    private readonly measures: MeasuresService,
  ) {}

  /** Enters figures of a year from a file, all or nothing. Throws a 400 that names every row at fault. */
  async import(actor: Actor, year: number, csv: string): Promise<void> {
    const rows = readCsv(csv, FIGURE_COLUMNS);
    await this.db.transact(async (tx) => {
      const measures = new Map(
        (await this.measures.ofYear(year, tx)).map((measure) => [measure.key, measure]),
      );
      const known = await this.measures.figures(
        [...measures.values()].map(({ id }) => id),
        tx,
      );
      const held = new Map(known.map((one) => [`${one.measureId} ${String(one.quarter)}`, one]));
      const heldOf = (measure: Measure, { quarter }: EnteredFigure): MeasureFigure | undefined =>
        held.get(`${measure.id} ${String(quarter)}`);
      const all = await this.readFigures(tx, rows, measures);
      const read = all.filter(({ measure, figure }) => differs(heldOf(measure, figure) ?? {}, figure));
      const entered = read.map(({ measure, figure }) => ({
        ...figure,
        measureId: measure.id,
        actor: actor.id,
        ...counted(measure, figure),
      }));
      await tx.insert(MeasureFigure, entered);
      await record(tx, actor, 'measures.imported', `programme:${String(year)}`, { figures: read.length });
    });
  }

  private async readFigures(
    tx: EntityManager,
    rows: CsvRow[],
    measures: ReadonlyMap<string, Measure>,
  ): Promise<{ measure: Measure; figure: EnteredFigure }[]> {
    const faults: FieldError[] = [];
    const read: { measure: Measure; figure: EnteredFigure }[] = [];
    for (const row of rows) {
      const said = row.cells.measure ?? '';
      const measure = measures.get(said);
      const figure = readFigure(row, faults);
      if (!measure)
        faults.push({
          pointer: `row ${String(row.row)}, measure`,
          detail: `found "${said}"; allowed: ${[...measures.keys()].join(', ')}`,
        });
      if (!measure || !figure) continue;
      await this.measures
        .requireFigure(tx, measure, figure, `row ${String(row.row)}, `)
        .catch((error: unknown) => faults.push(...faultsOf(error)));
      read.push({ measure, figure });
    }
    refuseRows(faults);
    return read;
  }

  /** How columns of the figures of a year are read, as far as one reads them by themselves. */
  async cells(year: number): Promise<Record<string, ReadCell>> {
    return {
      measure: needed(oneOf((await this.measures.ofYear(year)).map(({ key }) => key))),
      quarter: needed(oneOf(['Q1', 'Q2', 'Q3', 'Q4'])),
      comment: needed(text),
    };
  }

  /** The figures that people entered for a year, in the form of the import. */
  async export(year: number): Promise<string> {
    const measures = await this.measures.ofYear(year);
    const figures = await this.measures.figures(measures.map(({ id }) => id));
    const rows = measures.flatMap(({ id, key }) =>
      figures
        .filter(({ measureId }) => measureId === id)
        .map(({ quarter, value, notApplicable, councils, comment }) => ({
          measure: key,
          quarter: `Q${String(quarter)}`,
          value: notApplicable ? 'n/a' : value,
          councils: councils.join(' '),
          comment,
        })),
    );
    return writeCsv(FIGURE_COLUMNS, rows);
  }
}

function readFigure({ row, cells }: CsvRow, faults: FieldError[]): EnteredFigure | null {
  const [, quarter] = /^Q?([1-4])$/i.exec(cells.quarter ?? '') ?? [];
  const said = (cells.value ?? '').toLowerCase();
  const notApplicable = said === 'n/a';
  const before = faults.length;
  if (!quarter)
    faults.push({
      pointer: `row ${String(row)}, quarter`,
      detail: `found "${cells.quarter ?? ''}"; allowed: Q1 to Q4`,
    });
  if (said !== '' && !notApplicable && !/^-?\d{1,9}(\.\d{1,2})?$/.test(said))
    faults.push({
      pointer: `row ${String(row)}, value`,
      detail: `found "${said.slice(0, 20)}"; allowed: a number with two decimals at most, n/a, or nothing`,
    });
  if (!cells.comment)
    faults.push({
      pointer: `row ${String(row)}, comment`,
      detail: 'is empty; say where the figure comes from',
    });
  if (faults.length > before) return null;
  const value = said === '' || notApplicable ? null : Number(said);
  const councils = (cells.councils ?? '').split(/\s+/).filter((code) => code !== '');
  return {
    quarter: Number(quarter) as 1 | 2 | 3 | 4,
    value,
    notApplicable,
    councils,
    comment: (cells.comment ?? '').slice(0, 2000),
  };
}

function faultsOf(error: unknown): FieldError[] {
  if (error instanceof Error && 'errors' in error) return (error as Error & { errors: FieldError[] }).errors;
  throw error;
}
