import {
  Body,
  Controller,
  Get,
  Header,
  HttpCode,
  Param,
  Patch,
  Post,
  Put,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiProduces,
  ApiTags,
} from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { ImportQuery, ImportReportView } from '../web/imports.dto.js';
import { Allow, Granted, type Access, Noted } from '../people/access.js';
import { seesOfPeer, type Role } from '../people/permissions.js';
import { cursorOf, limitOf, page, readCursor } from '../web/paging.js';
import { sendVersion, versionSent } from '../web/versions.js';
import type { Availability } from './availability.js';
import type { Peer } from './peer.entity.js';
import { AVAILABILITY_COLUMNS } from './availability-csv.js';
import { PEER_COLUMNS } from './peers-csv.js';
import { AvailabilityView, CreatePeer, EditPeer, PeerQuery, PeerView, PutAvailability } from './peers.dto.js';
import { PoolCsv } from './pool-csv.service.js';
import { PeersService } from './peers.service.js';

const CSV = 'text/csv; charset=utf-8';

@ApiTags('peers')
@Controller('api/peers')
export class PeersApi {
  constructor(
    private readonly peers: PeersService,
    private readonly files: PoolCsv,
  ) {}

  @Get()
  @Noted('people.exported')
  @Allow('peers.read')
  @ApiOkResponse({ type: [PeerView] })
  async list(
    @Granted() access: Access,
    @Query() query: PeerQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<PeerView[]> {
    const rows = await this.peers.list(access, query, readCursor(query.after, 2), limitOf(query) + 1);
    return page(response, '/api/peers', { ...query }, rows, ({ name, id }) => cursorOf(name, id)).map(
      (peer) => viewPeer(peer, access.actor.role),
    );
  }

  @Get('export')
  @Allow('peers.write')
  @Header('Content-Type', CSV)
  @ApiProduces('text/csv')
  @ApiOkResponse({ schema: { type: 'string' } })
  export(@Granted() access: Access): Promise<string> {
    return this.files.export(access);
  }

  @Get('template')
  @Allow('peers.write')
  @Header('Content-Type', CSV)
  @ApiProduces('text/csv')
  @ApiOkResponse({ schema: { type: 'string' } })
  template(): string {
    return `${PEER_COLUMNS.join(',')}\n`;
  }

  @Post('import')
  @HttpCode(200)
  @Allow('peers.write')
  @ApiConsumes('text/csv')
  @ApiBody({ schema: { type: 'string' } })
  @ApiOkResponse({ type: ImportReportView })
  import(
    @Granted() { actor }: Access,
    @Body() csv: unknown,
    @Query() query: ImportQuery,
  ): Promise<ImportReportView> {
    return this.files.import(actor, typeof csv === 'string' ? csv : '', query.dryRun === 'true');
  }

  @Get('availability/export')
  @Allow('peers.write')
  @Header('Content-Type', CSV)
  @ApiProduces('text/csv')
  @ApiOkResponse({ schema: { type: 'string' } })
  exportAvailability(): Promise<string> {
    return this.files.exportAvailability();
  }

  @Get('availability/template')
  @Allow('peers.write')
  @Header('Content-Type', CSV)
  @ApiProduces('text/csv')
  @ApiOkResponse({ schema: { type: 'string' } })
  availabilityTemplate(): string {
    return `${AVAILABILITY_COLUMNS.join(',')}\n`;
  }

  @Post('availability/import')
  @HttpCode(200)
  @Allow('peers.write')
  @ApiConsumes('text/csv')
  @ApiBody({ schema: { type: 'string' } })
  @ApiOkResponse({ type: ImportReportView })
  importAvailability(
    @Granted() { actor }: Access,
    @Body() csv: unknown,
    @Query() query: ImportQuery,
  ): Promise<ImportReportView> {
    return this.files.importAvailability(actor, typeof csv === 'string' ? csv : '', {
      dryRun: query.dryRun === 'true',
    });
  }

  @Get(':id')
  @Allow('peers.read', 'peer')
  @ApiOkResponse({ type: PeerView })
  async one(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<PeerView> {
    return shown(await this.peers.get(id), actor.role, response);
  }

  @Post()
  @Allow('peers.write')
  @ApiCreatedResponse({ type: PeerView })
  async create(
    @Granted() { actor }: Access,
    @Body() body: CreatePeer,
    @Res({ passthrough: true }) response: Response,
  ): Promise<PeerView> {
    return shown(await this.peers.create(actor, body), actor.role, response);
  }

  @Patch(':id')
  @Allow('peers.write', 'peer')
  @ApiOkResponse({ type: PeerView })
  async edit(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() body: EditPeer,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<PeerView> {
    return shown(await this.peers.edit(actor, id, versionSent(request), body), actor.role, response);
  }

  @Post(':id/pause')
  @HttpCode(200)
  @Allow('peers.state', 'peer')
  @ApiOkResponse({ type: PeerView })
  async pause(@Granted() { actor }: Access, @Param('id') id: string): Promise<PeerView> {
    return viewPeer(await this.peers.become(actor, id, 'paused'), actor.role);
  }

  @Post(':id/resume')
  @HttpCode(200)
  @Allow('peers.state', 'peer')
  @ApiOkResponse({ type: PeerView })
  async resume(@Granted() { actor }: Access, @Param('id') id: string): Promise<PeerView> {
    return viewPeer(await this.peers.become(actor, id, 'active'), actor.role);
  }

  @Post(':id/retire')
  @HttpCode(200)
  @Allow('peers.write', 'peer')
  @ApiOkResponse({ type: PeerView })
  async retire(@Granted() { actor }: Access, @Param('id') id: string): Promise<PeerView> {
    return viewPeer(await this.peers.become(actor, id, 'retired'), actor.role);
  }

  @Get(':id/availability')
  @Allow('availability.read', 'peer')
  @ApiOkResponse({ type: AvailabilityView })
  async availability(@Param('id') id: string): Promise<AvailabilityView> {
    return viewAvailability((await this.peers.get(id)).availability);
  }

  @Put(':id/availability')
  @Allow('availability.write', 'peer')
  @ApiOkResponse({ type: AvailabilityView })
  async setAvailability(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() body: PutAvailability,
  ): Promise<AvailabilityView> {
    return viewAvailability((await this.peers.setAvailability(actor, id, body)).availability);
  }
}

function shown(peer: Peer, role: Role, response: Response): PeerView {
  sendVersion(response, peer.version);
  return viewPeer(peer, role);
}

const viewAvailability = ({ patterns, ranges, confirmedOn }: Availability): AvailabilityView => ({
  patterns,
  ranges,
  confirmedOn,
});

/** A peer as far as a role may see one. */
function viewPeer(peer: Peer, role: Role): PeerView {
  const { id, name, state, councilId, organisation, positions, skills, reviews, served, version } = peer;
  const { accreditations, refusedRegions, releasedUntil, maxChallenges, maxDays, restDays } = peer;
  return {
    id,
    name,
    class: peer.class,
    state,
    councilId,
    organisation,
    positions,
    skills,
    reviews,
    served,
    ...(seesOfPeer(role, 'party') ? { party: peer.party } : {}),
    ...(seesOfPeer(role, 'contact') ? { email: peer.email, phone: peer.phone } : {}),
    ...(seesOfPeer(role, 'limits')
      ? { accreditations, refusedRegions, releasedUntil, maxChallenges, maxDays, restDays }
      : {}),
    ...(seesOfPeer(role, 'conflicts') ? { conflicts: peer.conflicts, homes: peer.homes } : {}),
    ...(seesOfPeer(role, 'rating') ? { rating: peer.rating } : {}),
    version,
  };
}
