import { SCOPE_COLUMNS } from '../challenges/hosts.js';
import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Allow, Granted, narrow, type Access } from '../people/access.js';
import { Choice, Day, Uuid } from '../web/fields.js';
import { cursorOf, limitOf, page, PageQuery, readCursor } from '../web/paging.js';
import { Visit, VISIT_TYPES } from '../challenges/visit.entity.js';
import { Database } from '../database/database.js';

class VisitQuery extends PageQuery {
  @Uuid({ optional: true }) challenge?: string;
}

class VisitView {
  @Uuid() id: string;
  @Uuid() challengeId: string;
  @Choice(VISIT_TYPES) type: string;
  @Choice(['pencilled', 'dated'], {
    description: 'A pencilled visit is due about its day and has no dates yet',
  })
  state: string;
  @Day() firstDay: string;
  @Day() lastDay: string;
}

@ApiTags('visits')
@Controller('api/visits')
export class VisitsApi {
  constructor(private readonly db: Database) {}

  @Get()
  @Allow('visits.read')
  @ApiOkResponse({ type: [VisitView] })
  async list(
    @Granted() access: Access,
    @Query() query: VisitQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<VisitView[]> {
    const rows = this.db.manager
      .createQueryBuilder(Visit, 'v')
      .innerJoin('v.challenge', 'c')
      .innerJoin('c.council', 'h')
      .orderBy('v.firstDay')
      .addOrderBy('v.id')
      .take(limitOf(query) + 1);
    narrow(rows, access, SCOPE_COLUMNS);
    if (query.challenge) rows.andWhere('v.challenge_id = :challenge', { challenge: query.challenge });
    const after = readCursor(query.after, 2);
    if (after)
      rows.andWhere('(v.first_day::text, v.id::text) > (:day, :id)', { day: after[0], id: after[1] });
    const shown = page(response, '/api/visits', { ...query }, await rows.getMany(), ({ firstDay, id }) =>
      cursorOf(firstDay, id),
    );
    return shown.map(({ id, challengeId, type, state, firstDay, lastDay }) => ({
      id,
      challengeId,
      type,
      state,
      firstDay,
      lastDay,
    }));
  }
}
