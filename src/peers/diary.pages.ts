import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { addDays, isRecordedDate, type CivilDate } from '../calendar/dates.js';
import { mondayOf } from '../calendar/phrases.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { Choice, Day, Free, QueryInt, Text } from '../web/fields.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { badField } from '../web/problems.js';
import { AVAILABILITY_STATES, type AvailabilityState } from './availability.js';
import { DiaryService } from './diary.service.js';
import { DiaryViews } from './diary-views.service.js';
import { PeersService } from './peers.service.js';
import { weeksAhead } from './weeks.js';
import { Clock } from '../database/clock.js';

type Answer = Promise<Page | Redirect | Download>;

class Nothing {}

class WeeksForm {
  @Free() week: Record<string, string>;
  /** What the page showed, for each week. */
  @Free({ optional: true }) was?: Record<string, string>;
}

class DaysForm {
  @Free() day: Record<string, string>;
}

class MonthForm {
  @Says('Choose a month') @Text({ pattern: /^\d{4}-\d{2}$/ }) month: string;
  @Says('Choose free, busy or ask me') @Choice(AVAILABILITY_STATES) state: AvailabilityState;
}

class PatternForm {
  @Says('Choose the weekday') @QueryInt({ min: 1, max: 5 }) weekday: number;
  @Says('Choose how often') @QueryInt({ min: 1, max: 4 }) everyWeeks: number;
  @Says('Enter the first day like 3 November 2026') @Day() from: CivilDate;
}

class RemovePattern {
  @Transform(({ value }) => Number(value)) @QueryInt({ min: 0, max: 100 }) at: number;
}

/** When a peer is free: by weeks and days as plain choices, by pattern, or "same as last time". */
@Controller('peers/:id/availability')
export class DiaryPages {
  constructor(
    private readonly diary: DiaryService,
    private readonly peers: PeersService,
    private readonly views: DiaryViews,
    private readonly time: Clock,
  ) {}

  @Get()
  @Allow('availability.read', 'peer')
  show(
    @Granted() access: Access,
    @Param('id') id: string,
    @Query() query: Record<string, unknown>,
  ): Promise<Page> {
    return this.views.page(access, id, FRESH, 'saved' in query);
  }

  @Post()
  @Allow('availability.write', 'peer')
  weeks(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    return this.change(access, WeeksForm, id, body, async ({ week, was = {} }) => {
      const { availability } = await this.peers.get(id);
      const now = new Map(weeksAhead(availability, this.time.today()).map((one) => [one.monday, one.state]));
      const said = new Map<CivilDate, AvailabilityState>();
      // Only what was changed is said: a week of mixed days keeps them.
      for (const [monday, state] of Object.entries(week)) {
        if (state === 'mixed' || (was[monday] ?? now.get(monday)) === state) continue;
        for (let day = 0; day < 5; day++) said.set(addDays(dayOf(monday), day), stateOf(state));
      }
      await this.diary.sayDays(access.actor, id, said);
    });
  }

  @Post('same')
  @Allow('availability.write', 'peer')
  same(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    return this.change(access, Nothing, id, body, () => this.diary.confirm(access.actor, id));
  }

  @Post('month')
  @Allow('availability.write', 'peer')
  month(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    return this.change(access, MonthForm, id, body, async ({ month, state }) => {
      const said = new Map<CivilDate, AvailabilityState>();
      for (let day = dayOf(`${month}-01`); day.startsWith(month); day = addDays(day, 1)) said.set(day, state);
      await this.diary.sayDays(access.actor, id, said);
    });
  }

  @Post('patterns')
  @Allow('availability.write', 'peer')
  pattern(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    return this.change(access, PatternForm, id, body, ({ weekday, everyWeeks, from }) =>
      this.diary.addPattern(access.actor, id, {
        weekdays: [weekday],
        everyWeeks,
        from,
        to: null,
        state: 'busy',
      }),
    );
  }

  @Post('patterns/remove')
  @Allow('availability.write', 'peer')
  removePattern(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    return this.change(access, RemovePattern, id, body, ({ at }) =>
      this.diary.removePattern(access.actor, id, at),
    );
  }

  /** One week, day by day. */
  @Get('week/:monday')
  @Allow('availability.write', 'peer')
  async week(
    @Param('id') id: string,
    @Param('monday') monday: string,
    again: Again = FRESH,
  ): Promise<Page | Redirect> {
    if (!isRecordedDate(monday) || mondayOf(monday) !== monday) return new Redirect(paths.availability(id));
    const peer = await this.peers.get(id);
    const [week] = weeksAhead(peer.availability, monday);
    return new Page('peers/views/week.njk', { title: 'Which days of the week?', peer, week, ...again });
  }

  @Post('week/:monday')
  @Allow('availability.write', 'peer')
  days(
    @Granted() access: Access,
    @Param('id') id: string,
    @Param('monday') monday: string,
    @Body() body: unknown,
  ): Answer {
    if (!isRecordedDate(monday)) return Promise.resolve(new Redirect(paths.availability(id)));
    const work = async ({ day }: DaysForm): Promise<Redirect> => {
      await this.diary.sayDays(
        access.actor,
        id,
        new Map(Object.entries(day).map(([date, state]) => [dayOf(date), stateOf(state)])),
      );
      return new Redirect(paths.availability(id));
    };
    return submit(DaysForm, body, work, () => this.views.page(access, id));
  }

  private change<T extends object>(
    access: Access,
    form: new () => T,
    id: string,
    body: unknown,
    work: (filled: T) => Promise<void>,
  ): Answer {
    const done = (): Redirect => new Redirect(`${paths.availability(id)}?saved`);
    return submit(
      form,
      body,
      async (filled) => work(filled).then(done),
      (again) => this.views.page(access, id, again),
    );
  }
}

function dayOf(text: string): CivilDate {
  if (!isRecordedDate(text))
    throw badField('/week', `found "${String(text)}"; allowed: a day like 2026-11-03`);
  return text;
}

function stateOf(text: string): AvailabilityState {
  const state = AVAILABILITY_STATES.find((known) => known === text);
  if (!state) throw badField('/week', `found "${text}"; allowed: ${AVAILABILITY_STATES.join(', ')}`);
  return state;
}
