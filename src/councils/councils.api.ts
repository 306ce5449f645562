import { ImportQuery, ImportReportView } from '../web/imports.dto.js';
import { Body, Controller, Get, Header, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import {
  ApiConsumes,
  ApiBody,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiProduces,
  ApiTags,
} from '@nestjs/swagger';
import type { Response } from 'express';
import { COUNCIL_TYPES } from '../matching/problem/programme.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { Choice, Day, Decimal, Int, Text, Texts, Uuid } from '../web/fields.js';
import type { ImportReport } from '../web/imports.js';
import { cursorOf, limitOf, page, PageQuery, readCursor } from '../web/paging.js';
import { BODIES, type Body as HostBody, type Council } from './council.entity.js';
import { CouncilsService } from './councils.service.js';
import { COUNCIL_COLUMNS } from './register.js';

class CouncilQuery extends PageQuery {
  @Text({ optional: true, max: 60 }) region?: string;
  @Choice(BODIES, { optional: true }) body?: string;
  @Choice(COUNCIL_TYPES, { optional: true }) type?: string;
}

class CouncilView {
  @Uuid() id: string;
  @Text() code: string;
  @Text() name: string;
  @Choice(BODIES) body: string;
  @Choice(COUNCIL_TYPES, { nullable: true }) type: string | null;
  @Text({ nullable: true }) region: string | null;
  @Text({ nullable: true }) county: string | null;
  @Text({ nullable: true }) control: string | null;
  @Text({ nullable: true }) leadingGroup: string | null;
  @Day({ nullable: true }) controlAsOf: string | null;
  @Int({ nullable: true, min: 0, max: 100_000_000 }) population: number | null;
  @Decimal({ nullable: true, min: -90, max: 90 }) latitude: number | null;
  @Decimal({ nullable: true, min: -180, max: 180 }) longitude: number | null;
  @Int({ nullable: true, min: 0, max: 5 }) rurality: number | null;
  @Day({ nullable: true }) validFrom: string | null;
  @Day({ nullable: true }) validTo: string | null;
  @Uuid({ nullable: true }) successorId: string | null;
}

class CouncilWithLinks extends CouncilView {
  @Texts({ description: 'Codes' }) neighbours: string[];
  @Texts({ description: 'Codes, most alike first' }) comparable: string[];
  @Texts({ description: 'Codes of the bodies that a partnership is made of' }) members: string[];
}

class AddBody {
  @Text({ max: 20, min: 3, pattern: /^[A-Za-z0-9-]+$/ }) code: string;
  @Text({ max: 200 }) name: string;
  @Choice(BODIES.filter((body) => body !== 'council')) body: HostBody;
  @Text({ optional: true, nullable: true, max: 60 }) region?: string | null;
  @Texts({ optional: true, max: 50, description: 'Codes of its members' }) members?: string[];
}

class Succeed {
  @Texts({ max: 20, description: 'Codes of the councils that it follows' }) predecessors: string[];
  @Day({ description: 'The first day of the new council' }) from: string;
}

@ApiTags('councils')
@Controller('api/councils')
export class CouncilsApi {
  constructor(private readonly councils: CouncilsService) {}

  @Get()
  @Allow('councils.read')
  @ApiOkResponse({ type: [CouncilView] })
  async list(
    @Query() query: CouncilQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<CouncilView[]> {
    const { region, body, type } = query;
    const rows = await this.councils.list(
      { region, body, type },
      readCursor(query.after, 1)?.[0] ?? null,
      limitOf(query) + 1,
    );
    return page(response, '/api/councils', { ...query }, rows, ({ code }) => cursorOf(code)).map(view);
  }

  @Get('export')
  @Allow('councils.read')
  @Header('Content-Type', 'text/csv; charset=utf-8')
  @ApiProduces('text/csv')
  @ApiOkResponse({ schema: { type: 'string' } })
  export(): Promise<string> {
    return this.councils.export();
  }

  @Get('template')
  @Allow('councils.read')
  @Header('Content-Type', 'text/csv; charset=utf-8')
  @ApiProduces('text/csv')
  @ApiOkResponse({ schema: { type: 'string' } })
  template(): string {
    return `${COUNCIL_COLUMNS.join(',')}\n`;
  }

  @Post('import')
  @HttpCode(200)
  @Allow('councils.write')
  @ApiConsumes('text/csv')
  @ApiBody({ schema: { type: 'string' } })
  @ApiOkResponse({ type: ImportReportView })
  import(
    @Granted() { actor }: Access,
    @Body() csv: unknown,
    @Query() query: ImportQuery,
  ): Promise<ImportReport> {
    return this.councils.import(actor, typeof csv === 'string' ? csv : '', query.dryRun === 'true');
  }

  @Get(':id')
  @Allow('councils.read', 'council')
  @ApiOkResponse({ type: CouncilWithLinks })
  async one(@Param('id') id: string): Promise<CouncilWithLinks> {
    return this.withLinks(await this.councils.get(id));
  }

  @Post()
  @Allow('councils.write')
  @ApiCreatedResponse({ type: CouncilWithLinks })
  async add(
    @Granted() { actor }: Access,
    @Body() { code, name, body, region, members }: AddBody,
  ): Promise<CouncilWithLinks> {
    return this.withLinks(
      await this.councils.addBody(actor, {
        code,
        name,
        body,
        region: region ?? null,
        members: members ?? [],
      }),
    );
  }

  @Post(':id/successions')
  @Allow('councils.write', 'council')
  @ApiCreatedResponse({ type: CouncilWithLinks })
  async succeed(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() { predecessors, from }: Succeed,
  ): Promise<CouncilWithLinks> {
    await this.councils.succeed(actor, id, predecessors, from);
    return this.withLinks(await this.councils.get(id));
  }

  private async withLinks(council: Council): Promise<CouncilWithLinks> {
    return {
      ...view(council),
      neighbours: await this.councils.linkedCodes(council.id, 'neighbour'),
      comparable: await this.councils.linkedCodes(council.id, 'comparable'),
      members: await this.councils.linkedCodes(council.id, 'member'),
    };
  }
}

function view(council: Council): CouncilView {
  const {
    id,
    code,
    name,
    body,
    type,
    region,
    county,
    control,
    leadingGroup,
    controlAsOf,
    population,
    latitude,
    longitude,
    rurality,
    validFrom,
    validTo,
    successorId,
  } = council;
  return {
    id,
    code,
    name,
    body,
    type,
    region,
    county,
    control,
    leadingGroup,
    controlAsOf,
    population,
    latitude,
    longitude,
    rurality,
    validFrom,
    validTo,
    successorId,
  };
}
