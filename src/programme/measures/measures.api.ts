import { Body, Controller, Get, HttpCode, Param, Patch, Post, Req, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Allow, Granted, type Access } from '../../people/access.js';
import { sendVersion, versionSent } from '../../web/versions.js';
import { readYear } from '../programme-years.js';
import { ChangeMeasure, MeasureView, NewMeasure, StartYear, viewOf } from './measures.dto.js';
import { MeasuresService } from './measures.service.js';

const NOTHING = {
  ...{
    theme: '',
    wording: '',
    partOf: null,
    which: null,
    unit: 'number' as const,
    decimals: 0,
    target: null,
  },
  ...{ targetWords: '', progress: null, colour: null, colourReason: null, confirmed: null },
  ...{ inDiscussion: null, together: null, aheadQuarter: null, comment: '', endedOn: null },
};

/** The measures of a programme year: made, changed, put in order, ended, and taken over from another year. */
@ApiTags('programme')
@Controller('api')
export class MeasuresApi {
  constructor(private readonly measures: MeasuresService) {}

  @Get('programmes/:year/measures')
  @Allow('programme.read')
  @ApiOkResponse({ type: [MeasureView] })
  async list(@Param('year') year: string): Promise<MeasureView[]> {
    return (await this.measures.ofYear(readYear(year))).map(viewOf);
  }

  @Post('programmes/:year/measures')
  @Allow('programme.write')
  @ApiCreatedResponse({ type: MeasureView })
  async add(
    @Granted() { actor }: Access,
    @Param('year') year: string,
    @Body() body: NewMeasure,
  ): Promise<MeasureView> {
    return viewOf(await this.measures.add(actor, readYear(year), { ...NOTHING, ...body }));
  }

  @Post('programmes/:year/measures/start')
  @HttpCode(204)
  @Allow('programme.write')
  @ApiNoContentResponse()
  start(
    @Granted() { actor }: Access,
    @Param('year') year: string,
    @Body() { from }: StartYear,
  ): Promise<void> {
    return this.measures.start(actor, readYear(year), from);
  }

  @Patch('measures/:id')
  @Allow('programme.write', 'measure')
  @ApiOkResponse({ type: MeasureView })
  async change(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() body: ChangeMeasure,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<MeasureView> {
    const changed = await this.measures.change(actor, id, versionSent(request), body);
    sendVersion(response, changed.version);
    return viewOf(changed);
  }
}
