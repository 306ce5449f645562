import { hostIdsOf } from './hosts.js';
import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { seesContacts } from '../people/permissions.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { cursorOf, limitOf, page, readCursor } from '../web/paging.js';
import { sendVersion, versionSent } from '../web/versions.js';
import type { Challenge } from './challenge.entity.js';
import {
  BookChallenge,
  ChallengeQuery,
  ChallengeRow,
  ChallengeView,
  ChangeView,
  ConfirmContact,
  EditChallenge,
  Reason,
} from './challenges.dto.js';
import { ChallengesService } from './challenges.service.js';
import { nextStates } from './states.js';
import { BookingService } from './booking.service.js';
import { ShapingService } from './shaping.service.js';
import { WindowsService } from './windows.service.js';

@ApiTags('challenges')
@Controller('api')
export class ChallengesApi {
  constructor(
    private readonly challenges: ChallengesService,
    private readonly booking: BookingService,
    private readonly shaping: ShapingService,
    private readonly windows: WindowsService,
  ) {}

  @Get('challenges')
  @Allow('challenges.read')
  @ApiOkResponse({ type: [ChallengeRow] })
  async list(
    @Granted() access: Access,
    @Query() query: ChallengeQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ChallengeRow[]> {
    const rows = await this.challenges.list(access, query, readCursor(query.after, 2), limitOf(query) + 1);
    return page(response, '/api/challenges', { ...query }, rows, ({ createdAt, id }) =>
      cursorOf(createdAt.toISOString(), id),
    ).map(row);
  }

  @Post('challenges')
  @Allow('challenges.book')
  @ApiCreatedResponse({ type: ChallengeView })
  async book(
    @Granted() access: Access,
    @Body() body: BookChallenge,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ChallengeView> {
    const challenge = await this.booking.book(access, body);
    response.setHeader('Location', `/api/challenges/${challenge.id}`);
    return this.view(challenge, response);
  }

  @Get('challenges/:id')
  @Allow('challenges.read', 'challenge')
  @ApiOkResponse({ type: ChallengeView })
  async one(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ChallengeView> {
    const view = await this.view(await this.challenges.get(id), response);
    return seesContacts(actor.role) ? view : { ...view, contacts: [] };
  }

  @Patch('challenges/:id')
  @Allow('challenges.manage', 'challenge')
  @ApiOkResponse({ type: ChallengeView })
  async edit(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() body: EditChallenge,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ChallengeView> {
    return this.view(await this.shaping.edit(actor, id, versionSent(request), body), response);
  }

  @Post('challenges/:id/scope')
  @HttpCode(200)
  @Allow('challenges.manage', 'challenge')
  @ApiOkResponse({ type: ChallengeView })
  async scope(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() { reason }: Reason,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ChallengeView> {
    return this.view(await this.challenges.scope(actor, id, reason), response);
  }

  @Post('challenges/:id/contacts/confirm')
  @HttpCode(200)
  @Allow('challenges.manage', 'challenge')
  @ApiOkResponse({ type: ChallengeView, description: 'The contact may sign in' })
  async confirmContact(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() { email }: ConfirmContact,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ChallengeView> {
    await this.shaping.confirmContact(actor, id, email);
    return this.view(await this.challenges.get(id), response);
  }

  @Get('challenges/:id/history')
  @Allow('challenges.read', 'challenge')
  @ApiOkResponse({ type: [ChangeView] })
  async history(@Granted() { actor: reader }: Access, @Param('id') id: string): Promise<ChangeView[]> {
    const changes = await this.challenges.history(id, reader.role);
    return changes.map(({ from, to, actor, reason, at }) => ({
      from,
      to,
      actor,
      reason,
      at: at.toISOString(),
    }));
  }

  @Get('challenges/:id/nearby')
  @Allow('challenges.read', 'challenge')
  @ApiOkResponse({
    type: [ChallengeRow],
    description: 'Other challenges at the same host body within half a year of the first window',
  })
  async nearby(@Granted() access: Access, @Param('id') id: string): Promise<ChallengeRow[]> {
    const challenge = await this.challenges.get(id);
    const day = challenge.firstDay ?? challenge.windows.map(({ start }) => start).sort()[0];
    const others = day === undefined ? [] : await this.booking.nearby(access, hostIdsOf(challenge), day);
    return others.filter((other) => other.id !== id).map(row);
  }

  private async view(challenge: Challenge, response: Response): Promise<ChallengeView> {
    sendVersion(response, challenge.version);
    const warnings = await this.windows.warnings(challenge);
    const { id, councilId, partnerIds, mode, kind, state, focus, contacts, seats, coverage, windows } =
      challenge;
    return {
      id,
      councilId,
      council: challenge.council?.name ?? '',
      partnerIds,
      mode,
      kind,
      state,
      next: [...nextStates(state)],
      focus,
      contacts: contacts.map(({ purpose, name, email, unconfirmed }) => ({
        purpose,
        name,
        email,
        confirmed: !unconfirmed,
      })),
      seats,
      coverage,
      windows: windows.map((window, index) => ({ ...window, warnings: warnings[index] ?? [] })),
      firstDay: challenge.firstDay,
      lastDay: challenge.lastDay,
      version: challenge.version,
    };
  }
}

function row({
  id,
  councilId,
  council,
  partnerIds,
  kind,
  state,
  firstDay,
  lastDay,
  createdAt,
}: Challenge): ChallengeRow {
  return {
    id,
    councilId,
    council: council?.name ?? '',
    partnerIds,
    kind,
    state,
    firstDay,
    lastDay,
    createdAt: createdAt.toISOString(),
  };
}
