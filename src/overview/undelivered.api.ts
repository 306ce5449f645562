import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Allow, Granted, type Access } from '../people/access.js';
import { Text, Uuid } from '../web/fields.js';
import { UndeliveredService } from './undelivered.service.js';

export class UndeliveredView {
  @Uuid() id: string;
  @Uuid() challengeId: string;
  @Text() subject: string;
  @Text({ description: 'The address at which it did not arrive' }) recipient: string;
}

class SendAgainTo {
  @Text({ max: 320 }) to: string;
}

/** Messages about challenges that did not arrive, until somebody puts it right. */
@ApiTags('challenges')
@Controller('api/undelivered-messages')
export class UndeliveredApi {
  constructor(private readonly undelivered: UndeliveredService) {}

  @Get()
  @Allow('challenges.manage')
  @ApiOkResponse({ type: [UndeliveredView] })
  async list(@Granted() access: Access): Promise<UndeliveredView[]> {
    return (await this.undelivered.open(access)).flatMap(({ challenge, lost }) =>
      lost.map(({ id, subject, recipient }) => ({ id, challengeId: challenge.id, subject, recipient })),
    );
  }

  @Post(':id/again')
  @HttpCode(204)
  @Allow('challenges.manage', 'message')
  @ApiNoContentResponse()
  again(@Granted() { actor }: Access, @Param('id') id: string, @Body() { to }: SendAgainTo): Promise<void> {
    return this.undelivered.again(actor, id, to);
  }

  @Post(':id/settled')
  @HttpCode(204)
  @Allow('challenges.manage', 'message')
  @ApiNoContentResponse()
  settle(@Granted() { actor }: Access, @Param('id') id: string): Promise<void> {
    return this.undelivered.settle(actor, id);
  }
}
