import { Controller, Get, Query } from '@nestjs/common';
import { Council } from '../councils/council.entity.js';
import { CouncilsService } from '../councils/councils.service.js';
import { Allow, Granted, narrow, type Access } from '../people/access.js';
import { scopeOf } from '../people/permissions.js';
import { CYCLES } from '../programme/cycle/cycle.js';
import { writeCsv } from '../web/csv.js';
import { Download, Page } from '../web/pages.js';
import { Database } from '../database/database.js';
import { anyOf, holds, pageOf, sortOf, textOf } from '../web/lists.js';

const SORTS = { name: 'c.name', last: 'y.last', due: 'y.due' } as const;

/** The councils of a region. */
@Controller('councils')
export class CouncilListPages {
  constructor(
    private readonly db: Database,
    private readonly councils: CouncilsService,
  ) {}

  @Get()
  @Allow('councils.picture')
  async list(@Granted() access: Access, @Query() query: Record<string, unknown>): Promise<Page> {
    const paging = pageOf(query);
    const filters = filtersOf(query);
    const rows = this.query(access, filters);
    const count = await rows.getCount();
    const shown = await rows.offset(paging.skip).limit(paging.take).getRawMany();
    return new Page('overview/views/councils.njk', {
      title: 'Councils',
      rows: shown,
      groupings: anyOf(await this.councils.groupings()),
      count,
      filters,
      paging,
      mayAdd: scopeOf(access.actor.role, 'councils.write') !== undefined,
    });
  }

  @Get('export.csv')
  @Allow('councils.picture')
  async csv(@Granted() access: Access, @Query() query: Record<string, unknown>): Promise<Download> {
    const rows = await this.query(access, filtersOf(query)).getRawMany<Record<string, string | null>>();
    return new Download(
      writeCsv(['code', 'name', 'type', 'leadingGroup', 'last', 'due'], rows),
      'text/csv; charset=utf-8',
      'councils.csv',
    );
  }

  /** Councils with their last corporate challenge delivered here, and when the next is due. */
  private query(access: Access, { name, grouping, sort }: Filters) {
    const rows = this.db.manager
      .createQueryBuilder(Council, 'c')
      .select([
        'c.id AS id',
        'c.code AS code',
        'c.name AS name',
        'c.type AS type',
        'c.leading_group AS "leadingGroup"',
      ])
      .leftJoin(CYCLES, 'y', 'y.council_id = c.id')
      .addSelect('y.last::text', 'last')
      .addSelect('y.due::text', 'due')
      .where('(c.valid_to IS NULL OR c.valid_to >= :today)', { today: this.db.today() })
      .orderBy(SORTS[sort], 'ASC', 'NULLS LAST')
      .addOrderBy('c.name');
    narrow(rows, access, { region: 'c.region' });
    if (name !== '') rows.andWhere(holds('c.name', 'name'), { name });
    if (grouping !== '') rows.andWhere(':grouping = ANY(c.groupings)', { grouping });
    return rows;
  }
}

interface Filters {
  name: string;
  grouping: string;
  sort: keyof typeof SORTS;
}

const filtersOf = (query: Record<string, unknown>): Filters => ({
  name: textOf(query.name),
  grouping: textOf(query.grouping),
  sort: sortOf(query, SORTS, 'name'),
});
