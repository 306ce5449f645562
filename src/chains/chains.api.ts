import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Allow, Granted, type Access } from '../people/access.js';
import { OperationsOf } from '../web/operations.js';
import { notFound } from '../web/problems.js';
import type { Chain } from './chain.entity.js';
import { ChainViews } from './chain-views.service.js';
import { AnswerChange, AskChain, ChainView, ChangedTeamView } from './chains.dto.js';
import { ChainsService } from './chains.service.js';

/** Moves between teams by which a seat is filled. */
@ApiTags('chains')
@OperationsOf('Chains')
@Controller('api')
export class ChainsApi {
  constructor(
    private readonly chains: ChainsService,
    private readonly views: ChainViews,
  ) {}

  @Get('challenges/:id/chains')
  @Allow('teams.read', 'challenge')
  @ApiOkResponse({ type: [ChainView] })
  async list(@Param('id') id: string): Promise<ChainView[]> {
    return Promise.all((await this.chains.ofChallenge(id)).map((chain) => this.view(chain)));
  }

  @Post('chains/:id/ask')
  @HttpCode(200)
  @Allow('teams.request', 'chain')
  @ApiOkResponse({ type: ChainView })
  async ask(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() { willing }: AskChain,
  ): Promise<ChainView> {
    return this.view(await this.chains.ask(actor, id, willing));
  }

  @Post('chains/:id/drop')
  @HttpCode(200)
  @Allow('teams.request', 'chain')
  @ApiOkResponse({ type: ChainView })
  async drop(@Granted() { actor }: Access, @Param('id') id: string): Promise<ChainView> {
    return this.view(await this.chains.drop(actor, id));
  }

  @Get('challenges/:id/changed-team')
  @Allow('team.read', 'challenge')
  @ApiOkResponse({ type: ChangedTeamView })
  async changed(@Param('id') id: string): Promise<ChangedTeamView> {
    const chain = await this.chains.askedOf(id);
    if (!chain) throw notFound('changed team');
    return this.viewChanged(chain, id);
  }

  @Post('challenges/:id/changed-team')
  @HttpCode(200)
  @Allow('team.approve', 'challenge')
  @ApiOkResponse({ type: ChangedTeamView })
  async answer(
    @Granted() access: Access,
    @Param('id') id: string,
    @Body() { chainId, answer }: AnswerChange,
  ): Promise<ChangedTeamView> {
    return this.viewChanged(await this.chains.answer(access, chainId, id, answer === 'yes'), id);
  }

  private async view(chain: Chain): Promise<ChainView> {
    const { id, challengeId, state, answerBy } = chain;
    return {
      ...{ id, challengeId, state, ...(await this.views.of(chain)) },
      answerBy: answerBy?.toISOString() ?? null,
    };
  }

  private async viewChanged(chain: Chain, challengeId: string): Promise<ChangedTeamView> {
    const { team, leaving } = await this.views.changed(chain, challengeId);
    return {
      chainId: chain.id,
      members: team.members.map((member) => ({
        seat: member.seat,
        name: member.name,
        class: member.class,
        positions: member.positions === '' ? [] : member.positions.split(', '),
        council: member.council,
        reviews: member.reviews,
      })),
      changed: Object.keys(leaving),
      answerBy: chain.answerBy?.toISOString() ?? null,
    };
  }
}
