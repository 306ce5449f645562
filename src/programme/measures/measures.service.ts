import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import { programmeYearName } from '../../calendar/programme-year.js';
import { Council } from '../../councils/council.entity.js';
import type { Actor } from '../../people/access.js';
import { record } from '../../people/audit.js';
import { badField, conflict, notFound } from '../../web/problems.js';
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
      requireRoom(known.length + 1);
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

  /** Throws a 400 for a figure that does not fit its measure. */
  async requireFigure(tx: EntityManager, measure: Measure, figure: EnteredFigure, at: string): Promise<void> {
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
export const counted = (
  { counting, source }: Measure,
  { councils, notApplicable }: EnteredFigure,
): { value?: number } =>
  counting === 'distinct' && source === 'by_hand' && !notApplicable ? { value: new Set(councils).size } : {};

/** Throws a 409 for more measures than one year has. */
export function requireRoom(measures: number): void {
  if (measures > MOST_MEASURES)
    throw conflict('too-many', `A year has ${String(MOST_MEASURES)} measures at most.`);
}

/** Throws a 400 for what a measure cannot be. */
export function requireFitting({
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
