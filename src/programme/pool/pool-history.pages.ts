import { Controller, Get, Query } from '@nestjs/common';
import type { CivilDate } from '../../calendar/dates.js';
import { sayPlainDay } from '../../calendar/phrases.js';
import { Database } from '../../database/database.js';
import { councilType, upperFirst } from '../../english/words.js';
import { Allow } from '../../people/access.js';
import { writeCsv } from '../../web/csv.js';
import { Day } from '../../web/fields.js';
import { FRESH, Says, submit, type Again } from '../../web/forms.js';
import { Download, Page, type Redirect } from '../../web/pages.js';
import { badField } from '../../web/problems.js';
import { PoolHistory, type PoolThen } from './pool-history.service.js';
import { POOL_PARTS } from './pool-use.js';

const COLUMNS = ['day', 'part', 'group', 'pool', 'used', 'pool_a_year_before', 'used_a_year_before'] as const;

class AsAtForm {
  @Says('Enter the day like 30 September 2026') @Day({ optional: true }) asAt?: string;
}

/** The pool as at a day that is past, beside the same day a year before. */
@Controller('pool/history')
export class PoolHistoryPages {
  constructor(
    private readonly history: PoolHistory,
    private readonly db: Database,
  ) {}

  @Get()
  @Allow('pool.read')
  page(@Query() { asAt }: Record<string, unknown>): Promise<Page | Redirect | Download> {
    const work = async (form: AsAtForm): Promise<Page> => this.shown(this.dayOf(form.asAt));
    return submit(AsAtForm, { asAt }, work, (again) => this.shown(this.db.today(), again));
  }

  private async shown(asked: CivilDate, again: Again = FRESH): Promise<Page> {
    const found = await this.history.asAt(asked);
    const whole = found?.rows.find(({ part }) => part === 'all') ?? null;
    return new Page('programme/pool/views/history.njk', {
      title: `The pool as at ${sayPlainDay(found?.day ?? asked)}`,
      asked,
      found,
      whole,
      yearBefore: whole?.before
        ? `; a year before, on ${sayPlainDay(found?.beforeDay ?? '')}, ${String(whole.before.pool)} and ${String(whole.before.used)}`
        : '',
      parts: POOL_PARTS.map((part) => tableOf(part, found?.rows.filter((row) => row.part === part) ?? [])),
      ...again,
    });
  }

  @Get('export.csv')
  @Allow('pool.read')
  async csv(@Query() { asAt }: AsAtForm): Promise<Download> {
    const found = await this.history.asAt(this.dayOf(asAt));
    const rows = (found?.rows ?? []).map(({ part, group, pool, used, before }) => ({
      ...{ day: found?.day ?? null, part, group, pool, used },
      pool_a_year_before: before?.pool ?? null,
      used_a_year_before: before?.used ?? null,
    }));
    return new Download(
      writeCsv(COLUMNS, rows),
      'text/csv; charset=utf-8',
      `pool-as-at-${found?.day ?? 'nothing'}.csv`,
    );
  }

  /** Today where none is asked for. Throws a 400 for a day that is still to come. */
  private dayOf(asked: string | undefined): CivilDate {
    const today = this.db.today();
    if (asked !== undefined && asked > today)
      throw badField('/asAt', `found ${sayPlainDay(asked)}; allowed: a day up to ${sayPlainDay(today)}`);
    return asked ?? today;
  }
}

/** A part of the pool as a table, beside the year before where it was counted. */
function tableOf(part: string, rows: readonly PoolThen[]): object {
  const name = part === 'type' ? 'type of council' : part;
  const isBeside = rows.some(({ before }) => before !== null);
  return {
    caption: `By ${name}`,
    heads: [
      upperFirst(name),
      'Pool',
      'Used',
      ...(isBeside ? ['Pool a year before', 'Used a year before'] : []),
    ],
    rows: rows.map(({ group, pool, used, before }) => ({
      name: councilType(group),
      cells: [pool, used, ...(isBeside ? [before?.pool ?? 0, before?.used ?? 0] : [])].map(String),
    })),
  };
}
