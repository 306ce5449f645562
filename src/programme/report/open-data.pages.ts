import { Controller, Get, Param, Query } from '@nestjs/common';
import { sayPlainDay } from '../../calendar/phrases.js';
import { Allow } from '../../people/access.js';
import { Download, Page } from '../../web/pages.js';
import { askedReport } from './asked-report.js';
import { OPEN_COLUMNS, openDataAbout, openDataCsv, openDataName } from './open-data.js';
import type { Report } from './report.js';
import { ReportService } from './report.service.js';

const CSV = 'text/csv; charset=utf-8';
const JSON_TYPE = 'application/json; charset=utf-8';

/** A report as open data: a file to publish, and beside it what it holds, for people and for programs. */
@Controller()
export class OpenDataPages {
  constructor(private readonly reports: ReportService) {}

  @Get('programme/:year/open-data')
  @Allow('programme.read')
  async page(@Param('year') text: string, @Query() query: Record<string, unknown>): Promise<Page> {
    return pageOf((await askedReport(this.reports, text, query)).report, `/programme/${text}`);
  }

  @Get('programme/:year/open-data.csv')
  @Allow('programme.read')
  async live(@Param('year') text: string, @Query() query: Record<string, unknown>): Promise<Download> {
    return fileOf((await askedReport(this.reports, text, query)).report);
  }

  @Get('programme/:year/open-data.csv-metadata.json')
  @Allow('programme.read')
  async about(@Param('year') text: string, @Query() query: Record<string, unknown>): Promise<Download> {
    return aboutOf((await askedReport(this.reports, text, query)).report);
  }

  @Get('reports/:id/open-data')
  @Allow('programme.read', 'report')
  async frozenPage(@Param('id') id: string): Promise<Page> {
    return pageOf((await this.reports.snapshot(id)).content, `/reports/${id}`);
  }

  @Get('reports/:id/open-data.csv')
  @Allow('programme.read', 'report')
  async frozen(@Param('id') id: string): Promise<Download> {
    return fileOf((await this.reports.snapshot(id)).content);
  }

  @Get('reports/:id/open-data.csv-metadata.json')
  @Allow('programme.read', 'report')
  async aboutFrozen(@Param('id') id: string): Promise<Download> {
    return aboutOf((await this.reports.snapshot(id)).content);
  }
}

function pageOf(report: Report, base: string): Page {
  return new Page('programme/report/views/open-data.njk', {
    title: `Open data as at ${sayPlainDay(report.asOf)}`,
    base,
    asked: base.startsWith('/programme') && report.isAsAt ? `?asAt=${report.asOf}` : '',
    columns: OPEN_COLUMNS.map(([name, , description]) => ({ name, description })),
    rows: report.measures.length * 5,
  });
}

const fileOf = (report: Report): Download => new Download(openDataCsv(report), CSV, openDataName(report));

const aboutOf = (report: Report): Download =>
  new Download(
    JSON.stringify(openDataAbout(report), null, 2),
    JSON_TYPE,
    `${openDataName(report)}-metadata.json`,
  );
