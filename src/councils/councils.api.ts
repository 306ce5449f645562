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
import { Choice, Day, Decimal, Flag, Int, Many, Text, Texts, Uuid } from '../web/fields.js';
import type { ImportReport } from '../web/imports.js';
import { cursorOf, limitOf, page, PageQuery, readCursor } from '../web/paging.js';
import { COUNTRIES, GOVERNANCES, type Council } from './council.entity.js';
import { BODIES, type Body as HostBody } from '../reference/bodies.js';
import { RegisterCsv } from './register-csv.service.js';
import { BodiesService } from './bodies.service.js';
import { CouncilsService } from './councils.service.js';
import { COUNCIL_COLUMNS } from './register.js';

class CouncilQuery extends PageQuery {
  @Text({ optional: true, max: 100 }) name?: string;
  @Text({ optional: true, max: 60 }) region?: string;
  @Choice(BODIES, { optional: true }) body?: string;
  @Choice(COUNCIL_TYPES, { optional: true }) type?: string;
  @Text({ optional: true, max: 60 }) grouping?: string;
}

class PollView {
  @Text({ description: 'What is elected' }) name: string;
  @Day() poll: string;
  @Flag({ description: 'Of one ward or division only' }) isWard: boolean;
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
  @Texts() coalition: string[];
  @Choice(GOVERNANCES, { nullable: true }) governance: string | null;
  @Int({ nullable: true, min: 0, max: 100_000_000 }) population: number | null;
  @Decimal({ nullable: true, min: -90, max: 90 }) latitude: number | null;
  @Decimal({ nullable: true, min: -180, max: 180 }) longitude: number | null;
  @Int({ nullable: true, min: 0, max: 5 }) rurality: number | null;
  @Day({ nullable: true }) validFrom: string | null;
  @Day({ nullable: true }) validTo: string | null;
  @Many(() => PollView) otherPolls: PollView[];
  @Choice(COUNTRIES) country: string;
  @Flag() inCycle: boolean;
  @Texts({ description: 'Networks, families and boards that it belongs to, by their ids' })
  groupings: string[];
}

class FollowingView {
  @Uuid() id: string;
  @Text() code: string;
  @Text() name: string;
  @Day({ description: 'The first day of the one that follows' }) from: string;
}

class CouncilWithLinks extends CouncilView {
  @Texts({ description: 'Codes' }) neighbours: string[];
  @Texts({ description: 'Codes, most alike first' }) comparable: string[];
  @Texts({ description: 'Codes of the bodies that it is made of' }) members: string[];
  @Texts({ description: 'Codes of the bodies that it belongs to' }) parents: string[];
  @Many(() => FollowingView) successors: FollowingView[];
  @Many(() => FollowingView) predecessors: FollowingView[];
}

class AddBody {
  @Text({ max: 20, min: 3, pattern: /^[A-Za-z0-9-]+$/ }) code: string;
  @Text({ max: 200 }) name: string;
  @Choice(BODIES.filter((body) => body !== 'council')) body: HostBody;
  @Text({ optional: true, nullable: true, max: 60 }) region?: string | null;
  @Choice(COUNTRIES, { optional: true }) country?: (typeof COUNTRIES)[number];
  @Texts({ optional: true, max: 50, description: 'Codes of its members' }) members?: string[];
  @Texts({ optional: true, max: 5, description: 'Codes of the bodies that it belongs to' })
  parents?: string[];
}

@ApiTags('councils')
@Controller('api/councils')
export class CouncilsApi {
  constructor(
    private readonly councils: CouncilsService,
    private readonly files: RegisterCsv,
    private readonly bodies: BodiesService,
  ) {}

  @Get()
  @Allow('councils.read')
  @ApiOkResponse({ type: [CouncilView] })
  async list(
    @Query() query: CouncilQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<CouncilView[]> {
    const { name, region, body, type, grouping } = query;
    const rows = await this.councils.list(
      { name, region, body, type, grouping },
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
    return this.files.export();
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
    return this.files.import(actor, typeof csv === 'string' ? csv : '', query.dryRun === 'true');
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
    @Body() { region = null, country = 'England', members = [], parents = [], ...body }: AddBody,
  ): Promise<CouncilWithLinks> {
    return this.withLinks(await this.bodies.add(actor, { ...body, region, country, members, parents }));
  }

  private async withLinks(council: Council): Promise<CouncilWithLinks> {
    return {
      ...view(council),
      neighbours: await this.councils.linkedCodes(council.id, 'neighbour'),
      comparable: await this.councils.linkedCodes(council.id, 'comparable'),
      members: await this.councils.linkedCodes(council.id, 'member'),
      parents: await this.councils.linkedCodes(council.id, 'parent'),
      successors: await this.councils.followings(council.id, 'successors'),
      predecessors: await this.councils.followings(council.id, 'predecessors'),
    };
  }
}

const SHOWN = [
  'id',
  'code',
  'name',
  'body',
  'country',
  'inCycle',
  'groupings',
  'type',
  'region',
  'county',
  'control',
  'leadingGroup',
  'controlAsOf',
  'coalition',
  'governance',
  'population',
  'latitude',
  'longitude',
  'rurality',
  'otherPolls',
  'validFrom',
  'validTo',
] as const satisfies (keyof CouncilView & keyof Council)[];

const view = (council: Council): CouncilView =>
  Object.fromEntries(SHOWN.map((name) => [name, council[name]])) as unknown as CouncilView;
