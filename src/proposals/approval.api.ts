import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { ChallengesService } from '../challenges/challenges.service.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { AgreementService } from './agreement.service.js';
import { wantedFor } from './consents.js';
import type { Proposal } from './proposal.entity.js';
import {
  AnswerObjection,
  ApproveTeam,
  MakeObjection,
  ObjectionView,
  TeamApprovalView,
} from './proposals.dto.js';
import { viewObjection, viewTeam } from './proposals.views.js';
import { Database } from '../database/database.js';
import { ObjectionsService } from './objections.service.js';
import { OperationsOf } from '../web/operations.js';

/** What a council says of its agreed team. */
@ApiTags('proposals')
@OperationsOf('Proposals')
@Controller('api')
export class ApprovalApi {
  constructor(
    private readonly agreement: AgreementService,
    private readonly objecting: ObjectionsService,
    private readonly challenges: ChallengesService,
    private readonly db: Database,
  ) {}

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
  async approve(
    @Granted() access: Access,
    @Param('id') id: string,
    @Body() { proposalId }: ApproveTeam,
  ): Promise<TeamApprovalView> {
    return this.viewTeam(await this.agreement.approve(access, id, proposalId));
  }

  @Get('challenges/:id/objections')
  @Allow('team.read', 'challenge')
  @ApiOkResponse({ type: [ObjectionView] })
  async objections(@Param('id') id: string): Promise<ObjectionView[]> {
    return (await this.objecting.ofChallenge(id)).map(viewObjection);
  }

  @Post('challenges/:id/objections')
  @Allow('team.object', 'challenge')
  @ApiCreatedResponse({ type: ObjectionView })
  async object(
    @Granted() access: Access,
    @Param('id') id: string,
    @Body() body: MakeObjection,
  ): Promise<ObjectionView> {
    return viewObjection(await this.objecting.object(access, id, body));
  }

  @Post('objections/:id/answer')
  @HttpCode(200)
  @Allow('objections.answer', 'objection')
  @ApiOkResponse({ type: ObjectionView })
  async answer(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() { state, answer }: AnswerObjection,
  ): Promise<ObjectionView> {
    return viewObjection(await this.objecting.answer(actor, id, state, answer));
  }

  private async viewTeam(proposal: Proposal): Promise<TeamApprovalView> {
    const challenge = await this.challenges.get(proposal.challengeId);
    const wanted = wantedFor(challenge, await this.challenges.kindOf(challenge));
    return viewTeam(this.db, proposal, wanted);
  }
}
