import { Controller, Get, Param, Query } from '@nestjs/common';
import { Allow } from '../../people/access.js';
import { readTypedDay } from '../../web/british-dates.js';
import { textOf } from '../../web/lists.js';
import { Download } from '../../web/pages.js';
import { readYear } from '../programme-years.js';
import { openDataAbout, openDataCsv } from './open-data.js';
import type { Report } from './report.js';
import { ReportService } from './report.service.js';

const CSV = 'text/csv; charset=utf-8';
const JSON_TYPE = 'application/json; charset=utf-8';

/** A report as open data: a file to publish, and beside it what it holds. */
@Controller()
export class OpenDataPages {
  constructor(private readonly reports: ReportService) {}

  @Get('programme/:year/open-data.csv')
  @Allow('programme.read')
  async live(@Param('year') text: string, @Query() query: Record<string, unknown>): Promise<Download> {
    return new Download(openDataCsv(await this.report(text, query)), CSV, `open-data-${text}.csv`);
  }

  @Get('programme/:year/open-data.csv-metadata.json')
  @Allow('programme.read')
  async about(@Param('year') text: string, @Query() query: Record<string, unknown>): Promise<Download> {
    return about(await this.report(text, query), `open-data-${text}.csv`);
  }

  @Get('reports/:id/open-data.csv')
  @Allow('programme.read', 'report')
  async frozen(@Param('id') id: string): Promise<Download> {
    const { content, meetingOn } = await this.reports.snapshot(id);
    return new Download(openDataCsv(content), CSV, `open-data-${meetingOn}.csv`);
  }

  @Get('reports/:id/open-data.csv-metadata.json')
  @Allow('programme.read', 'report')
  async aboutFrozen(@Param('id') id: string): Promise<Download> {
    const { content, meetingOn } = await this.reports.snapshot(id);
    return about(content, `open-data-${meetingOn}.csv`);
  }

  private async report(text: string, query: Record<string, unknown>): Promise<Report> {
    const year = readYear(text);
    const asked = textOf(query.asAt);
    return (await this.reports.live(year, this.reports.asAt(year, readTypedDay(asked) ?? asked))).report;
  }
}

const about = (report: Report, file: string): Download =>
  new Download(JSON.stringify(openDataAbout(report, file), null, 2), JSON_TYPE, `${file}-metadata.json`);
