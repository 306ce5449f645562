import type { Challenge } from '../challenges/challenge.entity.js';
import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Postpone, Reason } from '../challenges/challenges.dto.js';
import { CHALLENGE_STATES } from '../challenges/states.js';
import { OperationsOf } from '../web/operations.js';
import { Choice, Uuid } from '../web/fields.js';
import { type Access, Allow, Granted } from '../people/access.js';
import { LeavingService } from './leaving.service.js';
class LeftView {
  @Uuid() id: string;
  @Choice(CHALLENGE_STATES) state: string;
}

/** Challenges that do not go on as planned. */
@ApiTags('invitations')
@OperationsOf('Invitations')
@Controller('api')
export class LeavingApi {
  constructor(private readonly leaving: LeavingService) {}

  @Post('challenges/:id/postpone')
  @HttpCode(200)
  @Allow('challenges.manage', 'challenge')
  @ApiOkResponse({ type: LeftView })
  async postpone(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() body: Postpone,
  ): Promise<LeftView> {
    return left(await this.leaving.postpone(actor, id, body));
  }

  @Post('challenges/:id/cancel')
  @HttpCode(200)
  @Allow('challenges.manage', 'challenge')
  @ApiOkResponse({ type: LeftView })
  async cancel(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() { reason }: Reason,
  ): Promise<LeftView> {
    return left(await this.leaving.end(actor, id, 'cancelled', reason));
  }

  @Post('challenges/:id/stand-down')
  @HttpCode(200)
  @Allow('challenges.manage', 'challenge')
  @ApiOkResponse({ type: LeftView })
  async standDown(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() { reason }: Reason,
  ): Promise<LeftView> {
    return left(await this.leaving.end(actor, id, 'stood_down', reason));
  }
}

const left = ({ id, state }: Challenge): LeftView => ({ id, state });
