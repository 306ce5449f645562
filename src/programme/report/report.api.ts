import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Allow, Granted, type Access } from '../../people/access.js';
import { MeasuresService } from '../measures/measures.service.js';
import { readYear } from '../programme-years.js';
import type { TrendRow } from './report.js';
import { coloursOf } from './rows.js';
import { AsAtQuery, EnterFigure, lineViewOf, ReportView, type TrendView } from './report.dto.js';
import { ReportService } from './report.service.js';

@ApiTags('programme')
@Controller('api')
export class ReportApi {
  constructor(
    private readonly reports: ReportService,
    private readonly measures: MeasuresService,
  ) {}

  @Get('programmes/:year/report')
  @Allow('programme.read')
  @ApiOkResponse({ type: ReportView })
  async report(@Param('year') text: string, @Query() { asAt }: AsAtQuery): Promise<ReportView> {
    const asked = readYear(text);
    const { report } = await this.reports.live(asked, this.reports.asAt(asked, asAt));
    const { year, asOf, measures, trend, season = null, byRegion, byType, running, budget = null } = report;
    return {
      year,
      asOf,
      isAsAt: report.isAsAt ?? false,
      colours: coloursOf(measures),
      measures: measures.map(lineViewOf),
      budget,
      trend: trend.map(trendOf),
      season,
      byRegion,
      byType,
      running: running.map((one) => ({ ...one, apart: one.apart ?? null })),
    };
  }

  @Post('measures/:id/figures')
  @HttpCode(204)
  @Allow('programme.write', 'measure')
  @ApiNoContentResponse()
  async enter(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() figure: EnterFigure,
  ): Promise<void> {
    const { notApplicable = false, councils = [], ...rest } = figure;
    await this.measures.enter(actor, id, { ...rest, notApplicable, councils });
  }
}

const trendOf = ({ year, quarters = [], delivered, target }: TrendRow): TrendView => {
  const known = quarters.filter((value) => value !== null);
  return { year, quarters: known.length === quarters.length ? known : [], delivered, target };
};
