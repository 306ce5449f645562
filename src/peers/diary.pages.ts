import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { addDays, isRecordedDate, type CivilDate } from '../calendar/dates.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { Free } from '../web/fields.js';
import { FRESH, submit, submitTo, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { badField } from '../web/problems.js';
import { AVAILABILITY_STATES, type AvailabilityState } from './availability.js';
import { DiaryService } from './diary.service.js';
import { DiaryViews, type Saved } from './diary-views.service.js';
import { PeersService } from './peers.service.js';
import { daysOfMonths, weeksAhead } from './weeks.js';
import { Clock } from '../database/clock.js';

type Answer = Promise<Page | Redirect | Download>;

class Nothing {}

class YearForm {
  @Free({ optional: true }) week?: Record<string, string>;
  /** What is said of all days of a month; where a week was changed too, the week counts. */
  @Free({ optional: true }) month?: Record<string, string>;
  /** What the page showed, for each week. */
  @Free({ optional: true }) was?: Record<string, string>;
}

class DaysForm {
  @Free() day: Record<string, string>;
  /** What the page showed, for each day. */
  @Free({ optional: true }) was?: Record<string, string>;
}

/** When a peer is free: by months, weeks and days as plain choices, or "same as last time". */
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
    return this.views.year(access, id, FRESH, savedOf(query));
  }

  @Post()
  @Allow('availability.write', 'peer')
  year(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async ({ week = {}, was = {}, month = {} }: YearForm): Promise<Redirect> => {
      const { availability } = await this.peers.get(id);
      const now = new Map(weeksAhead(availability, this.time.today()).map((one) => [one.monday, one.state]));
      const said = daysOfMonths(monthsSaid(month));
      // Only what was changed is said: a week of mixed days keeps them.
      for (const [monday, state] of Object.entries(week)) {
        if (state === 'mixed' || (was[monday] ?? now.get(monday)) === state) continue;
        for (let day = 0; day < 5; day++) said.set(addDays(dayOf(monday), day), stateOf(state));
      }
      await this.diary.sayDays(access.actor, id, said);
      return savedAt(id, said);
    };
    return submit(YearForm, body, work, (again) => this.views.year(access, id, again));
  }

  @Post('same')
  @Allow('availability.write', 'peer')
  same(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    return submitTo(
      `${paths.availability(id)}?saved=0`,
      Nothing,
      body,
      () => this.diary.confirm(access.actor, id),
      (again) => this.views.year(access, id, again),
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
    const peer = await this.peers.get(id);
    const week = weeksAhead(peer.availability, this.time.today()).find((one) => one.monday === monday);
    if (!week) return new Redirect(paths.availability(id));
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
    const work = async ({ day, was = {} }: DaysForm): Promise<Redirect> => {
      const changed = Object.entries(day).filter(([date, state]) => was[date] !== state);
      const said = new Map(changed.map(([date, state]) => [dayOf(date), stateOf(state)]));
      await this.diary.sayDays(access.actor, id, said);
      return savedAt(id, said);
    };
    return submit(DaysForm, body, work, (again) => this.views.year(access, id, again));
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

function monthsSaid(months: Record<string, string>): Record<string, AvailabilityState> {
  return Object.fromEntries(
    Object.entries(months).map(([month, state]) => [dayOf(`${month}-01`).slice(0, 7), stateOf(state)]),
  );
}

/** Back to the year, which says what was saved and opens the months that it is in. */
function savedAt(id: string, said: ReadonlyMap<CivilDate, AvailabilityState>): Redirect {
  const months = [...new Set([...said.keys()].map((day) => day.slice(0, 7)))].sort();
  return new Redirect(`${paths.availability(id)}?saved=${String(said.size)}&in=${months.join('.')}`);
}

/** How many days were said something of just now, and in which months; null where the page is opened by itself. */
function savedOf({ saved, in: within }: Record<string, unknown>): Saved | null {
  if (typeof saved !== 'string' || !/^\d{1,3}$/.test(saved)) return null;
  const months = typeof within === 'string' && within.length < 200 ? within.split('.') : [];
  return { days: Number(saved), months: months.filter((month) => isRecordedDate(`${month}-01`)) };
}
