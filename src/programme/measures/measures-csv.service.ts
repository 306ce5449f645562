import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../../database/database.js';
import type { Actor } from '../../people/access.js';
import { record } from '../../people/audit.js';
import { readRows, rowNumber } from '../../web/cells.js';
import { readCsv, refuseRows, writeCsv } from '../../web/csv.js';
import { Problem, type FieldError } from '../../web/problems.js';
import { requireFitting } from './fitting.js';
import {
  EMPTY_MEANS,
  MEASURE_CELLS,
  MEASURE_COLUMNS,
  MEASURE_FIELDS,
  QUARTER_COLUMNS,
  twice,
  type MeasureColumn,
  type MeasureRow,
} from './measure-cells.js';
import { MeasureFigure } from './measure-figure.entity.js';
import { Measure } from './measure.entity.js';
import { requirePlace } from './measure-places.js';
import { lockMeasures, MeasuresService, requireRoom, type EnteredFigure } from './measures.service.js';

const COLUMN_OF = new Map(Object.entries(MEASURE_FIELDS).map(([column, field]) => [`/${field}`, column]));
const FROM_FILE = 'from the file of measures';

type Held = ReadonlyMap<string, MeasureFigure>;

interface Given {
  row: MeasureRow;
  measure: Measure;
}

/** The measures of a year, their order and their figures as a file, out and in by the same columns. */
@Injectable()
export class MeasuresCsv {
  constructor(
    private readonly db: Database,
    private readonly measures: MeasuresService,
  ) {}

  /**
   * Adds measures and changes those that the year has, all or nothing; they stand where the file says, the others between them as they stood. Figures of
   * quarters are entered where they differ from those held. Throws a 400 that names every row and column at fault.
   */
  async import(actor: Actor, year: number, csv: string): Promise<void> {
    const rows = readRows<MeasureRow>(readCsv(csv, MEASURE_COLUMNS), MEASURE_CELLS);
    await this.db.transact(async (tx) => {
      await lockMeasures(tx, year);
      const known = await this.measures.ofYear(year, tx);
      const held = await this.held(known, tx);
      const given = rows.map((row) => ({ row, measure: measureOf(tx, year, row, known) }));
      const all = inOrder(known, given);
      refuseRows([...twice(rows, 'measure'), ...(await this.faults(tx, given, all, held))]);
      requireRoom(all.length);
      for (const [index, measure] of all.entries()) measure.place = index + 1;
      await tx.save(all);
      const figures = given.flatMap(({ row, measure }) =>
        newFigures(row, measure, held).map((one) => ({ ...one, measureId: measure.id, actor: actor.id })),
      );
      await tx.insert(MeasureFigure, figures);
      await record(tx, actor, 'measures.imported', `programme:${String(year)}`, {
        ...{ measures: rows.length, figures: figures.length },
      });
    });
  }

  /** The measures of a year in their order, with the figures that hold. */
  async export(year: number): Promise<string> {
    const measures = await this.measures.ofYear(year);
    const held = await this.held(measures);
    return writeCsv(
      MEASURE_COLUMNS,
      measures.map((measure) => {
        const figures = [1, 2, 3, 4].flatMap((quarter) => held.get(slot(measure, quarter)) ?? []);
        return {
          place: measure.place,
          ...Object.fromEntries(
            Object.entries(MEASURE_FIELDS).map(([column, field]) => [column, measure[field] ?? '']),
          ),
          ...Object.fromEntries(
            figures.map((one) => [`q${String(one.quarter)}`, one.notApplicable ? 'n/a' : one.value]),
          ),
          figures_from: figures.at(-1)?.comment ?? '',
        };
      }),
    );
  }

  private async held(measures: readonly Measure[], tx?: EntityManager): Promise<Map<string, MeasureFigure>> {
    const figures = await this.measures.figures(
      measures.flatMap(({ id }) => (id ? [id] : [])),
      tx,
    );
    return new Map(figures.map((one) => [`${one.measureId} ${String(one.quarter)}`, one]));
  }

  private async faults(
    tx: EntityManager,
    given: readonly Given[],
    all: readonly Measure[],
    held: Held,
  ): Promise<FieldError[]> {
    const faults: FieldError[] = [];
    for (const { row, measure } of given) {
      const at = `row ${String(rowNumber(row))}`;
      const missing = missingOf(measure);
      faults.push(
        ...missing.map((column) => ({ pointer: `${at}, ${column}`, detail: 'is empty; a measure needs it' })),
      );
      if (missing.length > 0) continue;
      const check = async (): Promise<void> => {
        requireFitting(measure);
        await requirePlace(tx, measure, all);
        for (const figure of newFigures(row, measure, held))
          await this.measures.requireFigure(tx, measure, figure, `/q${String(figure.quarter)}/`);
      };
      await check().catch((error: unknown) => faults.push(...faultsAt(at, error)));
      if (
        measure.counting === 'distinct' &&
        newFigures(row, measure, held).some(({ value }) => value !== null)
      )
        faults.push({
          pointer: `${at}, q1`,
          detail: 'different councils are named, in the list of figures; allowed here: n/a, or nothing',
        });
    }
    return faults;
  }
}

const slot = ({ id }: Measure, quarter: number): string => `${id} ${String(quarter)}`;

/** The measure that a row is about, with what the row says. */
function measureOf(tx: EntityManager, year: number, row: MeasureRow, known: readonly Measure[]): Measure {
  const measure =
    known.find((one) => one.key === row.measure) ?? tx.create(Measure, { ...BLANK, year, key: row.measure });
  for (const [column, field] of Object.entries(MEASURE_FIELDS)) {
    const value = row[column as MeasureColumn];
    if (value !== undefined) Object.assign(measure, { [field]: value ?? EMPTY_MEANS[field] ?? null });
  }
  const isAhead = measure.confirmed !== null || measure.inDiscussion !== null || measure.together !== null;
  if (isAhead && measure.aheadQuarter === null) measure.aheadQuarter = lastTold(row);
  return measure;
}

/** What a new measure is where a file says nothing. */
const BLANK: Partial<Measure> = {
  ...{ theme: '', wording: '', partOf: null, which: null, unit: 'number', decimals: 0, target: null },
  ...{ targetWords: '', progress: null, colour: null, colourReason: null, confirmed: null },
  ...{ inDiscussion: null, together: null, aheadQuarter: null, comment: '', endedOn: null },
};

/** The last quarter that a row has a figure of. */
const lastTold = (row: MeasureRow): Measure['aheadQuarter'] =>
  ([4, 3, 2, 1] as const).find((quarter) => typeof row[`q${String(quarter) as '1'}`] === 'number') ?? null;

const NEEDED = ['name', 'source', 'counting', 'direction', 'colour_rule'] as const;
const missingOf = (measure: Measure): string[] => NEEDED.filter((column) => !measure[MEASURE_FIELDS[column]]);

function faultsAt(at: string, error: unknown): FieldError[] {
  if (!(error instanceof Problem)) throw error;
  return error.errors.map(({ pointer, detail }) => {
    const [, quarter] = /^\/(q[1-4])\//.exec(pointer) ?? [];
    return { pointer: `${at}, ${quarter ?? COLUMN_OF.get(pointer) ?? pointer}`, detail };
  });
}

/** The figures of a row that are not held yet; an empty cell takes one back. */
function newFigures(row: MeasureRow, measure: Measure, held: Held): EnteredFigure[] {
  return QUARTER_COLUMNS.flatMap((column, index): EnteredFigure[] => {
    const cell = row[column];
    if (cell === undefined) return [];
    const before = measure.id ? held.get(slot(measure, index + 1)) : undefined;
    const notApplicable = cell === 'n/a';
    const value = typeof cell === 'number' ? cell : null;
    if (value === (before?.value ?? null) && notApplicable === (before?.notApplicable ?? false)) return [];
    const quarter = (index + 1) as 1 | 2 | 3 | 4;
    return [{ quarter, value, notApplicable, councils: [], comment: row.figures_from ?? FROM_FILE }];
  });
}

/** All measures as they are to stand: by the places that the file gives, else by those that they have, new ones last. */
function inOrder(known: readonly Measure[], given: readonly Given[]): Measure[] {
  const asked = new Map(given.map(({ row, measure }) => [measure, row.place ?? null]));
  const isAsked = (one: Measure): boolean => (asked.get(one) ?? null) !== null;
  const added = given.map(({ measure }) => measure).filter((one) => !known.includes(one));
  const all = [...known, ...added].filter((one) => !isAsked(one));
  const placed = [...asked.keys()].filter(isAsked).sort((a, b) => (asked.get(a) ?? 0) - (asked.get(b) ?? 0));
  for (const one of placed) all.splice((asked.get(one) ?? 1) - 1, 0, one);
  return all;
}
