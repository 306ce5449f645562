import { Controller, Get, Query } from '@nestjs/common';
import { Allow, Granted, type Access } from '../people/access.js';
import { scopeOf } from '../people/permissions.js';
import { OWNER_NAMES } from '../visits/steps.js';
import { writeCsv } from '../web/csv.js';
import { pageOf, sortOf, textOf } from '../web/lists.js';
import { Download, Page } from '../web/pages.js';
import { DEADLINE_SORTS, DeadlinesService, keyOf, type DeadlineFilters } from './deadlines.service.js';

const COLUMNS = ['council', 'kind', 'step', 'owner', 'due', 'days_late', 'moved_because'] as const;

/** Every step that is owed in somebody's challenges: what is late, what comes, and who owes it. */
@Controller()
export class DeadlinePages {
  constructor(private readonly due: DeadlinesService) {}

  @Get('deadlines')
  @Allow('challenges.read')
  async list(@Granted() access: Access, @Query() query: Record<string, unknown>): Promise<Page> {
    const paging = pageOf(query);
    const filters = filtersOf(query);
    const all = await this.due.of(access, filters);
    const rows = all
      .slice(paging.skip, paging.skip + paging.take)
      .map((one) => ({ ...one, key: keyOf(one) }));
    const owners = Object.entries(OWNER_NAMES).map(([value, text]) => ({ value, text }));
    return new Page('overview/views/deadlines.njk', {
      title: 'Deadlines',
      mayRemind: scopeOf(access.actor.role, 'challenges.manage') !== undefined,
      rows,
      count: all.length,
      filters,
      paging,
      owners,
      names: OWNER_NAMES,
    });
  }

  @Get('deadlines.csv')
  @Allow('challenges.read')
  async csv(@Granted() access: Access, @Query() query: Record<string, unknown>): Promise<Download> {
    const filters = filtersOf(query);
    const rows = (await this.due.of(access, filters)).map(
      ({ late, moved, owner, id: _, about: __, ...one }) => ({
        ...one,
        owner: OWNER_NAMES[owner],
        days_late: late,
        moved_because: moved,
      }),
    );
    return new Download(writeCsv(COLUMNS, rows), 'text/csv; charset=utf-8', 'deadlines.csv');
  }
}

const filtersOf = (query: Record<string, unknown>): DeadlineFilters => ({
  show: textOf(query.show),
  owner: textOf(query.owner),
  sort: sortOf(query, DEADLINE_SORTS, 'due'),
});
