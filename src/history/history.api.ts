import { Body, Controller, Get, Header, HttpCode, Post, Query } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import { Allow, Granted, Noted, type Access } from '../people/access.js';
import { ImportQuery, ImportReportView } from '../web/imports.dto.js';
import { OperationsOf } from '../web/operations.js';
import { PAST_COLUMNS } from './past-challenge-cells.js';
import { PastChallengesCsv } from './past-challenges-csv.service.js';
import { PAST_SEAT_COLUMNS } from './past-seat-cells.js';
import { PastSeatsCsv } from './past-seats-csv.service.js';

const CSV = 'text/csv; charset=utf-8';

/** What was before this service: challenges and who sat in their teams, by the same files as on the page. */
@ApiTags('history')
@OperationsOf('History')
@Controller('api/history')
export class HistoryApi {
  constructor(
    private readonly challenges: PastChallengesCsv,
    private readonly seats: PastSeatsCsv,
  ) {}

  @Get('challenges/export')
  @Noted('people.exported')
  @Allow('peers.write')
  @Header('Content-Type', CSV)
  @ApiProduces('text/csv')
  @ApiOkResponse({ schema: { type: 'string' } })
  exportChallenges(): Promise<string> {
    return this.challenges.export();
  }

  @Get('challenges/template')
  @Allow('peers.write')
  @Header('Content-Type', CSV)
  @ApiProduces('text/csv')
  @ApiOkResponse({ schema: { type: 'string' } })
  challengesTemplate(): string {
    return `${PAST_COLUMNS.join(',')}\n`;
  }

  @Post('challenges/import')
  @HttpCode(200)
  @Allow('peers.write')
  @ApiConsumes('text/csv')
  @ApiBody({ schema: { type: 'string' } })
  @ApiOkResponse({ type: ImportReportView })
  importChallenges(
    @Granted() access: Access,
    @Body() csv: unknown,
    @Query() { dryRun }: ImportQuery,
  ): Promise<ImportReportView> {
    return this.challenges.import(access, typeof csv === 'string' ? csv : '', dryRun === 'true');
  }

  @Get('seats/export')
  @Noted('people.exported')
  @Allow('peers.write')
  @Header('Content-Type', CSV)
  @ApiProduces('text/csv')
  @ApiOkResponse({ schema: { type: 'string' } })
  exportSeats(): Promise<string> {
    return this.seats.export();
  }

  @Get('seats/template')
  @Allow('peers.write')
  @Header('Content-Type', CSV)
  @ApiProduces('text/csv')
  @ApiOkResponse({ schema: { type: 'string' } })
  seatsTemplate(): string {
    return `${PAST_SEAT_COLUMNS.join(',')}\n`;
  }

  @Post('seats/import')
  @HttpCode(200)
  @Allow('peers.write')
  @ApiConsumes('text/csv')
  @ApiBody({ schema: { type: 'string' } })
  @ApiOkResponse({ type: ImportReportView })
  importSeats(
    @Granted() access: Access,
    @Body() csv: unknown,
    @Query() { dryRun }: ImportQuery,
  ): Promise<ImportReportView> {
    return this.seats.import(access, typeof csv === 'string' ? csv : '', dryRun === 'true');
  }
}
