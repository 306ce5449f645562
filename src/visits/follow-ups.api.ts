import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Challenge } from '../challenges/challenge.entity.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { FollowUpView, OpenFollowUp } from './follow-ups.dto.js';
import { FollowUpsService } from './follow-ups.service.js';

/** What follows a challenge. */
@ApiTags('follow-up')
@Controller('api')
export class FollowUpsApi {
  constructor(private readonly followUps: FollowUpsService) {}

  @Get('challenges/:id/follow-ups')
  @Allow('challenges.read', 'challenge')
  @ApiOkResponse({ type: [FollowUpView] })
  async list(@Param('id') id: string): Promise<FollowUpView[]> {
    return (await this.followUps.ofChallenge(id)).map(viewFollowUp);
  }

  @Post('challenges/:id/follow-ups')
  @Allow('challenges.manage', 'challenge')
  @ApiCreatedResponse({ type: FollowUpView })
  async open(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() body: OpenFollowUp,
  ): Promise<FollowUpView> {
    return viewFollowUp(await this.followUps.open(actor, id, body));
  }
}

function viewFollowUp({ id, kind, state, firstDay, lastDay }: Challenge): FollowUpView {
  return { id, kind, state, firstDay, lastDay };
}
