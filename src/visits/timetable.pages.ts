import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { addDays, datesOf } from '../calendar/dates.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { seatLabelWithDays } from '../kinds/presence.js';
import { seatLabel } from '../kinds/seats.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { scopeOf } from '../people/permissions.js';
import { Choice, Free, Text, Texts, Uuid } from '../web/fields.js';
import { FRESH, listOf, Says, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { TimetableService } from './timetable.service.js';
import { Clock } from '../database/clock.js';

type Answer = Promise<Page | Redirect | Download>;

const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

class SessionForm {
  @Says('Choose the day') @Text({ max: 10, pattern: /^\d{4}-\d{2}-\d{2}$/ }) day: string;
  @Says('Enter when it begins, like 09:30') @Text({ max: 5, pattern: TIME }) starts: string;
  @Says('Enter when it ends, like 10:30') @Text({ max: 5, pattern: TIME }) ends: string;
  @Says('Enter what it is') @Text({ max: 200 }) title: string;
  @Text({ optional: true, max: 500 }) people?: string;
  @Text({ optional: true, max: 200 }) room?: string;
  @Transform(({ value }) => listOf(value))
  @Texts({ optional: true, max: 20 })
  seats?: string[];
}

class RemoveSession {
  @Uuid() session: string;
}

class SendForm {
  @Choice(['yes']) send: 'yes';
}

class AttendanceForm {
  /** Days by peer. */
  @Free({ optional: true }) days?: Record<string, string | string[]>;
  @Free({ optional: true }) cause?: Record<string, string>;
  @Choice(['save']) step: 'save';
}

/** The timetable on site, to be read, printed and sent; afterwards who was there. */
@Controller('challenges/:id')
export class TimetablePages {
  constructor(
    private readonly challenges: ChallengesService,
    private readonly timetable: TimetableService,
    private readonly time: Clock,
  ) {}

  @Get('timetable')
  @Allow('challenges.read', 'challenge')
  async show(@Granted() { actor }: Access, @Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const challenge = await this.challenges.get(id);
    const { firstDay, lastDay, seats } = challenge;
    const sessions = await this.timetable.sessions(id);
    const dates = firstDay && lastDay ? datesOf({ from: addDays(firstDay, -1), to: lastDay }) : [];
    const model = {
      challenge,
      dates,
      perDay: dates.map((day) => ({ day, sessions: sessions.filter((one) => one.day === day) })),
      sessions,
      seats: seats.map((seat) => ({ id: seat.id, label: seatLabelWithDays(seats, seat.id) })),
      mayChange: scopeOf(actor.role, 'challenges.manage') !== undefined && dates.length > 0,
    };
    return new Page('visits/views/timetable.njk', { title: 'Timetable', ...model, ...again });
  }

  @Post('timetable')
  @Allow('challenges.manage', 'challenge')
  add(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async ({ people = '', room = '', seats = [], ...form }: SessionForm): Promise<Redirect> => {
      await this.timetable.add(access.actor, id, { ...form, people, room, seats });
      return new Redirect(paths.timetable(id));
    };
    return submit(SessionForm, body, work, (again) => this.show(access, id, again));
  }

  @Post('timetable/remove')
  @Allow('challenges.manage', 'challenge')
  remove(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async ({ session }: RemoveSession): Promise<Redirect> => {
      await this.timetable.remove(access.actor, id, session);
      return new Redirect(paths.timetable(id));
    };
    return submit(RemoveSession, body, work, (again) => this.show(access, id, again));
  }

  /** Before it is sent: who will be told. */
  @Get('timetable/send')
  @Allow('challenges.manage', 'challenge')
  async check(@Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const challenge = await this.challenges.get(id);
    const team = (await this.timetable.team(id)).map(({ peer }) => peer?.name ?? '');
    const sessions = await this.timetable.sessions(id);
    return new Page('visits/views/send-timetable.njk', {
      title: 'Check before you send the timetable',
      challenge,
      team,
      sessions,
      ...again,
    });
  }

  @Post('timetable/send')
  @Allow('challenges.manage', 'challenge')
  send(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async (): Promise<Redirect> => {
      await this.timetable.send(actor, id);
      return new Redirect(paths.done(id, 'timetable'));
    };
    return submit(SendForm, body, work, (again) => this.check(id, again));
  }

  @Get('attendance')
  @Allow('challenges.manage', 'challenge')
  async attendance(@Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const challenge = await this.challenges.get(id);
    const { firstDay } = challenge;
    const typed = again.input.days as Record<string, unknown> | undefined;
    const causes = again.input.cause as Record<string, string> | undefined;
    const team = (await this.timetable.attendance(id)).map(
      ({ peerId, peer, seat, attended, absenceCause, ...own }) => ({
        peerId,
        name: peer?.name ?? '',
        seat: seatLabel(seat),
        dates: datesOf({ from: own.firstDay, to: own.lastDay }),
        days:
          again.errors.length > 0
            ? listOf(typed?.[peerId])
            : (attended ?? datesOf({ from: own.firstDay, to: own.lastDay })),
        cause: causes?.[peerId] ?? absenceCause ?? '',
        written: attended !== null,
      }),
    );
    const late = await this.timetable.lateChanges(id);
    const begun = firstDay !== null && firstDay <= this.time.today();
    return new Page('visits/views/attendance.njk', {
      title: 'Who was there?',
      challenge,
      team,
      late,
      begun,
      ...again,
    });
  }

  @Post('attendance')
  @Allow('challenges.manage', 'challenge')
  attended(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async ({ days = {}, cause = {} }: AttendanceForm): Promise<Redirect> => {
      const team = await this.timetable.attendance(id);
      const said = team.map(({ peerId }) => ({
        peerId,
        days: listOf(days[peerId]),
        cause: cause[peerId] ?? null,
      }));
      await this.timetable.attended(actor, id, said);
      return new Redirect(paths.challenge(id));
    };
    return submit(AttendanceForm, body, work, (again) => this.attendance(id, again));
  }
}
