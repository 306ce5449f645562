import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Allow, Granted, type Access } from '../../people/access.js';
import {
  AcceptedView,
  AcceptPlan,
  AskForPlan,
  ComparisonView,
  PlanQuery,
  PlanRequestView,
} from './plans.dto.js';
import { PlansService } from './plans.service.js';
import { readYear } from '../programme-years.js';
import { comparePlans, PlanNames, viewAccepted, viewPlan, viewPlanRequest } from './plans.views.js';
import { Database } from '../../database/database.js';
import { PlanAcceptance } from './plan-acceptance.service.js';

const USUAL = { gap: 0.005, timeLimit: 60 };

@ApiTags('programme')
@Controller('api')
export class PlansApi {
  constructor(
    private readonly plans: PlansService,
    private readonly acceptance: PlanAcceptance,
    private readonly db: Database,
  ) {}

  @Post('programmes/:year/plan-requests')
  @HttpCode(202)
  @Allow('plans.make')
  @ApiAcceptedResponse({ type: PlanRequestView })
  async request(
    @Granted() { actor }: Access,
    @Param('year') year: string,
    @Body() wish: AskForPlan,
    @Res({ passthrough: true }) response: Response,
  ): Promise<PlanRequestView> {
    const { challenges, gap = USUAL.gap, timeLimit = USUAL.timeLimit } = wish;
    const request = await this.plans.request(actor, readYear(year), { challenges, gap, timeLimit });
    response.setHeader('Location', `/api/plan-requests/${request.id}`);
    return viewPlanRequest(request, null);
  }

  @Get('programmes/:year/plan-requests')
  @Allow('plans.read')
  @ApiOkResponse({ type: [PlanRequestView] })
  async list(@Param('year') year: string): Promise<PlanRequestView[]> {
    return (await this.plans.ofYear(readYear(year))).map((request) => viewPlanRequest(request, null));
  }

  @Get('plan-requests/:id')
  @Allow('plans.read', 'plan request')
  @ApiOkResponse({ type: PlanRequestView })
  async one(@Param('id') id: string): Promise<PlanRequestView> {
    const request = await this.plans.get(id);
    if (!request.plan) return viewPlanRequest(request, null);
    const names = await PlanNames.of(this.db, request.challengeIds, [request.plan]);
    return viewPlanRequest(request, viewPlan(request.plan, names));
  }

  @Post('plan-requests/:id/cancel')
  @HttpCode(200)
  @Allow('plans.make', 'plan request')
  @ApiOkResponse({ type: PlanRequestView })
  async cancel(@Granted() { actor }: Access, @Param('id') id: string): Promise<PlanRequestView> {
    return viewPlanRequest(await this.plans.cancel(actor, id), null);
  }

  @Get('plan-requests/:id/comparison')
  @Allow('plans.read', 'plan request')
  @ApiOkResponse({ type: ComparisonView })
  async compare(@Param('id') id: string, @Query() query: PlanQuery): Promise<ComparisonView> {
    const [one, other] = [await this.plans.plan(id), await this.plans.plan(query.with)];
    const ids = [...one.request.challengeIds, ...other.request.challengeIds];
    return comparePlans(one.plan, other.plan, await PlanNames.of(this.db, ids, [one.plan, other.plan]));
  }

  @Post('plan-requests/:id/accept')
  @HttpCode(200)
  @Allow('plans.make', 'plan request')
  @ApiOkResponse({ type: [AcceptedView] })
  async accept(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() { challenges }: AcceptPlan,
  ): Promise<AcceptedView[]> {
    const accepted = await this.acceptance.accept(actor, id, challenges);
    const names = await PlanNames.of(
      this.db,
      accepted.map(({ challengeId }) => challengeId),
      [],
    );
    return accepted.map((one) => viewAccepted(one, names));
  }
}
