import { Body, Controller, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Allow, Granted, type Access } from '../people/access.js';
import { NotAgainService } from './not-again.service.js';
import { AskAgain, ProposalView, TeamRequestView } from './proposals.dto.js';
import { viewProposal, viewRequest } from './proposals.views.js';
import { Database } from '../database/database.js';
import { RequestsService } from './requests.service.js';
import { OperationsOf } from '../web/operations.js';

/** Questions to the matching engine. */
@ApiTags('proposals')
@OperationsOf('Proposals')
@Controller('api')
export class RequestsApi {
  constructor(
    private readonly requests: RequestsService,
    private readonly notAgain: NotAgainService,
    private readonly db: Database,
  ) {}

  @Post('challenges/:id/team-requests')
  @HttpCode(202)
  @Allow('teams.request', 'challenge')
  @ApiAcceptedResponse({ type: TeamRequestView })
  async request(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<TeamRequestView> {
    const request = await this.requests.request(actor, id);
    response.setHeader('Location', `/api/team-requests/${request.id}`);
    return viewRequest(this.db, actor.role, request, []);
  }

  @Get('challenges/:id/team-requests')
  @Allow('proposals.read', 'challenge')
  @ApiOkResponse({ type: [TeamRequestView], description: 'Newest first' })
  async list(@Granted() { actor }: Access, @Param('id') id: string): Promise<TeamRequestView[]> {
    const all = await this.requests.ofChallenge(id);
    return Promise.all(all.map((one) => viewRequest(this.db, actor.role, one, [])));
  }

  @Get('challenges/:id/proposals')
  @Allow('proposals.read', 'challenge')
  @ApiOkResponse({
    type: [ProposalView],
    description: 'Every team that was proposed, with its state; newest first',
  })
  async proposals(@Granted() { actor }: Access, @Param('id') id: string): Promise<ProposalView[]> {
    const all = await this.requests.proposalsOfChallenge(id);
    return Promise.all(all.map((one) => viewProposal(this.db, actor.role, one)));
  }

  @Post('challenges/:id/ask-again')
  @HttpCode(204)
  @Allow('invitations.send', 'challenge')
  @ApiNoContentResponse()
  askAgain(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() { peerId, reason }: AskAgain,
  ): Promise<void> {
    return this.notAgain.takeBack(actor, id, peerId, reason);
  }

  @Get('team-requests/:id')
  @Allow('teams.read', 'team request')
  @ApiOkResponse({ type: TeamRequestView })
  async one(@Granted() { actor }: Access, @Param('id') id: string): Promise<TeamRequestView> {
    return viewRequest(this.db, actor.role, await this.requests.get(id), await this.requests.proposalsOf(id));
  }

  @Post('team-requests/:id/cancel')
  @HttpCode(200)
  @Allow('teams.request', 'team request')
  @ApiOkResponse({ type: TeamRequestView })
  async cancel(@Granted() { actor }: Access, @Param('id') id: string): Promise<TeamRequestView> {
    return viewRequest(this.db, actor.role, await this.requests.cancel(actor, id), []);
  }
}
