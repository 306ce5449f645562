import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import { programmeYearName } from '../../calendar/programme-year.js';
import { Council } from '../../councils/council.entity.js';
import type { Actor } from '../../people/access.js';
import { record } from '../../people/audit.js';
import { differs } from '../../web/imports.js';
import { needed, oneOf, text, type ReadCell } from '../../web/cells.js';
import { readCsv, refuseRows, writeCsv, type CsvRow } from '../../web/csv.js';
import { badField, conflict, notFound, type FieldError } from '../../web/problems.js';
import { requireVersion } from '../../web/versions.js';
import { MeasureFigure } from './measure-figure.entity.js';
import { Measure } from './measure.entity.js';
import { USUAL_MEASURES } from './usual-measures.js';
import { Database } from '../../database/database.js';

/** What somebody says a measure is. */
export type MeasureFacts = Omit<Measure, 'id' | 'year' | 'place' | 'version'>;

/** A figure as it is entered. */
export interface EnteredFigure {
  quarter: 1 | 2 | 3 | 4;
  value: number | null;
  notApplicable: boolean;
  councils: string[];
  comment: string;
}

export const FIGURE_COLUMNS = ['measure', 'quarter', 'value', 'councils', 'comment'] as const;
const MOST_MEASURES = 60;

/** Measures of programme years, their targets, and the figures that people enter. */
@Injectable()
export class MeasuresService {
  constructor(private readonly db: Database) {}

  ofYear(year: number, tx: EntityManager = this.db.manager): Promise<Measure[]> {
    return tx.find(Measure, { where: { year }, order: { place: 'ASC', key: 'ASC' } });
  }

  async get(id: string, tx: EntityManager = this.db.manager): Promise<Measure> {
    const measure = await tx.findOneBy(Measure, { id });
    if (!measure) throw notFound('measure');
    return measure;
  }

  /** The figures that hold, by measure and quarter. */
  async figures(ids: readonly string[], tx: EntityManager = this.db.manager): Promise<MeasureFigure[]> {
    if (ids.length === 0) return [];
    return tx
      .createQueryBuilder(MeasureFigure, 'f')
      .distinctOn(['f.measure_id', 'f.quarter'])
      .where('f.measure_id = ANY(:ids)', { ids })
      .orderBy('f.measure_id')
      .addOrderBy('f.quarter')
      .addOrderBy('f.id', 'DESC')
      .getMany();
  }

  /** Every figure that was ever entered for a measure, newest first. */
  history(id: string): Promise<MeasureFigure[]> {
    return this.db.manager.find(MeasureFigure, {
      where: { measureId: id },
      order: { id: 'DESC' },
      take: 200,
    });
  }

  /** Starts a year with the measures of the year before, or with the usual ones. Does nothing where it has some. */
  async start(actor: Actor, year: number): Promise<void> {
    await this.db.transact(async (tx) => {
      await tx.query('SELECT pg_advisory_xact_lock(hashtext($1))', [`measures-${String(year)}`]);
      if (await tx.existsBy(Measure, { year })) return;
      const before = await this.ofYear(year - 1, tx);
      const facts =
        before.length > 0
          ? before.map(({ key, name, source, counting, direction, target, colourRule }) => ({
              key,
              name,
              source,
              counting,
              direction,
              target,
              colourRule,
            }))
          : USUAL_MEASURES;
      await tx.insert(
        Measure,
        facts.map((one, index) => ({ ...one, year, place: index + 1, version: 1 })),
      );
      await record(tx, actor, 'measures.started', `programme:${String(year)}`, { measures: facts.length });
    });
  }

  async add(actor: Actor, year: number, facts: MeasureFacts): Promise<Measure> {
    return this.db.transact(async (tx) => {
      await tx.query('SELECT pg_advisory_xact_lock(hashtext($1))', [`measures-${String(year)}`]);
      const known = await this.ofYear(year, tx);
      if (known.some(({ key }) => key === facts.key))
        throw badField('/key', `found "${facts.key}", which ${programmeYearName(year)} has already`);
      if (known.length >= MOST_MEASURES)
        throw conflict('too-many', `A year has ${String(MOST_MEASURES)} measures at most.`);
      requireFitting(facts);
      const measure = await tx.save(tx.create(Measure, { ...facts, year, place: known.length + 1 }));
      await record(tx, actor, 'measure.added', `measure:${measure.id}`, { key: facts.key });
      return measure;
    });
  }

  /** Changes a measure. Throws a 412 where somebody else changed it meanwhile. */
  async change(actor: Actor, id: string, version: number, facts: Partial<MeasureFacts>): Promise<Measure> {
    return this.db.transact(async (tx) => {
      const measure = await tx.findOne(Measure, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!measure) throw notFound('measure');
      requireVersion(measure.version, version);
      Object.assign(measure, facts);
      requireFitting(measure);
      const saved = await tx.save(measure);
      await record(tx, actor, 'measure.changed', `measure:${id}`, { fields: Object.keys(facts) });
      return saved;
    });
  }

  async enter(actor: Actor, id: string, figure: EnteredFigure): Promise<void> {
    await this.db.transact(async (tx) => {
      const measure = await this.get(id, tx);
      await this.requireFigure(tx, measure, figure, '');
      await tx.insert(MeasureFigure, {
        ...figure,
        measureId: id,
        actor: actor.id,
        ...counted(measure, figure),
      });
      await record(tx, actor, 'measure.entered', `measure:${id}`, { quarter: figure.quarter });
    });
  }

  /** Enters figures of a year from a file, all or nothing. Throws a 400 that names every row at fault. */
  async import(
    actor: Actor,
    year: number,
    csv: string,
    dryRun: boolean,
  ): Promise<{ dryRun: boolean; added: number; changed: number }> {
    const rows = readCsv(csv, FIGURE_COLUMNS);
    return this.db.transact(async (tx) => {
      const measures = new Map((await this.ofYear(year, tx)).map((measure) => [measure.key, measure]));
      const known = await this.figures(
        [...measures.values()].map(({ id }) => id),
        tx,
      );
      const held = new Map(known.map((one) => [`${one.measureId} ${String(one.quarter)}`, one]));
      const heldOf = (measure: Measure, { quarter }: EnteredFigure): MeasureFigure | undefined =>
        held.get(`${measure.id} ${String(quarter)}`);
      const all = await this.readFigures(tx, rows, measures);
      const read = all.filter(({ measure, figure }) => differs(heldOf(measure, figure) ?? {}, figure));
      const changed = read.filter(({ measure, figure }) => heldOf(measure, figure)).length;
      const report = { dryRun, added: read.length - changed, changed };
      if (dryRun) return report;
      const entered = read.map(({ measure, figure }) => ({
        ...figure,
        measureId: measure.id,
        actor: actor.id,
        ...counted(measure, figure),
      }));
      await tx.insert(MeasureFigure, entered);
      await record(tx, actor, 'measures.imported', `programme:${String(year)}`, { figures: read.length });
      return report;
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
      await this.requireFigure(tx, measure, figure, `row ${String(row.row)}, `).catch((error: unknown) =>
        faults.push(...faultsOf(error)),
      );
      read.push({ measure, figure });
    }
    refuseRows(faults);
    return read;
  }

  /** How columns of the figures of a year are read, as far as one reads them by themselves. */
  async cells(year: number): Promise<Record<string, ReadCell>> {
    return {
      measure: needed(oneOf((await this.ofYear(year)).map(({ key }) => key))),
      quarter: needed(oneOf(['Q1', 'Q2', 'Q3', 'Q4'])),
      comment: needed(text),
    };
  }

  /** The figures that people entered for a year, in the form of the import. */
  async export(year: number): Promise<string> {
    const measures = await this.ofYear(year);
    const figures = await this.figures(measures.map(({ id }) => id));
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

  private async requireFigure(
    tx: EntityManager,
    measure: Measure,
    figure: EnteredFigure,
    at: string,
  ): Promise<void> {
    const pointer = (field: string): string => (at ? `${at}${field}` : `/${field}`);
    if (measure.source !== 'by_hand' && !figure.notApplicable && figure.value !== null)
      throw badField(
        pointer('value'),
        `"${measure.name}" is counted by the service; allowed: n/a, or nothing`,
      );
    if (figure.notApplicable && figure.value !== null)
      throw badField(pointer('value'), `found ${String(figure.value)} and n/a; allowed: one of them`);
    if (figure.councils.length === 0) return;
    if (measure.counting !== 'distinct')
      throw badField(pointer('councils'), 'only a measure of different councils names them');
    const found = await tx.find(Council, { where: { code: In(figure.councils) }, select: { code: true } });
    const missing = figure.councils.filter((code) => !found.some((council) => council.code === code));
    if (missing.length > 0)
      throw badField(pointer('councils'), `found ${missing.join(', ')}; allowed: codes of the register`);
  }
}

/** Of different councils, the figure is how many were named. */
const counted = (
  { counting, source }: Measure,
  { councils, notApplicable }: EnteredFigure,
): { value?: number } =>
  counting === 'distinct' && source === 'by_hand' && !notApplicable ? { value: new Set(councils).size } : {};

function requireFitting({
  source,
  counting,
  colour,
  colourReason,
  confirmed,
  inDiscussion,
}: MeasureFacts): void {
  if ((colour === null) !== (colourReason === null))
    throw badField(
      colour === null ? '/colour' : '/colourReason',
      'a colour by hand and its reason go together',
    );
  if (source !== 'by_hand' && (confirmed !== null || inDiscussion !== null))
    throw badField(confirmed === null ? '/inDiscussion' : '/confirmed', 'is counted by the service');
  if (source === 'days' && counting === 'distinct')
    throw badField('/counting', 'found "distinct"; days are added up, or a running count');
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
  if (said !== '' && !notApplicable && !/^\d{1,9}$/.test(said))
    faults.push({
      pointer: `row ${String(row)}, value`,
      detail: `found "${said.slice(0, 20)}"; allowed: a whole number from 0, n/a, or nothing`,
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
