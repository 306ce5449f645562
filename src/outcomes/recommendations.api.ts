import { Body, Controller, Get, Header, HttpCode, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiProduces,
  ApiTags,
} from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Visit } from '../challenges/visit.entity.js';
import { ImportQuery, ImportReportView } from '../web/imports.dto.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { Choice, Day, Instant, Int, Text, Uuid } from '../web/fields.js';
import { sendVersion, versionSent } from '../web/versions.js';
import {
  MOST_RECOMMENDATIONS,
  PROGRESS_STATES,
  RECOMMENDATION_ANSWERS,
  type ProgressState,
  type Recommendation,
  type RecommendationAnswer,
} from './recommendation.entity.js';
import { RecommendationsService } from './recommendations.service.js';
import { Database } from '../database/database.js';

class AddRecommendation {
  @Text({ max: 2000 }) text: string;
  @Int({ optional: true, min: 1, max: MOST_RECOMMENDATIONS, description: 'After the last one unless told' })
  number?: number;
}

class ChangeRecommendation {
  @Int({ optional: true, min: 1, max: MOST_RECOMMENDATIONS }) number?: number;
  @Text({ optional: true, max: 2000 }) text?: string;
  @Choice(RECOMMENDATION_ANSWERS, { optional: true }) answer?: RecommendationAnswer;
  @Text({ optional: true, nullable: true, max: 2000, description: 'Needed where it is rejected' })
  answerReason?: string | null;
  @Text({ optional: true, nullable: true, max: 200, description: 'A post, not a name' }) owner?:
    string | null;
  @Day({ optional: true, nullable: true }) due?: string | null;
  @Choice(PROGRESS_STATES, { optional: true }) councilState?: ProgressState;
  @Choice(PROGRESS_STATES, { optional: true }) reviewState?: ProgressState;
  @Text({ optional: true, nullable: true, max: 1000 }) evidence?: string | null;
}

class RecommendationView {
  @Uuid() id: string;
  @Uuid() challengeId: string;
  @Int({ min: 1, max: MOST_RECOMMENDATIONS }) number: number;
  @Text() text: string;
  @Choice(RECOMMENDATION_ANSWERS, { nullable: true }) answer: string | null;
  @Text({ nullable: true }) answerReason: string | null;
  @Text({ nullable: true }) owner: string | null;
  @Day({ nullable: true }) due: string | null;
  @Choice(PROGRESS_STATES) councilState: string;
  @Choice(PROGRESS_STATES, { nullable: true }) reviewState: string | null;
  @Text({ nullable: true }) evidence: string | null;
  @Instant({ nullable: true, description: 'When the council was asked to answer it' }) sentAt: string | null;
  @Int({ min: 1, max: 2_147_483_647 }) version: number;
}

class SentView {
  @Int({ min: 1, max: MOST_RECOMMENDATIONS }) count: number;
}

/** Recommendations of the challenge that a visit belongs to. */
@ApiTags('recommendations')
@Controller('api')
export class RecommendationsApi {
  constructor(
    private readonly recommendations: RecommendationsService,
    private readonly db: Database,
  ) {}

  @Get('visits/:id/recommendations')
  @Allow('recommendations.read', 'visit')
  @ApiOkResponse({ type: [RecommendationView] })
  async list(@Granted() access: Access, @Param('id') id: string): Promise<RecommendationView[]> {
    return (await this.recommendations.seenBy(access, await this.challengeOf(id))).map(view);
  }

  @Post('visits/:id/recommendations')
  @Allow('challenges.manage', 'visit')
  @ApiCreatedResponse({ type: RecommendationView })
  async add(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() { text, number }: AddRecommendation,
  ): Promise<RecommendationView> {
    return view(await this.recommendations.add(actor, await this.challengeOf(id), text, number));
  }

  @Get('visits/:id/recommendations/export')
  @Allow('recommendations.read', 'visit')
  @Header('Content-Type', 'text/csv; charset=utf-8')
  @ApiProduces('text/csv')
  @ApiOkResponse({ schema: { type: 'string' } })
  async export(@Granted() access: Access, @Param('id') id: string): Promise<string> {
    return this.recommendations.export(access, await this.challengeOf(id));
  }

  @Post('visits/:id/recommendations/import')
  @HttpCode(200)
  @Allow('challenges.manage', 'visit')
  @ApiConsumes('text/csv')
  @ApiBody({ schema: { type: 'string' } })
  @ApiOkResponse({ type: ImportReportView })
  async import(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() csv: unknown,
    @Query() query: ImportQuery,
  ): Promise<ImportReportView> {
    return this.recommendations.import(
      actor,
      await this.challengeOf(id),
      typeof csv === 'string' ? csv : '',
      query.dryRun === 'true',
    );
  }

  @Post('visits/:id/recommendations/send')
  @HttpCode(200)
  @Allow('challenges.manage', 'visit')
  @ApiOkResponse({ type: SentView, description: 'The council is asked to answer, and sees them from now on' })
  async send(@Granted() { actor }: Access, @Param('id') id: string): Promise<SentView> {
    return { count: await this.recommendations.send(actor, await this.challengeOf(id)) };
  }

  @Get('recommendations/:id')
  @Allow('recommendations.answer', 'recommendation')
  @ApiOkResponse({ type: RecommendationView })
  async one(
    @Param('id') id: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<RecommendationView> {
    const found = await this.recommendations.get(id);
    sendVersion(response, found.version);
    return view(found);
  }

  @Patch('recommendations/:id')
  @Allow('recommendations.answer', 'recommendation')
  @ApiOkResponse({ type: RecommendationView })
  async change(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() body: ChangeRecommendation,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<RecommendationView> {
    const changed = await this.recommendations.change(actor, id, versionSent(request), body);
    sendVersion(response, changed.version);
    return view(changed);
  }

  private async challengeOf(visitId: string): Promise<string> {
    return (await this.db.manager.findOneByOrFail(Visit, { id: visitId })).challengeId;
  }
}

function view(one: Recommendation): RecommendationView {
  const {
    id,
    challengeId,
    number,
    text,
    answer,
    answerReason,
    owner,
    due,
    councilState,
    reviewState,
    evidence,
    version,
  } = one;
  const sentAt = one.sentAt?.toISOString() ?? null;
  return {
    id,
    challengeId,
    number,
    text,
    answer,
    answerReason,
    owner,
    due,
    councilState,
    reviewState,
    evidence,
    sentAt,
    version,
  };
}
