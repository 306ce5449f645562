import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Allow, Granted, type Access } from '../people/access.js';
import type { Circumstance } from './circumstance.entity.js';
import { CircumstancesService } from './circumstances.service.js';
import { CircumstanceView, Settle } from './follow-ups.dto.js';
import { OperationsOf } from '../web/operations.js';

/** Peers in seats to come whose circumstances have changed. */
@ApiTags('follow-up')
@OperationsOf('FollowUps')
@Controller('api')
export class CircumstancesApi {
  constructor(private readonly circumstances: CircumstancesService) {}

  @Get('circumstances')
  @Allow('challenges.manage')
  @ApiOkResponse({ type: [CircumstanceView], description: 'Those that wait for a decision' })
  async changed(@Granted() access: Access): Promise<CircumstanceView[]> {
    return (await this.circumstances.list(access)).map(viewCircumstance);
  }

  @Post('circumstances/:id')
  @HttpCode(200)
  @Allow('challenges.manage', 'circumstance')
  @ApiOkResponse({ type: CircumstanceView })
  async settle(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() { decision, reason }: Settle,
  ): Promise<CircumstanceView> {
    await (decision === 'keep'
      ? this.circumstances.keep(actor, id, reason)
      : this.circumstances.replace(actor, id, reason));
    return viewCircumstance(await this.circumstances.get(id));
  }
}

function viewCircumstance({
  id,
  challengeId,
  peerId,
  seat,
  visit,
  change,
  bars,
  state,
  createdAt,
}: Circumstance): CircumstanceView {
  return {
    id,
    challengeId,
    peerId,
    seat,
    visit,
    fields: change?.fields ?? [],
    bars,
    state,
    createdAt: createdAt.toISOString(),
  };
}
