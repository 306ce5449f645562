import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Allow, Granted, type Access } from '../people/access.js';
import { AgreementService } from './agreement.service.js';
import { AgreeTeam, EditProposal, ProposalView } from './proposals.dto.js';
import { ProposalsService } from './proposals.service.js';
import { viewProposal } from './proposals.views.js';
import { Database } from '../database/database.js';

/** Teams that were proposed. */
@ApiTags('proposals')
@Controller('api')
export class ProposalsApi {
  constructor(
    private readonly proposals: ProposalsService,
    private readonly agreement: AgreementService,
    private readonly db: Database,
  ) {}

  @Get('proposals/:id')
  @Allow('proposals.read', 'proposal')
  @ApiOkResponse({ type: ProposalView })
  async proposal(@Granted() { actor }: Access, @Param('id') id: string): Promise<ProposalView> {
    return viewProposal(this.db, actor.role, await this.proposals.get(id));
  }

  @Post('proposals/:id/edit')
  @Allow('proposals.agree', 'proposal')
  @ApiCreatedResponse({ type: ProposalView })
  async edit(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() { seats }: EditProposal,
  ): Promise<ProposalView> {
    return viewProposal(this.db, actor.role, await this.proposals.edit(actor, id, seats));
  }

  @Post('proposals/:id/undo')
  @HttpCode(200)
  @Allow('proposals.agree', 'proposal')
  @ApiOkResponse({ type: ProposalView })
  async undo(@Granted() { actor }: Access, @Param('id') id: string): Promise<ProposalView> {
    return viewProposal(this.db, actor.role, await this.proposals.undo(actor, id));
  }

  @Post('proposals/:id/agree')
  @HttpCode(200)
  @Allow('proposals.agree', 'proposal')
  @ApiOkResponse({ type: ProposalView })
  async agree(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() { ends }: AgreeTeam,
  ): Promise<ProposalView> {
    return viewProposal(this.db, actor.role, await this.agreement.agree(actor, id, ends));
  }
}
