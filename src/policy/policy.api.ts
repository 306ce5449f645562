import { Body, Controller, Get, Param, Put, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Allow, Granted, type Access } from '../people/access.js';
import { Choice, Flag, Free, Instant, Int, Levels, Many, Text, Texts } from '../web/fields.js';
import { sendVersion, versionSent } from '../web/versions.js';
import { PARTY_RULES, PEER_CLASSES } from '../matching/problem/programme.js';
import { kindKey, PURPOSES, type Position, type Skill } from './content.js';
import { PolicyService } from './policy.service.js';

class SkillView {
  @Text() id: string;
  @Text() name: string;
}

class PositionView extends SkillView {
  @Choice(PEER_CLASSES) class: string;
}

export class SeatView {
  @Text() id: string;
  @Texts() positions: string[];
  @Choice(PARTY_RULES) party: string;
  @Levels({ min: 1, max: 5 }) skills: Record<string, number>;
  @Flag({ optional: true }) shadow?: boolean;
}

export class CoverageView {
  @Text() skill: string;
  @Int({ min: 1, max: 5 }) level: number;
  @Int({ min: 0, max: 20 }) peers: number;
}

class KindView {
  @Text() id: string;
  @Int({ min: 1, max: 2_147_483_647 }) version: number;
  @Text() name: string;
  @Choice(PURPOSES, { description: 'A challenge of its own, or what follows one' }) purpose: string;
  @Int({ min: 1, max: 5 }) days: number;
  @Int({ min: 1, max: 5 }) daysMin: number;
  @Int({ min: 1, max: 5 }) daysMax: number;
  @Flag() secondApproval: boolean;
  @Flag() preElectionRefuses: boolean;
  @Flag() accreditation: boolean;
  @Texts() coreQuestions: string[];
  @Many(() => SeatView) seats: SeatView[];
  @Many(() => CoverageView) coverage: CoverageView[];
  @Free() clock: object;
  @Free() weights: object;
  @Texts({ description: 'Keys of the measures that a visit counts towards' }) measures: string[];
  @Int({ min: 1, max: 60 }) objectionWorkingDays: number;
  @Int({ min: 1, max: 90 }) invitationDays: number;
}

class PolicyChangeView {
  @Instant() at: string;
  @Text() actor: string;
  @Text() reason: string;
  @Free({ nullable: true, description: 'Content before; null for a new one' }) before: object | null;
  @Free() after: object;
}

class PolicyView {
  @Text() id: string;
  @Int({ min: 1, max: 2_147_483_647 }) version: number;
  @Free({ description: 'For lists, under the key items' }) content: object;
}

class PutPolicy {
  @Free({ description: 'The whole content; for lists, under the key items' }) content: object;
  @Text({ max: 500 }) reason: string;
}

@ApiTags('policy')
@Controller('api')
export class PolicyApi {
  constructor(private readonly policy: PolicyService) {}

  @Get('skills')
  @Allow('catalogue.read')
  @ApiOkResponse({ type: [SkillView] })
  skills(): Promise<Skill[]> {
    return this.policy.get('skills');
  }

  @Get('positions')
  @Allow('catalogue.read')
  @ApiOkResponse({ type: [PositionView] })
  positions(): Promise<Position[]> {
    return this.policy.get('positions');
  }

  @Get('kinds')
  @Allow('catalogue.read')
  @ApiOkResponse({ type: [KindView] })
  async kinds(): Promise<KindView[]> {
    return this.policy.kinds();
  }

  @Get('policies/:id')
  @Allow('policy.read')
  @ApiOkResponse({ type: PolicyView })
  async one(@Param('id') id: string, @Res({ passthrough: true }) response: Response): Promise<PolicyView> {
    const { version, content } = await this.policy.item(id);
    sendVersion(response, version);
    return { id, version, content: listed(content) };
  }

  @Get('policies/:id/history')
  @Allow('policy.read')
  @ApiOkResponse({ type: [PolicyChangeView] })
  async history(@Param('id') id: string): Promise<PolicyChangeView[]> {
    await this.policy.item(id);
    const changes = await this.policy.history(id);
    return changes.map(({ at, actor, reason, before, after }) => ({
      at: at.toISOString(),
      actor,
      reason,
      before: before && listed(before),
      after: listed(after),
    }));
  }

  @Put('policies/:id')
  @Allow('policy.write')
  @ApiOkResponse({ type: PolicyView })
  async put(
    @Granted() access: Access,
    @Param('id') id: string,
    @Body() body: PutPolicy,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<PolicyView> {
    const content = 'items' in body.content ? (body.content.items as object) : body.content;
    const isNewKind = id.startsWith(kindKey('')) && request.header('if-none-match') === '*';
    const saved = await this.policy.put(access.actor, id, content, body.reason, isNewKind ? null : versionSent(request));
    sendVersion(response, saved.version);
    return { id, version: saved.version, content: listed(saved.content) };
  }
}

function listed(content: object): object {
  return Array.isArray(content) ? { items: content as unknown[] } : content;
}
