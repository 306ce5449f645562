import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import { programmeYearName } from '../../calendar/programme-year.js';
import { Council } from '../../councils/council.entity.js';
import type { Actor } from '../../people/access.js';
import { record } from '../../people/audit.js';
import { badField, conflict, notFound } from '../../web/problems.js';
import { requireVersion } from '../../web/versions.js';
import { knownBy, type AsAt } from './as-at.js';
import { MeasureFigure } from './measure-figure.entity.js';
import { Measure } from './measure.entity.js';
import { measuresKnown, type KnownMeasure } from './measure-versions.js';
import { requireDecimals, requireFitting, type Fitting } from './fitting.js';
import { requirePlace } from './measure-places.js';
import { USUAL_MEASURES } from './usual-measures.js';
import { Database } from '../../database/database.js';

/** What somebody says a measure is. */
export type MeasureFacts = Fitting;

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

  /** The measures of a year that a report as at a day shows, as they were then known; as they are now where that was later. */
  async asAt(year: number, asAt: AsAt, tx: EntityManager = this.db.manager): Promise<KnownMeasure[]> {
    const measures = await this.ofYear(year, tx);
    const until = knownBy(asAt);
    const known =
      until === null
        ? measures.map((measure) => ({ measure, later: false }))
        : await measuresKnown(tx, measures, until);
    return known.filter(({ measure: { endedOn } }) => endedOn === null || endedOn > asAt.day);
  }

  /** Every figure that was entered for some measures, oldest first. */
  async entered(ids: readonly string[], tx: EntityManager = this.db.manager): Promise<MeasureFigure[]> {
    if (ids.length === 0) return [];
    return tx.find(MeasureFigure, { where: { measureId: In([...ids]) }, order: { id: 'ASC' } });
  }

  /** The figures that hold now, by measure and quarter. */
  async figures(ids: readonly string[], tx: EntityManager = this.db.manager): Promise<MeasureFigure[]> {
    const last = new Map<string, MeasureFigure>();
    for (const one of await this.entered(ids, tx)) last.set(`${one.measureId} ${String(one.quarter)}`, one);
    return [...last.values()];
  }

  /** Every figure that was ever entered for a measure, newest first. */
  history(id: string): Promise<MeasureFigure[]> {
    return this.db.manager.find(MeasureFigure, {
      where: { measureId: id },
      order: { id: 'DESC' },
      take: 200,
    });
  }

  /** Years that have measures, the newest first. */
  async years(): Promise<number[]> {
    const rows = await this.db.query<{ year: number }[]>(
      'SELECT DISTINCT year FROM measures ORDER BY year DESC',
    );
    return rows.map(({ year }) => year);
  }

  /** Starts a year with the measures of another, the year before unless told, or with the usual ones. Does nothing where it has some. */
  async start(actor: Actor, year: number, from = year - 1): Promise<void> {
    await this.db.transact(async (tx) => {
      await lockMeasures(tx, year);
      if (await tx.existsBy(Measure, { year })) return;
      const before = await this.ofYear(from, tx);
      const facts = before.length > 0 ? newOnes(before) : USUAL_MEASURES;
      await tx.insert(
        Measure,
        facts.map((one, index) => ({ ...one, year, place: index + 1, version: 1 })),
      );
      await record(tx, actor, 'measures.started', `programme:${String(year)}`, { measures: facts.length });
    });
  }

  async add(actor: Actor, year: number, facts: MeasureFacts): Promise<Measure> {
    return this.db.transact(async (tx) => {
      await lockMeasures(tx, year);
      const known = await this.ofYear(year, tx);
      if (known.some(({ key }) => key === facts.key))
        throw badField('/key', `found "${facts.key}", which ${programmeYearName(year)} has already`);
      requireRoom(known.length + 1);
      requireFitting(facts);
      await requirePlace(tx, facts, known);
      const measure = await tx.save(tx.create(Measure, { ...facts, year, place: known.length + 1 }));
      await record(tx, actor, 'measure.added', `measure:${measure.id}`, { key: facts.key });
      return measure;
    });
  }

  /** Changes a measure, and where it stands. Throws a 412 where somebody else changed it meanwhile. */
  async change(
    actor: Actor,
    id: string,
    version: number,
    { place, ...facts }: Partial<MeasureFacts> & { place?: number },
  ): Promise<Measure> {
    return this.db.transact(async (tx) => {
      // Whoever moves one moves others: one at a time changes the measures of a year.
      await lockMeasures(tx, (await this.get(id, tx)).year);
      const measure = await this.get(id, tx);
      requireVersion(measure.version, version);
      Object.assign(measure, facts);
      requireFitting(measure);
      const all = await this.ofYear(measure.year, tx);
      await requirePlace(tx, measure, all);
      if (measure.aheadQuarter === null) measure.aheadQuarter = await this.toldUntil(tx, measure);
      const saved = await tx.save(measure);
      if (place !== undefined && place !== saved.place) saved.place = await putAt(tx, saved, place, all);
      await record(tx, actor, 'measure.changed', `measure:${id}`, { fields: Object.keys(facts) });
      return saved;
    });
  }

  /** The last quarter that has a figure, where something is said to be ahead of it. */
  private async toldUntil(tx: EntityManager, measure: Measure): Promise<Measure['aheadQuarter']> {
    const { confirmed, inDiscussion, together } = measure;
    if (confirmed === null && inDiscussion === null && together === null) return null;
    const told = (await this.figures([measure.id], tx)).filter(({ value }) => value !== null);
    return (
      told
        .map(({ quarter }) => quarter)
        .sort()
        .at(-1) ?? null
    );
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
    requireDecimals(figure.value, pointer('value'));
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

/** What goes on in another year: what was not ended, and what stood in the row of what was gets a row of its own. */
function newOnes(before: readonly Measure[]): Partial<Measure>[] {
  const going = before.filter(({ endedOn }) => endedOn === null);
  const keys = new Set(going.map(({ key }) => key));
  return going.map((one) => ({
    ...asNew(one),
    partOf: one.partOf !== null && keys.has(one.partOf) ? one.partOf : null,
  }));
}

/** A measure as it begins in another year: what it is, and nothing of what became of it. */
function asNew(measure: Measure): Partial<Measure> {
  const { key, theme, name, wording, partOf, source, which, counting, direction } = measure;
  const { unit, decimals, target, targetWords, colourRule } = measure;
  return {
    ...{ key, theme, name, wording, partOf, source, which, counting, direction },
    ...{ unit, decimals, target, targetWords, colourRule },
  };
}

/** One at a time changes the measures of a year. */
export const lockMeasures = (tx: EntityManager, year: number): Promise<unknown> =>
  tx.query('SELECT pg_advisory_xact_lock(hashtext($1))', [`measures-${String(year)}`]);

/**
 * Puts a measure where it is to stand in its year's report, the last place for one beyond; the others stay in their order, and their versions stay,
 * for nobody changed what they are.
 */
async function putAt(
  tx: EntityManager,
  { id }: Measure,
  place: number,
  all: readonly Measure[],
): Promise<number> {
  const others = all.filter((one) => one.id !== id).map((one) => one.id);
  const order = [...others.slice(0, place - 1), id, ...others.slice(place - 1)];
  await tx.query(
    `UPDATE measures m SET place = o.place FROM unnest($1::uuid[]) WITH ORDINALITY AS o (id, place) WHERE m.id = o.id AND m.place <> o.place`,
    [order],
  );
  return order.indexOf(id) + 1;
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
