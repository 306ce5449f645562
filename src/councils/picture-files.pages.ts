import { Controller, Get, Query } from '@nestjs/common';
import { Allow, Granted, type Access } from '../people/access.js';
import { textOf } from '../web/lists.js';
import { Download } from '../web/pages.js';
import { InspectionsCsv } from './inspections/inspections-csv.service.js';
import { PicturesCsvService } from './pictures-csv.service.js';

const CSV = 'text/csv; charset=utf-8';

/** What is recorded of councils besides challenges, as files. */
@Controller()
export class PictureFilePages {
  constructor(
    private readonly inspectionsCsv: InspectionsCsv,
    private readonly files: PicturesCsvService,
  ) {}

  @Get('inspections.csv')
  @Allow('councils.picture')
  async inspections(
    @Granted() access: Access,
    @Query() { show, framework }: Record<string, unknown>,
  ): Promise<Download> {
    const filter = { show: textOf(show), framework: textOf(framework) };
    return new Download(await this.inspectionsCsv.export(access, filter), CSV, 'inspections.csv');
  }

  @Get('support.csv')
  @Allow('councils.picture')
  async supports(@Granted() access: Access): Promise<Download> {
    return new Download(await this.files.exportSupports(access), CSV, 'support.csv');
  }
}
