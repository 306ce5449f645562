import { Body, Controller, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { londonDate } from '../calendar/dates.js';
import type { Challenge } from '../challenges/challenge.entity.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { Problem } from '../web/problems.js';
import type { Circumstance } from './circumstance.entity.js';
import { CircumstancesService } from './circumstances.service.js';
import { STEPS, type ClockStep } from './clock.js';
import { ClockService } from './clock.service.js';
import { cycleOf } from './cycle.js';
import {
  AttendanceView,
  CircumstanceView,
  ClockStepView,
  CycleView,
  FollowUpView,
  LateChangeView,
  OpenFollowUp,
  PutAttendance,
  PutManager,
  SessionField,
  SessionView,
  Settle,
  StepDone,
  StepMoved,
} from './follow-ups.dto.js';
import { FollowUpsService } from './follow-ups.service.js';
import { TimetableService } from './timetable.service.js';
import type { VisitSession } from './visit-session.entity.js';

/** The clock of a challenge, its visit on site, what follows it, and whom its peers' changes touch. */
@ApiTags('follow-up')
@Controller('api')
export class FollowUpsApi {
  constructor(
    private readonly clock: ClockService,
    private readonly challenges: ChallengesService,
    private readonly timetable: TimetableService,
    private readonly followUps: FollowUpsService,
    private readonly circumstances: CircumstancesService,
    private readonly source: DataSource,
  ) {}

  @Get('challenges/:id/clock')
  @Allow('challenges.read', 'challenge')
  @ApiOkResponse({ type: [ClockStepView] })
  async clockOf(@Param('id') id: string): Promise<ClockStepView[]> {
    return (await this.clock.of(id, londonDate(new Date()))).map(viewStep);
  }

  @Post('challenges/:id/clock/done')
  @HttpCode(200)
  @Allow('clock.record', 'challenge')
  @ApiOkResponse({ type: [ClockStepView] })
  async done(@Granted() { actor }: Access, @Param('id') id: string, @Body() { step, doneOn, link }: StepDone): Promise<ClockStepView[]> {
    if (actor.role === 'council' && STEPS[step].owner !== 'council')
      throw new Problem(403, 'not-allowed', 'This step is not the council’s; its principal adviser writes it down.');
    await this.clock.record(actor, id, step, { doneOn, link: link ?? null });
    return this.clockOf(id);
  }

  @Post('challenges/:id/clock/move')
  @HttpCode(200)
  @Allow('challenges.manage', 'challenge')
  @ApiOkResponse({ type: [ClockStepView] })
  async move(@Granted() { actor }: Access, @Param('id') id: string, @Body() { step, to, reason }: StepMoved): Promise<ClockStepView[]> {
    await this.clock.move(actor, id, step, to, reason);
    return this.clockOf(id);
  }

  @Put('challenges/:id/manager')
  @Allow('challenges.manage', 'challenge')
  @ApiOkResponse({ type: PutManager })
  async manager(@Granted() { actor }: Access, @Param('id') id: string, @Body() { managerId }: PutManager): Promise<PutManager> {
    await this.challenges.assign(actor, id, managerId);
    return { managerId };
  }

  @Get('challenges/:id/timetable')
  @Allow('challenges.read', 'challenge')
  @ApiOkResponse({ type: [SessionView] })
  async sessions(@Param('id') id: string): Promise<SessionView[]> {
    return (await this.timetable.sessions(id)).map(viewSession);
  }

  @Post('challenges/:id/timetable')
  @Allow('challenges.manage', 'challenge')
  @ApiCreatedResponse({ type: SessionView })
  async addSession(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: SessionField): Promise<SessionView> {
    const { people = '', room = '', seats = [], ...session } = body;
    return viewSession(await this.timetable.add(actor, id, { ...session, people, room, seats }));
  }

  @Get('challenges/:id/attendance')
  @Allow('challenges.manage', 'challenge')
  @ApiOkResponse({ type: [AttendanceView] })
  async attendance(@Param('id') id: string): Promise<AttendanceView[]> {
    return (await this.timetable.attendance(id)).map(({ peerId, seat, attended, absenceCause }) => ({
      peerId,
      seat,
      written: attended !== null,
      days: attended ?? [],
      cause: absenceCause,
    }));
  }

  @Put('challenges/:id/attendance')
  @Allow('challenges.manage', 'challenge')
  @ApiOkResponse({ type: [AttendanceView] })
  async attended(@Granted() { actor }: Access, @Param('id') id: string, @Body() { attendance }: PutAttendance): Promise<AttendanceView[]> {
    await this.timetable.attended(
      actor,
      id,
      attendance.map(({ peerId, days, cause }) => ({ peerId, days, cause: cause ?? null })),
    );
    return this.attendance(id);
  }

  @Get('challenges/:id/late-changes')
  @Allow('challenges.manage', 'challenge')
  @ApiOkResponse({ type: [LateChangeView], description: 'Within two weeks of the first day on site, or on it' })
  lateChanges(@Param('id') id: string): Promise<LateChangeView[]> {
    return this.timetable.lateChanges(id);
  }

  @Get('challenges/:id/follow-ups')
  @Allow('challenges.read', 'challenge')
  @ApiOkResponse({ type: [FollowUpView] })
  async list(@Param('id') id: string): Promise<FollowUpView[]> {
    return (await this.followUps.ofChallenge(id)).map(viewFollowUp);
  }

  @Post('challenges/:id/follow-ups')
  @Allow('challenges.manage', 'challenge')
  @ApiCreatedResponse({ type: FollowUpView })
  async open(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: OpenFollowUp): Promise<FollowUpView> {
    return viewFollowUp(await this.followUps.open(actor, id, body));
  }

  @Get('circumstances')
  @Allow('challenges.manage')
  @ApiOkResponse({ type: [CircumstanceView], description: 'Those that wait for a decision' })
  async changed(@Granted() access: Access): Promise<CircumstanceView[]> {
    return (await this.circumstances.list(access)).map(viewCircumstance);
  }

  @Post('circumstances/:id')
  @HttpCode(200)
  @Allow('challenges.manage', 'circumstance')
  @ApiOkResponse({ type: CircumstanceView })
  async settle(@Granted() { actor }: Access, @Param('id') id: string, @Body() { decision, reason }: Settle): Promise<CircumstanceView> {
    await (decision === 'keep' ? this.circumstances.keep(actor, id, reason) : this.circumstances.replace(actor, id, reason));
    return viewCircumstance(await this.circumstances.get(id));
  }

  @Get('councils/:id/cycle')
  @Allow('councils.picture', 'council')
  @ApiOkResponse({ type: CycleView })
  cycle(@Param('id') id: string): Promise<CycleView> {
    return cycleOf(this.source, id);
  }
}

function viewStep({ id, title, owner, due, state, doneOn, link, moved, election }: ClockStep): ClockStepView {
  return { id, title, owner, due, state, doneOn, link, moved, election };
}

function viewSession({ id, day, starts, ends, title, people, room, seats }: VisitSession): SessionView {
  return { id, day, starts, ends, title, people, room, seats };
}

function viewFollowUp({ id, kind, state, firstDay, lastDay }: Challenge): FollowUpView {
  return { id, kind, state, firstDay, lastDay };
}

function viewCircumstance({ id, challengeId, peerId, seat, visit, change, state, createdAt }: Circumstance): CircumstanceView {
  return { id, challengeId, peerId, seat, visit, fields: change?.fields ?? [], state, createdAt: createdAt.toISOString() };
}
