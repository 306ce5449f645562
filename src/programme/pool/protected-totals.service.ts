import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { addDays, londonDate, type CivilDate } from '../../calendar/dates.js';
import { programmeQuarter, programmeYear, programmeYearRange } from '../../calendar/programme-year.js';
import { DEMOGRAPHICS, DEMOGRAPHIC_IDS } from '../../peers/demographics.js';
import { quarterRange } from '../measures/forecast.js';
import { release, within, type Counts, type Shown } from './protected-totals.js';
import { ProtectedTotals, type ProtectedTables } from './protected-totals.entity.js';
import { Database } from '../../database/database.js';

/** A table of totals as it is shown. */
export interface ProtectedTable {
  label: string;
  rows: { group: string; pool: number | null; used: number | null }[];
}

const COLUMNS = {
  gender: 'd.gender',
  ageBand: 'd.age_band',
  ethnicity: 'd.ethnicity',
  disability: 'd.disability',
  party: 'p.party',
} as const;

/** Totals of personal attributes: counted once a quarter, when it has ended, and shown as `protected-totals.ts` says. */
@Injectable()
export class ProtectedTotalsService {
  constructor(private readonly db: Database) {}

  /** Releases the totals of the quarter that ended last, unless they are. */
  async releaseLast(now: Date): Promise<void> {
    const today = londonDate(now);
    const [from] = quarterRange(programmeYear(today), programmeQuarter(today));
    const ended = addDays(from, -1);
    const [year, quarter] = [programmeYear(ended), programmeQuarter(ended)];
    await this.db.transact(async (tx) => {
      await tx.query('SELECT pg_advisory_xact_lock(hashtext($1))', ['protected-totals']);
      if (await tx.existsBy(ProtectedTotals, { year, quarter })) return;
      const before = await this.last(tx);
      const tables: ProtectedTables = {};
      for (const [attribute, column] of Object.entries(COLUMNS)) {
        const old = before?.totals[attribute];
        const pool = release(old?.pool ?? null, await this.count(tx, column, null));
        // A year begins with nobody used: what was shown before is of another year.
        const sameYear = before?.year === year;
        const used = release(
          sameYear ? (old?.used ?? null) : null,
          await this.count(tx, column, { from: programmeYearRange(year).from, to: ended }),
        );
        tables[attribute] = { pool, used };
      }
      await tx.insert(ProtectedTotals, { year, quarter, totals: tables });
    });
  }

  /** What is shown of the newest release of a year, or of any before; null where there is none yet. */
  async tables(year: number): Promise<{ year: number; quarter: number; tables: ProtectedTable[] } | null> {
    const found = await this.last(this.db.manager, year);
    if (!found) return null;
    const labels: Record<string, { label: string; options: Record<string, string> }> = DEMOGRAPHICS;
    const tables = [...DEMOGRAPHIC_IDS, 'party'].flatMap((attribute): ProtectedTable[] => {
      const totals = found.totals[attribute];
      if (!totals) return [];
      const { label, options } = labels[attribute] ?? { label: 'Party of member peers', options: {} };
      const { shown } = totals.pool;
      const used = within(totals.used.shown, shown);
      const groups = Object.keys(options).length > 0 ? Object.keys(options) : groupsOf(shown);
      const rows = groups.map((group) => ({
        group: options[group] ?? group,
        pool: shown[group] ?? null,
        used: used[group] ?? null,
      }));
      return [{ label, rows }];
    });
    return { year: found.year, quarter: found.quarter, tables };
  }

  private async last(tx: EntityManager, year?: number): Promise<ProtectedTotals | null> {
    const query = tx
      .createQueryBuilder(ProtectedTotals, 't')
      .orderBy('t.year', 'DESC')
      .addOrderBy('t.quarter', 'DESC')
      .limit(1);
    if (year !== undefined) query.where('t.year <= :year', { year });
    return query.getOne();
  }

  /** Peers by group: the active ones, or those who served in some days. */
  private async count(
    tx: EntityManager,
    column: string,
    served: { from: CivilDate; to: CivilDate } | null,
  ): Promise<Counts> {
    const used = `AND EXISTS (SELECT FROM peer_days b WHERE b.peer_id = p.id AND b.last_day BETWEEN $1 AND $2)`;
    const rows = await tx.query<{ group: string; count: number }[]>(
      `SELECT ${column} AS group, count(*)::int AS count FROM peers p LEFT JOIN demographics d ON d.peer_id = p.id
       WHERE ${column} IS NOT NULL AND ${served ? `true ${used}` : `p.state = 'active'`} GROUP BY 1 ORDER BY 1`,
      served ? [served.from, served.to] : [],
    );
    return Object.fromEntries(rows.map(({ group, count }) => [group, count]));
  }
}

/** Groups that are shown at all; those too small for it are not even named. */
const groupsOf = (pool: Shown): string[] =>
  Object.keys(pool)
    .filter((group) => pool[group])
    .sort();
