import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../../database/database.js';
import type { Actor } from '../../people/access.js';
import { record } from '../../people/audit.js';
import {
  CellFault,
  maybe,
  needed,
  number,
  oneOf,
  readRows,
  rowNumber,
  text,
  type ReadCell,
} from '../../web/cells.js';
import { readCsv, refuseRows, writeCsv } from '../../web/csv.js';
import { Problem, type FieldError } from '../../web/problems.js';
import { COLOUR_RULES, COLOURS, COUNTINGS, DIRECTIONS } from './colour.js';
import { Measure, SOURCES } from './measure.entity.js';
import { MeasuresService, requireFitting, requireRoom } from './measures.service.js';

export const MEASURE_COLUMNS = [
  ...(['place', 'measure', 'name', 'source', 'counting', 'direction', 'target', 'colour_rule'] as const),
  ...(['colour', 'colour_reason', 'confirmed', 'in_discussion', 'comment'] as const),
] as const;
type Column = (typeof MEASURE_COLUMNS)[number];

/** A row as it is read: undefined for columns that the file does not have, null for empty cells. */
type Row = Record<Column, unknown> & { measure: string; place: number | null | undefined };

/** What a measure holds under each column. */
const FIELDS: Readonly<Record<Exclude<Column, 'place'>, keyof Measure>> = {
  measure: 'key',
  name: 'name',
  source: 'source',
  counting: 'counting',
  direction: 'direction',
  target: 'target',
  colour_rule: 'colourRule',
  colour: 'colour',
  colour_reason: 'colourReason',
  confirmed: 'confirmed',
  in_discussion: 'inDiscussion',
  comment: 'comment',
};
const COLUMN_OF = new Map(Object.entries(FIELDS).map(([column, field]) => [`/${field}`, column]));
const MOST = 2_000_000_000;

const key: ReadCell = (value) => {
  if (!/^[a-z][a-z0-9-]{0,39}$/.test(value))
    throw new CellFault(
      `found "${value.slice(0, 60)}"; allowed: small letters, digits and hyphens, from a letter on, 40 at most`,
    );
  return value;
};

/** How each column is read; what a measure needs is asked of the measure, since a file may leave a column out. */
export const MEASURE_CELLS: Readonly<Record<Column, ReadCell>> = {
  place: number(1, 1000),
  measure: needed(key),
  name: text,
  source: maybe(oneOf(SOURCES)),
  counting: maybe(oneOf(COUNTINGS)),
  direction: maybe(oneOf(DIRECTIONS)),
  target: number(0, MOST),
  colour_rule: maybe(oneOf(COLOUR_RULES)),
  colour: maybe(oneOf(COLOURS)),
  colour_reason: text,
  confirmed: number(0, MOST),
  in_discussion: number(0, MOST),
  comment: text,
};

/** The measures of a year and their order as a file, out and in by the same columns. */
@Injectable()
export class MeasuresCsv {
  constructor(
    private readonly db: Database,
    private readonly measures: MeasuresService,
  ) {}

  /**
   * Adds measures and changes those that the year has, all or nothing; they stand where the file says, the others between them as they stood.
   * Throws a 400 that names every row and column at fault.
   */
  async import(actor: Actor, year: number, csv: string): Promise<void> {
    const rows = readRows<Row>(readCsv(csv, MEASURE_COLUMNS), MEASURE_CELLS);
    await this.db.transact(async (tx) => {
      await tx.query('SELECT pg_advisory_xact_lock(hashtext($1))', [`measures-${String(year)}`]);
      const known = await this.measures.ofYear(year, tx);
      const given = rows.map((row) => ({ row, measure: measureOf(tx, year, row, known) }));
      refuseRows([...twice(rows), ...given.flatMap(({ row, measure }) => faultsOf(row, measure))]);
      const all = inOrder(known, given);
      requireRoom(all.length);
      for (const [index, measure] of all.entries()) measure.place = index + 1;
      await tx.save(all);
      await record(tx, actor, 'measures.imported', `programme:${String(year)}`, { measures: rows.length });
    });
  }

  /** The measures of a year in their order. */
  async export(year: number): Promise<string> {
    const measures = await this.measures.ofYear(year);
    return writeCsv(
      MEASURE_COLUMNS,
      measures.map((measure) => ({
        place: measure.place,
        ...Object.fromEntries(
          Object.entries(FIELDS).map(([column, field]) => [column, measure[field] ?? '']),
        ),
      })),
    );
  }
}

/** The measure that a row is about, with what the row says. */
function measureOf(tx: EntityManager, year: number, row: Row, known: readonly Measure[]): Measure {
  const measure =
    known.find((one) => one.key === row.measure) ??
    tx.create(Measure, {
      ...{ year, key: row.measure, target: null, colour: null, colourReason: null },
      ...{ confirmed: null, inDiscussion: null, comment: '' },
    });
  const said = Object.entries(FIELDS).flatMap(([column, field]): [string, unknown][] => {
    const value = row[column as Column];
    if (value === undefined) return [];
    return [[field, value === null && (field === 'comment' || field === 'name') ? '' : value]];
  });
  return Object.assign(measure, Object.fromEntries(said));
}

/** What is wrong with a measure as a row leaves it. */
function faultsOf(row: Row, measure: Measure): FieldError[] {
  const at = `row ${String(rowNumber(row))}`;
  const missing = (['name', 'source', 'counting', 'direction', 'colour_rule'] as const).filter(
    (column) => !measure[FIELDS[column]],
  );
  if (missing.length > 0)
    return missing.map((column) => ({ pointer: `${at}, ${column}`, detail: 'is empty; a measure needs it' }));
  if (measure.name.length > 200)
    return [
      { pointer: `${at}, name`, detail: `found ${String(measure.name.length)} characters; allowed: 200` },
    ];
  try {
    requireFitting(measure);
    return [];
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error.errors.map(({ pointer, detail }) => ({
      pointer: `${at}, ${COLUMN_OF.get(pointer) ?? pointer}`,
      detail,
    }));
  }
}

function twice(rows: readonly Row[]): FieldError[] {
  const first = new Map<string, number>();
  return rows.flatMap((row) => {
    const before = first.get(row.measure);
    if (before === undefined) {
      first.set(row.measure, rowNumber(row));
      return [];
    }
    return [
      {
        pointer: `row ${String(rowNumber(row))}, measure`,
        detail: `found "${row.measure}" again, as in row ${String(before)}; allowed: once`,
      },
    ];
  });
}

/** All measures as they are to stand: by the places that the file gives, else by those that they have, new ones last. */
function inOrder(known: readonly Measure[], given: readonly { row: Row; measure: Measure }[]): Measure[] {
  const asked = new Map(given.map(({ row, measure }) => [measure, row.place ?? null]));
  const all = [...new Set([...given.map(({ measure }) => measure), ...known])];
  const placeOf = (one: Measure): number => asked.get(one) ?? (known.includes(one) ? one.place : Infinity);
  // Who is put somewhere stands before who stood there, since sorting leaves the order of equals.
  return all.sort((a, b) => placeOf(a) - placeOf(b) || 0);
}
