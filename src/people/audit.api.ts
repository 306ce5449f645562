import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Free, Instant, Text } from '../web/fields.js';
import { cursorOf, limitOf, page, PageQuery, readCursor } from '../web/paging.js';
import { Allow } from './access.js';
import { AuditEntry } from './audit-entry.entity.js';
import { Database } from '../database/database.js';

class AuditQuery extends PageQuery {
  @Text({ optional: true, max: 100, description: 'Only what was done to this, such as challenge:…' })
  subject?: string;
}

class AuditView {
  @Text() id: string;
  @Instant() at: string;
  @Text() actor: string;
  @Text() action: string;
  @Text() subject: string;
  @Free() details: object;
}

@ApiTags('audit')
@Controller('api/audit')
export class AuditApi {
  constructor(private readonly db: Database) {}

  @Get()
  @Allow('audit.read')
  @ApiOkResponse({ type: [AuditView] })
  async list(
    @Query() query: AuditQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<AuditView[]> {
    const [before] = readCursor(query.after, 1) ?? [];
    const rows = this.db.manager
      .createQueryBuilder(AuditEntry, 'a')
      .orderBy('a.id', 'DESC')
      .take(limitOf(query) + 1);
    if (query.subject) rows.andWhere('a.subject = :subject', { subject: query.subject });
    if (before) rows.andWhere('a.id < :before', { before: Number(before) || 0 });
    const shown = page(response, '/api/audit', { ...query }, await rows.getMany(), ({ id }) => cursorOf(id));
    return shown.map(({ id, at, actor, action, subject, details }) => ({
      id,
      at: at.toISOString(),
      actor,
      action,
      subject,
      details,
    }));
  }
}
