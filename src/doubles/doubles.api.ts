import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Allow, Granted, type Access } from '../people/access.js';
import { Text, Uuid } from '../web/fields.js';
import { DoublesService, type Pair } from './doubles.service.js';

class PairView implements Pair {
  @Uuid() oneId: string;
  @Uuid() otherId: string;
  @Text() name: string;
  @Text({ nullable: true }) council: string | null;
}

class KeepApart {
  @Uuid() oneId: string;
  @Uuid() otherId: string;
}

class JoinPeers {
  @Uuid({ description: 'The peer whose record stays' }) staysId: string;
  @Uuid({ description: 'The peer whose record is joined to it, and is gone then' }) goesId: string;
}

class JoinedView {
  @Uuid() id: string;
}

@ApiTags('peers')
@Controller('api/doubles')
export class DoublesApi {
  constructor(private readonly doubles: DoublesService) {}

  @Get()
  @Allow('peers.write')
  @ApiOkResponse({ type: [PairView] })
  list(): Promise<PairView[]> {
    return this.doubles.pairs();
  }

  @Post('apart')
  @HttpCode(204)
  @Allow('peers.write')
  async apart(@Granted() { actor }: Access, @Body() { oneId, otherId }: KeepApart): Promise<void> {
    await this.doubles.keepApart(actor, oneId, otherId);
  }

  @Post('join')
  @HttpCode(200)
  @Allow('peers.write')
  @ApiOkResponse({ type: JoinedView })
  async join(@Granted() { actor }: Access, @Body() { staysId, goesId }: JoinPeers): Promise<JoinedView> {
    const { id } = await this.doubles.join(actor, staysId, goesId);
    return { id };
  }
}
