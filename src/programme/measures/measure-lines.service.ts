import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { programmeYear } from '../../calendar/programme-year.js';
import { Database } from '../../database/database.js';
import { ReferenceService } from '../../reference/reference.service.js';
import { rulesAt } from '../report/rules-at.js';
import type { MeasureLine, TrendRow } from '../report/report.js';
import { withRowColours } from '../report/rows.js';
import { yearEarlier, type AsAt } from './as-at.js';
import { countedBeside, isBeside } from './counted-beside.js';
import { countedChallenges, deliveredByYear, type CountedChallenge } from './counted-visits.js';
import { seasonOf, type Season } from './forecast.js';
import { heldFigures } from './held-figures.js';
import { byHand, lineOf, profileOf } from './measure-line.js';
import type { Measure } from './measure.entity.js';
import { MeasuresService } from './measures.service.js';
import { trendRow } from './trend.js';

const TREND_YEARS = 6;

/** The measures of a year with all that is known of them as at a day. */
@Injectable()
export class MeasureLines {
  constructor(
    private readonly db: Database,
    private readonly measures: MeasuresService,
    private readonly reference: ReferenceService,
  ) {}

  /** The lines of a year and, where challenges are not given, those counted anew; with the same day a year before beside each. */
  async ofYear(
    year: number,
    asAt: AsAt,
    tx: EntityManager = this.db.manager,
    challenges?: CountedChallenge[],
  ): Promise<MeasureLine[]> {
    const lines = await this.alone(year, asAt, tx, challenges);
    const before = new Map(
      (await this.alone(year - 1, yearEarlier(asAt), tx)).map((line) => [line.key, line]),
    );
    return lines.map((line) => {
      const known = before.get(line.key);
      // What was counted in another way is nothing to compare with.
      const old = known?.unit === line.unit && known?.counting === line.counting ? known : undefined;
      return {
        ...line,
        before: old
          ? { total: old.total, colour: old.colour, quarters: old.quarters.map(({ value }) => value) }
          : null,
      };
    });
  }

  private async alone(
    year: number,
    asAt: AsAt,
    tx: EntityManager,
    challenges?: CountedChallenge[],
  ): Promise<MeasureLine[]> {
    const known = await this.measures.asAt(year, asAt, tx);
    const measures = known.map(({ measure }) => measure);
    if (measures.length === 0) return [];
    const sources = measures.map(({ source }) => source);
    const counted = [
      ...(challenges ?? (await countedChallenges(tx, year, asAt))),
      ...(await countedBeside(tx, year, sources.filter(isBeside), asAt)),
    ];
    const entered = await this.measures.entered(
      measures.map(({ id }) => id),
      tx,
    );
    const figures = heldFigures(entered, year, asAt);
    const policy = await rulesAt(this.reference, asAt.day, tx);
    const profiles = await this.profiles(measures, tx);
    const coloured = new Set(measures.filter(({ colour }) => colour !== null).map(({ key }) => key));
    return withRowColours(
      known.map(({ measure, later }) => ({
        ...lineOf(measure, { counted, figures, policy, asAt, profiles }),
        factsLater: later,
      })),
      coloured,
    );
  }

  /** How the years before went, of measures that are held against their season. */
  private async profiles(measures: readonly Measure[], tx: EntityManager): Promise<Map<string, number[]>> {
    const profiles = new Map<string, number[]>();
    for (const measure of measures.filter(({ colourRule }) => colourRule === 'season')) {
      const years = (await this.yearsBehind(measure, tx)).map(({ quarters = [] }) => quarters);
      const profile = profileOf(years, measure.counting);
      if (profile) profiles.set(measure.key, profile);
    }
    return profiles;
  }

  /** The years behind, by the first measure that counts challenges. */
  async trend(year: number, lines: readonly MeasureLine[], tx: EntityManager): Promise<TrendRow[]> {
    const first = lines.find(({ source, counting }) => source === 'challenges' && counting === 'sum');
    if (!first) return [];
    const behind = await this.yearsBehind({ key: first.key, year }, tx);
    return [...behind, trendRow(year, first, first)];
  }

  /** How the whole years of a trend went, beside what forecasts reckon with. */
  async season(trend: readonly TrendRow[], asAt: AsAt, tx: EntityManager): Promise<Season | null> {
    const whole = trend
      .filter((row) => row.year < programmeYear(asAt.day))
      .map(({ quarters = [] }) => quarters);
    return seasonOf(whole, (await rulesAt(this.reference, asAt.day, tx)).seasonalProfile);
  }

  /** The years before one, of a measure by its key: entered by hand where a year was, else counted. */
  private async yearsBehind(
    { key, year }: Pick<Measure, 'key' | 'year'>,
    tx: EntityManager,
  ): Promise<TrendRow[]> {
    const counted = await deliveredByYear(tx, key, year);
    const rows: TrendRow[] = [];
    for (let past = year - TREND_YEARS + 1; past < year; past++) {
      const measure = (await this.measures.ofYear(past, tx)).find((one) => one.key === key);
      const quarters = counted.get(past);
      if (!quarters && !measure) continue;
      const entered =
        measure?.source === 'by_hand'
          ? byHand(await this.measures.figures([measure.id], tx))
          : (quarters ?? [0, 0, 0, 0]).map((value) => ({ value, notApplicable: false, names: [] }));
      const counting = measure?.source === 'by_hand' ? measure.counting : 'sum';
      rows.push(trendRow(past, { counting, quarters: entered }, measure));
    }
    return rows;
  }
}
