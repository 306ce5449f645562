import { Body, Controller, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { PeopleOfChallenges } from '../challenges/people-of-challenges.service.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { Problem } from '../web/problems.js';
import type { ClockStep } from './clock.js';
import { STEPS } from './steps.js';
import { ClockService } from './clock.service.js';
import { ClockStepView, PutManager, StepDone, StepMoved } from './follow-ups.dto.js';
import { OperationsOf } from '../web/operations.js';

/** The clock of a challenge, and who runs it. */
@ApiTags('follow-up')
@OperationsOf('FollowUps')
@Controller('api')
export class ClockApi {
  constructor(
    private readonly clock: ClockService,
    private readonly people: PeopleOfChallenges,
  ) {}

  @Get('challenges/:id/clock')
  @Allow('challenges.read', 'challenge')
  @ApiOkResponse({ type: [ClockStepView] })
  async clockOf(@Param('id') id: string): Promise<ClockStepView[]> {
    return (await this.clock.of(id)).map(viewStep);
  }

  @Post('challenges/:id/clock/done')
  @HttpCode(200)
  @Allow('clock.record', 'challenge')
  @ApiOkResponse({ type: [ClockStepView] })
  async done(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() { step, doneOn, link }: StepDone,
  ): Promise<ClockStepView[]> {
    if (actor.role === 'council' && STEPS[step].owner !== 'council')
      throw new Problem(
        403,
        'not-allowed',
        'This step is not the council’s; its principal adviser writes it down.',
      );
    await this.clock.record(actor, id, step, { doneOn, link: link ?? null });
    return this.clockOf(id);
  }

  @Post('challenges/:id/clock/move')
  @HttpCode(200)
  @Allow('challenges.manage', 'challenge')
  @ApiOkResponse({ type: [ClockStepView] })
  async move(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() { step, to, reason }: StepMoved,
  ): Promise<ClockStepView[]> {
    await this.clock.move(actor, id, step, to, reason);
    return this.clockOf(id);
  }

  @Put('challenges/:id/manager')
  @Allow('challenges.manage', 'challenge')
  @ApiOkResponse({ type: PutManager })
  async manager(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() { managerId }: PutManager,
  ): Promise<PutManager> {
    await this.people.assign(actor, id, managerId);
    return { managerId };
  }
}

function viewStep({
  id,
  title,
  owner,
  due,
  rule,
  state,
  doneOn,
  link,
  moved,
  election,
}: ClockStep): ClockStepView {
  return { id, title, owner, due, rule, state, doneOn, link, moved, election };
}
