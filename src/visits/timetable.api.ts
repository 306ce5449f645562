import { Body, Controller, Get, Param, Post, Put } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Allow, Granted, type Access } from '../people/access.js';
import {
  AttendanceView,
  LateChangeView,
  PutAttendance,
  SessionField,
  SessionView,
} from './follow-ups.dto.js';
import { TimetableService } from './timetable.service.js';
import type { VisitSession } from './visit-session.entity.js';
import { OperationsOf } from '../web/operations.js';

/** The visit on site: its timetable, who was there, and late changes. */
@ApiTags('follow-up')
@OperationsOf('FollowUps')
@Controller('api')
export class TimetableApi {
  constructor(private readonly timetable: TimetableService) {}

  @Get('challenges/:id/timetable')
  @Allow('challenges.read', 'challenge')
  @ApiOkResponse({ type: [SessionView] })
  async sessions(@Param('id') id: string): Promise<SessionView[]> {
    return (await this.timetable.sessions(id)).map(viewSession);
  }

  @Post('challenges/:id/timetable')
  @Allow('challenges.manage', 'challenge')
  @ApiCreatedResponse({ type: SessionView })
  async addSession(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() body: SessionField,
  ): Promise<SessionView> {
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
  async attended(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() { attendance }: PutAttendance,
  ): Promise<AttendanceView[]> {
    await this.timetable.attended(
      actor,
      id,
      attendance.map(({ peerId, days, cause }) => ({ peerId, days, cause: cause ?? null })),
    );
    return this.attendance(id);
  }

  @Get('challenges/:id/late-changes')
  @Allow('challenges.manage', 'challenge')
  @ApiOkResponse({
    type: [LateChangeView],
    description: 'Within two weeks of the first day on site, or on it',
  })
  lateChanges(@Param('id') id: string): Promise<LateChangeView[]> {
    return this.timetable.lateChanges(id);
  }
}

function viewSession({ id, day, starts, ends, title, people, room, seats }: VisitSession): SessionView {
  return { id, day, starts, ends, title, people, room, seats };
}
