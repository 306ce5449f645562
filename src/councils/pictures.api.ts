import { Body, Controller, Get, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Allow, Granted, type Access } from '../people/access.js';
import { MakeSignal, MakeSupport, PictureQuery, SignalView, SupportView } from './pictures.dto.js';
import { pageOfAll } from '../web/paging.js';
import { PicturesService } from './pictures.service.js';
import type { Signal } from './signal.entity.js';
import { SignalsService } from './signals.service.js';
import type { Support } from './support.entity.js';

@ApiTags('councils')
@Controller('api')
export class PicturesApi {
  constructor(
    private readonly pictures: PicturesService,
    private readonly signals: SignalsService,
  ) {}

  @Get('signals')
  @Allow('signals.read')
  @ApiOkResponse({ type: [SignalView] })
  async listSignals(
    @Granted() access: Access,
    @Query() query: PictureQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SignalView[]> {
    const all = await this.signals.list(access, { council: query.council });
    return pageOfAll(response, '/api/signals', { ...query }, all).map(viewSignal);
  }

  @Post('signals')
  @Allow('signals.write')
  @ApiCreatedResponse({ type: SignalView })
  async addSignal(
    @Granted() access: Access,
    @Body() { councilId, ...facts }: MakeSignal,
  ): Promise<SignalView> {
    return viewSignal(await this.signals.get((await this.signals.add(access, councilId, facts)).id));
  }

  @Get('supports')
  @Allow('councils.picture')
  @ApiOkResponse({ type: [SupportView] })
  async listSupports(
    @Granted() access: Access,
    @Query() query: PictureQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SupportView[]> {
    const all = await this.pictures.supports(access, { council: query.council });
    return pageOfAll(response, '/api/supports', { ...query }, all).map(viewSupport);
  }

  @Post('supports')
  @Allow('picture.write')
  @ApiCreatedResponse({ type: SupportView })
  async addSupport(
    @Granted() access: Access,
    @Body() { councilId, ...facts }: MakeSupport,
  ): Promise<SupportView> {
    const { id } = await this.pictures.addSupport(access, councilId, facts);
    const found = (await this.pictures.supports(access, { council: councilId })).find((one) => one.id === id);
    return viewSupport(found as Support);
  }
}

function viewSignal({
  id,
  councilId,
  council,
  type,
  observedOn,
  source,
  supportOffered,
  outcome,
  version,
}: Signal): SignalView {
  return {
    id,
    councilId,
    council: council?.name ?? '',
    type,
    observedOn,
    source,
    supportOffered,
    outcome,
    version,
  };
}

function viewSupport({
  id,
  councilId,
  council,
  type,
  firstDay,
  lastDay,
  cause,
  note,
  version,
}: Support): SupportView {
  return { id, councilId, council: council?.name ?? '', type, firstDay, lastDay, cause, note, version };
}
