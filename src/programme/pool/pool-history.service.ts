import { Injectable } from '@nestjs/common';
import { addMonths, londonDate, type CivilDate } from '../../calendar/dates.js';
import { programmeYear } from '../../calendar/programme-year.js';
import { Database } from '../../database/database.js';
import { PoolDay } from './pool-day.entity.js';
import { poolComposition, poolUses } from './pool-use.js';

/** A figure of the pool on a day, and what it was about a year before; null where it was not counted then. */
export interface PoolThen {
  part: string;
  group: string;
  pool: number;
  used: number;
  before: { pool: number; used: number } | null;
}

/** The pool on the last day that was counted up to one that is asked for. */
export interface PoolAsAt {
  day: CivilDate;
  /** The day of a year before that it is held against; null where none was counted. */
  beforeDay: CivilDate | null;
  rows: PoolThen[];
}

/** The pool as it was: counted every day, since peers come, pause and go, and who was who then is not kept. */
@Injectable()
export class PoolHistory {
  constructor(private readonly db: Database) {}

  /** Counts the pool for a day; again on the same day, the later count stands. */
  async keep(now: Date): Promise<void> {
    const day = londonDate(now);
    const year = programmeYear(day);
    await this.db.transact(async (tx) => {
      await tx.query('SELECT pg_advisory_xact_lock(hashtext($1))', ['pool-days']);
      const { pool, used } = await poolUses(tx, year);
      const rows = [{ part: 'all', group: '', pool, used }, ...(await poolComposition(tx, year))];
      await tx.delete(PoolDay, { day });
      await tx.insert(
        PoolDay,
        rows.map((row) => ({ day, ...row })),
      );
    });
  }

  /** The pool as at a day; null where nothing was counted up to then. */
  async asAt(asked: CivilDate): Promise<PoolAsAt | null> {
    const day = await this.lastUpTo(asked);
    if (day === null) return null;
    const beforeDay = await this.lastUpTo(addMonths(day, -12));
    const now = await this.rowsOf(day);
    const before = beforeDay === null ? [] : await this.rowsOf(beforeDay);
    return { day, beforeDay, rows: beside(now, beforeDay === null ? null : before) };
  }

  private async lastUpTo(day: CivilDate): Promise<CivilDate | null> {
    const [row] = await this.db.query<{ day: CivilDate | null }[]>(
      'SELECT max(day)::text AS day FROM pool_days WHERE day <= $1',
      [day],
    );
    return row?.day ?? null;
  }

  private rowsOf(day: CivilDate): Promise<PoolDay[]> {
    return this.db.manager.find(PoolDay, { where: { day }, order: { part: 'ASC', group: 'ASC' } });
  }
}

/** Every group of one day or the other, so that both columns add up; a group that nobody was of on a day had none. */
function beside(now: readonly PoolDay[], before: readonly PoolDay[] | null): PoolThen[] {
  const keyOf = ({ part, group }: PoolDay): string => `${part} ${group}`;
  const [today, then] = [now, before ?? []].map((rows) => new Map(rows.map((row) => [keyOf(row), row])));
  const groups = new Map([...now, ...(before ?? [])].map((row) => [keyOf(row), row]));
  return [...groups]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, { part, group }]) => {
      const { pool = 0, used = 0 } = today?.get(key) ?? {};
      const { pool: poolThen = 0, used: usedThen = 0 } = then?.get(key) ?? {};
      return { part, group, pool, used, before: before && { pool: poolThen, used: usedThen } };
    });
}
