import { Body, Controller, Get, HttpCode, Param, Post, Put, Req, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Allow, Granted, type Access } from '../people/access.js';
import { Choice, Day, Free, Instant, Int, One, Text, Uuid, Uuids } from '../web/fields.js';
import { sendVersion, versionSent } from '../web/versions.js';
import { PEER_CLASSES } from '../matching/problem/programme.js';
import type { Position, Skill } from '../reference/content.js';
import { kindOfKey } from './kind.js';
import { KindView } from './kinds.dto.js';
import { ReferenceService } from '../reference/reference.service.js';
import { KindsService } from './kinds.service.js';

class SkillView {
  @Text() id: string;
  @Text() name: string;
}

class PositionView extends SkillView {
  @Choice(PEER_CLASSES) class: string;
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

class ComingView {
  @Uuid() id: string;
  @Day({ description: 'The day from which it holds' }) holdsFrom: string;
  @Text() reason: string;
  @Free({ description: 'The whole content; for lists, under the key items' }) content: object;
  @Text({
    nullable: true,
    description: 'Why it could not be taken on its day; null where it was not tried yet',
  })
  fault: string | null;
}

class PolicyWithComing extends PolicyView {
  @One(() => ComingView, { nullable: true, description: 'The change that waits for its day' })
  coming: ComingView | null;
}

class PutPolicy {
  @Free({ description: 'The whole content; for lists, under the key items' }) content: object;
  @Text({ max: 500 }) reason: string;
  @Day({ optional: true, nullable: true, description: 'The day from which it holds; at once without it' })
  holdsFrom?: string | null;
  @Uuids({
    optional: true,
    description: 'Of a kind: open challenges that keep another clock, and take this one over',
  })
  takeOver?: string[];
}

class WithdrawChange {
  @Uuid({ description: 'The id of the change that waits' }) change: string;
}

class KeeperView {
  @Uuid() challengeId: string;
  @Text() council: string;
  @Day({ nullable: true }) lastDay: string | null;
}

@ApiTags('policy')
@Controller('api')
export class PolicyApi {
  constructor(
    private readonly reference: ReferenceService,
    private readonly catalogue: KindsService,
  ) {}

  @Get('skills')
  @Allow('catalogue.read')
  @ApiOkResponse({ type: [SkillView] })
  skills(): Promise<Skill[]> {
    return this.reference.get('skills');
  }

  @Get('positions')
  @Allow('catalogue.read')
  @ApiOkResponse({ type: [PositionView] })
  positions(): Promise<Position[]> {
    return this.reference.get('positions');
  }

  @Get('kinds')
  @Allow('catalogue.read')
  @ApiOkResponse({ type: [KindView] })
  async kinds(): Promise<KindView[]> {
    return this.catalogue.all();
  }

  @Get('policies/:id')
  @Allow('policy.read')
  @ApiOkResponse({ type: PolicyWithComing })
  async one(
    @Param('id') id: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<PolicyWithComing> {
    return this.shown(id, await this.reference.item(id), response);
  }

  private async shown(
    id: string,
    { version, content }: { version: number; content: object },
    response: Response,
  ): Promise<PolicyWithComing> {
    const next = await this.reference.coming(id);
    sendVersion(response, version);
    const coming = next && {
      id: next.id,
      holdsFrom: next.holdsFrom,
      reason: next.reason,
      content: listed(next.content),
      fault: next.fault,
    };
    return { id, version, content: listed(content), coming };
  }

  /** Takes a change back that waits for its day. */
  @Post('policies/:id/withdraw')
  @HttpCode(204)
  @Allow('policy.write')
  @ApiNoContentResponse()
  async withdraw(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() { change }: WithdrawChange,
  ): Promise<void> {
    await this.reference.item(id);
    await this.reference.withdraw(actor, id, change);
  }

  @Get('policies/:id/history')
  @Allow('policy.read')
  @ApiOkResponse({ type: [PolicyChangeView] })
  async history(@Param('id') id: string): Promise<PolicyChangeView[]> {
    await this.reference.item(id);
    const changes = await this.reference.history(id);
    return changes.map(({ at, actor, reason, before, after }) => ({
      at: at.toISOString(),
      actor,
      reason,
      before: before && listed(before),
      after: listed(after),
    }));
  }

  @Get('kinds/:id/keepers')
  @Allow('policy.read')
  @ApiOkResponse({ type: [KeeperView] })
  async keepers(@Param('id') id: string): Promise<KeeperView[]> {
    return this.catalogue.keepers(id, await this.catalogue.stored(id));
  }

  @Put('policies/:id')
  @Allow('policy.write')
  @ApiOkResponse({ type: PolicyWithComing })
  async put(
    @Granted() access: Access,
    @Param('id') id: string,
    @Body() body: PutPolicy,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<PolicyWithComing> {
    const kind = kindOfKey(id);
    const isNew = kind !== null && request.header('if-none-match') === '*';
    const content = 'items' in body.content ? (body.content.items as object) : body.content;
    const by = {
      content,
      reason: body.reason,
      version: isNew ? null : versionSent(request),
      holdsFrom: body.holdsFrom ?? null,
    };
    const saved = await (kind === null
      ? this.reference.put(access.actor, id, by)
      : this.catalogue.put(access.actor, kind, by, body.takeOver));
    return this.shown(id, saved, response);
  }
}

function listed(content: object): object {
  return Array.isArray(content) ? { items: content as unknown[] } : content;
}
