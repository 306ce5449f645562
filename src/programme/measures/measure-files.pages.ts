import { Controller, Get, Param } from '@nestjs/common';
import { Allow } from '../../people/access.js';
import { Download } from '../../web/pages.js';
import { readYear } from '../programme-years.js';
import { FiguresCsv } from './figures-csv.service.js';
import { MeasuresCsv } from './measures-csv.service.js';

const CSV = 'text/csv; charset=utf-8';

/** The measures of a year and their figures, as files. */
@Controller('programme/:year')
export class MeasureFilesPages {
  constructor(
    private readonly measures: MeasuresCsv,
    private readonly figures: FiguresCsv,
  ) {}

  @Get('measures.csv')
  @Allow('programme.read')
  async measuresFile(@Param('year') year: string): Promise<Download> {
    return new Download(await this.measures.export(readYear(year)), CSV, `measures-${year}.csv`);
  }

  @Get('figures.csv')
  @Allow('programme.read')
  async figuresFile(@Param('year') year: string): Promise<Download> {
    return new Download(await this.figures.export(readYear(year)), CSV, `figures-${year}.csv`);
  }
}
