import { Body, Controller, Get, HttpCode, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Allow, Granted, type Access } from '../../people/access.js';
import { scopeOf } from '../../people/permissions.js';
import { pageOfAll } from '../../web/paging.js';
import { versionSent } from '../../web/versions.js';
import {
  InspectionFacts,
  InspectionView,
  MakeInspection,
  NoSupport,
  PictureQuery,
  PlanReviewFacts,
  PlanReviewView,
} from '../pictures.dto.js';
import { InspectionsSeen, type SeenInspection } from './inspections-seen.service.js';
import { InspectionsService } from './inspections.service.js';
import type { PlanReview } from './plan-review.entity.js';
import { PlanReviewsService } from './plan-reviews.service.js';

@ApiTags('councils')
@Controller('api/inspections')
export class InspectionsApi {
  constructor(
    private readonly inspections: InspectionsService,
    private readonly seen: InspectionsSeen,
    private readonly reviews: PlanReviewsService,
  ) {}

  @Get()
  @Allow('councils.picture')
  @ApiOkResponse({ type: [InspectionView] })
  async list(
    @Granted() access: Access,
    @Query() query: PictureQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<InspectionView[]> {
    const all = await this.seen.list(access, { council: query.council });
    return pageOfAll(response, '/api/inspections', { ...query }, all).map((one) =>
      viewInspection(access, one),
    );
  }

  @Post()
  @Allow('picture.write')
  @ApiCreatedResponse({ type: InspectionView })
  async add(
    @Granted() access: Access,
    @Body() { councilId, ...facts }: MakeInspection,
  ): Promise<InspectionView> {
    const { id } = await this.inspections.add(access, councilId, facts);
    return viewInspection(access, await this.seen.one(id));
  }

  @Put(':id')
  @Allow('picture.write', 'inspection')
  @ApiOkResponse({ type: InspectionView })
  async change(
    @Granted() access: Access,
    @Param('id') id: string,
    @Body() facts: InspectionFacts,
    @Req() request: Request,
  ): Promise<InspectionView> {
    await this.inspections.change(access.actor, id, versionSent(request), facts);
    return viewInspection(access, await this.seen.one(id));
  }

  @Post(':id/plan-reviews')
  @Allow('picture.write', 'inspection')
  @ApiCreatedResponse({ type: PlanReviewView })
  async addReview(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() facts: PlanReviewFacts,
  ): Promise<PlanReviewView> {
    return viewReview(await this.reviews.add(actor, id, facts));
  }

  @Post(':id/plan-reviews/:review/no-support')
  @HttpCode(204)
  @Allow('picture.write', 'inspection')
  @ApiNoContentResponse()
  needsNone(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Param('review') review: string,
    @Body() { reason }: NoSupport,
  ): Promise<void> {
    return this.reviews.needsNone(actor, id, review, reason);
  }
}

function viewReview(one: PlanReview): PlanReviewView {
  const { id, reviewedOn, finding, note, leadsTo, supportId, noSupport } = one;
  return { id, reviewedOn, finding, note, leadsTo, supportId, noSupport };
}

/** Notes on reviews are for those who write them. */
function viewInspection({ actor }: Access, one: SeenInspection): InspectionView {
  const seesNotes = scopeOf(actor.role, 'picture.write') !== undefined;
  const { id, councilId, council, framework, inspectedOn, judgement, expectedBy } = one;
  const { planDue, planReceived, reviewDue, nextPlanReview, reviews, version } = one;
  return {
    ...{ id, councilId, council: council?.name ?? '', framework, inspectedOn, judgement, expectedBy },
    ...{
      planDue,
      planReceived,
      reviewDue,
      nextPlanReview,
      planReviews: reviews.map((review) => ({ ...viewReview(review), ...(seesNotes ? {} : { note: '' }) })),
      version,
    },
  };
}
