import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBody, ApiConsumes, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Allow, Granted, type Access } from '../people/access.js';
import { WORKBOOK } from '../web/workbook-out.js';
import { sentList } from '../web/imports.js';
import { cursorOf, limitOf, page, PageQuery, readCursor } from '../web/paging.js';
import { BringQuery, ImportChangeView, EnterBody, ImportView } from './imports.dto.js';
import type { Import } from './import.entity.js';
import { Lists } from './lists.js';
import { ImportsService } from './imports.service.js';

/** How many faults an answer tells. */
const MOST_FAULTS = 200;

/** Lists that come in as files, for other programs: the same two steps as on pages. */
@ApiTags('imports')
@Controller('api')
export class ImportsApi {
  constructor(
    private readonly imports: ImportsService,
    private readonly lists: Lists,
  ) {}

  @Post('lists/:list/imports')
  @HttpCode(202)
  @Allow('files.import')
  @ApiConsumes('text/csv', WORKBOOK)
  @ApiBody({ schema: { type: 'string' } })
  @ApiAcceptedResponse({ type: ImportView })
  async bring(
    @Granted() { actor }: Access,
    @Param('list') list: string,
    @Query() { about = '' }: BringQuery,
    @Body() body: unknown,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ImportView> {
    const one = await this.imports.receive(
      actor,
      list,
      about,
      await sentList(body, this.lists.sheetsOf(list)),
    );
    response.setHeader('Location', `/api/imports/${one.id}`);
    return this.view(one);
  }

  @Get('imports/:import')
  @Allow('files.import')
  @ApiOkResponse({ type: ImportView })
  async one(@Granted() { actor }: Access, @Param('import') id: string): Promise<ImportView> {
    return this.view(await this.imports.one(actor, id));
  }

  @Get('imports/:import/changes')
  @Allow('files.import')
  @ApiOkResponse({ type: [ImportChangeView] })
  async changes(
    @Granted() { actor }: Access,
    @Param('import') id: string,
    @Query() query: PageQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ImportChangeView[]> {
    await this.imports.one(actor, id);
    const [from = '0'] = readCursor(query.after, 1) ?? [];
    const skip = /^\d{1,7}$/.test(from) ? Number(from) : 0;
    const rows = await this.imports.changes(id, '', skip, limitOf(query) + 1);
    return page(response, `/api/imports/${id}/changes`, { ...query }, rows, () =>
      cursorOf(String(skip + limitOf(query))),
    );
  }

  @Post('imports/:import/entry')
  @HttpCode(202)
  @Allow('files.import')
  @ApiAcceptedResponse({ type: ImportView })
  async enter(
    @Granted() { actor }: Access,
    @Param('import') id: string,
    @Body() { digest }: EnterBody,
  ): Promise<ImportView> {
    await this.imports.one(actor, id);
    return this.view(await this.imports.enter(actor, id, digest));
  }

  @Post('imports/:import/undo')
  @HttpCode(202)
  @Allow('files.import')
  @ApiAcceptedResponse({ type: ImportView })
  async undo(@Granted() { actor }: Access, @Param('import') id: string): Promise<ImportView> {
    return this.view(await this.imports.undo(actor, id));
  }

  @Post('imports/:import/stop')
  @HttpCode(200)
  @Allow('files.import')
  @ApiOkResponse({ type: ImportView })
  async stop(@Granted() { actor }: Access, @Param('import') id: string): Promise<ImportView> {
    return this.view(await this.imports.stop(actor, id));
  }

  private async view(one: Import): Promise<ImportView> {
    const { rows } = one.state === 'refused' ? await this.imports.faults(one.id) : { rows: [] };
    return {
      id: one.id,
      list: one.list,
      about: one.about || null,
      state: one.state,
      told: [one.readAs, one.told].filter(Boolean).join(' '),
      rows: one.rows,
      done: one.done,
      counts: one.counts,
      digest: one.digest,
      faults: rows.slice(0, MOST_FAULTS).map(({ fault }) => fault),
      mayUndo: this.imports.mayUndo(one),
      createdAt: one.createdAt.toISOString(),
      enteredAt: one.enteredAt?.toISOString() ?? null,
    };
  }
}
