import { Body, Controller, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { DataSource } from 'typeorm';
import { ChallengesService } from '../challenges/challenges.service.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { AgreementService } from './agreement.service.js';
import type { Proposal } from './proposal.entity.js';
import {
  AnswerObjection,
  EditProposal,
  MakeObjection,
  ObjectionView,
  ProposalView,
  TeamApprovalView,
  TeamRequestView,
} from './proposals.dto.js';
import { ProposalsService } from './proposals.service.js';
import { viewObjection, viewProposal, viewRequest, viewTeam } from './proposals.views.js';

@ApiTags('proposals')
@Controller('api')
export class ProposalsApi {
  constructor(
    private readonly proposals: ProposalsService,
    private readonly agreement: AgreementService,
    private readonly challenges: ChallengesService,
    private readonly source: DataSource,
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
    const request = await this.proposals.request(actor, id);
    response.setHeader('Location', `/api/team-requests/${request.id}`);
    return viewRequest(this.source, request, []);
  }

  @Get('team-requests/:id')
  @Allow('teams.read', 'team request')
  @ApiOkResponse({ type: TeamRequestView })
  async one(@Param('id') id: string): Promise<TeamRequestView> {
    return viewRequest(this.source, await this.proposals.getRequest(id), await this.proposals.ofRequest(id));
  }

  @Post('team-requests/:id/cancel')
  @HttpCode(200)
  @Allow('teams.request', 'team request')
  @ApiOkResponse({ type: TeamRequestView })
  async cancel(@Granted() { actor }: Access, @Param('id') id: string): Promise<TeamRequestView> {
    return viewRequest(this.source, await this.proposals.cancel(actor, id), []);
  }

  @Get('proposals/:id')
  @Allow('proposals.read', 'proposal')
  @ApiOkResponse({ type: ProposalView })
  async proposal(@Param('id') id: string): Promise<ProposalView> {
    return viewProposal(this.source, await this.proposals.get(id));
  }

  @Post('proposals/:id/edit')
  @Allow('proposals.agree', 'proposal')
  @ApiCreatedResponse({ type: ProposalView })
  async edit(@Granted() { actor }: Access, @Param('id') id: string, @Body() { seats }: EditProposal): Promise<ProposalView> {
    return viewProposal(this.source, await this.proposals.edit(actor, id, seats));
  }

  @Post('proposals/:id/agree')
  @HttpCode(200)
  @Allow('proposals.agree', 'proposal')
  @ApiOkResponse({ type: ProposalView })
  async agree(@Granted() { actor }: Access, @Param('id') id: string): Promise<ProposalView> {
    return viewProposal(this.source, await this.agreement.agree(actor, id));
  }

  @Get('challenges/:id/team-approval')
  @Allow('team.read', 'challenge')
  @ApiOkResponse({ type: TeamApprovalView })
  async team(@Param('id') id: string): Promise<TeamApprovalView> {
    return this.viewTeam(await this.agreement.agreed(id));
  }

  @Post('challenges/:id/team-approval')
  @HttpCode(200)
  @Allow('team.approve', 'challenge')
  @ApiOkResponse({ type: TeamApprovalView })
  async approve(@Granted() access: Access, @Param('id') id: string): Promise<TeamApprovalView> {
    return this.viewTeam(await this.agreement.approve(access, id));
  }

  @Get('challenges/:id/objections')
  @Allow('team.read', 'challenge')
  @ApiOkResponse({ type: [ObjectionView] })
  async objections(@Param('id') id: string): Promise<ObjectionView[]> {
    return (await this.agreement.objections(id)).map(viewObjection);
  }

  @Post('challenges/:id/objections')
  @Allow('team.object', 'challenge')
  @ApiCreatedResponse({ type: ObjectionView })
  async object(@Granted() access: Access, @Param('id') id: string, @Body() { seat, reason }: MakeObjection): Promise<ObjectionView> {
    return viewObjection(await this.agreement.object(access, id, seat, reason));
  }

  @Post('objections/:id/answer')
  @HttpCode(200)
  @Allow('objections.answer', 'objection')
  @ApiOkResponse({ type: ObjectionView })
  async answer(@Granted() { actor }: Access, @Param('id') id: string, @Body() { state, answer }: AnswerObjection): Promise<ObjectionView> {
    return viewObjection(await this.agreement.answer(actor, id, state, answer));
  }

  private async viewTeam(proposal: Proposal): Promise<TeamApprovalView> {
    const { secondApproval } = await this.challenges.kindOf(await this.challenges.get(proposal.challengeId));
    return viewTeam(this.source, proposal, secondApproval);
  }
}
