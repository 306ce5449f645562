import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { isUUID } from 'class-validator';
import { notFound } from '../web/problems.js';
import { Allow, Granted, type Access } from './access.js';
import { MadeTokenView, MakeToken, TokenView, viewToken } from './tokens.dto.js';
import { MOST_DAYS } from './tokens.js';
import { ShownOnce } from '../web/idempotency.interceptor.js';
import { TokensService } from './tokens.service.js';

/** Tokens by which programs speak. */
@ApiTags('tokens')
@Controller('api/tokens')
export class TokensApi {
  constructor(private readonly tokens: TokensService) {}

  @Get()
  @Allow('tokens.write')
  @ApiOkResponse({ type: [TokenView] })
  async list(): Promise<TokenView[]> {
    return (await this.tokens.list()).map(viewToken);
  }

  @Post()
  @ShownOnce()
  @Allow('tokens.write')
  @ApiCreatedResponse({ type: MadeTokenView })
  async make(@Granted() { actor }: Access, @Body() body: MakeToken): Promise<MadeTokenView> {
    const { days = MOST_DAYS, readOnly = false, ...wanted } = body;
    return { token: await this.tokens.make(actor, { ...wanted, days, readOnly }) };
  }

  @Post(':token/revoke')
  @HttpCode(204)
  @Allow('tokens.write')
  @ApiNoContentResponse()
  async revoke(@Granted() { actor }: Access, @Param('token') id: string): Promise<void> {
    if (!isUUID(id)) throw notFound('token');
    await this.tokens.revoke(actor, id);
  }
}
