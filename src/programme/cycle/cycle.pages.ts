import { Controller, Get, Query } from '@nestjs/common';
import { programmeYearName } from '../../calendar/programme-year.js';
import { COUNCIL_TYPES } from '../../matching/problem/programme.js';
import { Allow, Granted, regionsOf, type Access } from '../../people/access.js';
import { scopeOf } from '../../people/permissions.js';
import { namesOf } from '../../councils/names.js';
import { writeCsv } from '../../web/csv.js';
import { anyOf, pageOf, textOf } from '../../web/lists.js';
import { Download, Page } from '../../web/pages.js';
import { coverageBy, cycleCouncils, CYCLE_NAMES, CYCLE_STATES, type CycleCouncil } from './coverage.js';
import { LEAST_DAYS, scheduleCycle, type Scheduled } from './cycle-schedule.js';
import { ReferenceService } from '../../reference/reference.service.js';
import { KindsService } from '../../kinds/kinds.service.js';
import { Database } from '../../database/database.js';

const QUARTERS = 12;
const COLUMNS = [
  'council',
  'code',
  'region',
  'type',
  'state',
  'last_day',
  'due',
  'declined_on',
  'booked_for',
  'priority',
] as const;
const SCHEDULE_COLUMNS = [
  'council',
  'code',
  'region',
  'type',
  'year',
  'quarter',
  'month',
  'because',
] as const;

/** The five-year cycle: who is due, overdue or was never challenged, and a schedule that spreads them over the years to come. */
@Controller('cycle')
export class CyclePages {
  constructor(
    private readonly db: Database,
    private readonly reference: ReferenceService,
    private readonly kinds: KindsService,
  ) {}

  @Get()
  @Allow('councils.picture')
  async list(@Granted() access: Access, @Query() query: Record<string, unknown>): Promise<Page> {
    const { all, shown, filters } = await this.read(access, query);
    const paging = pageOf(query);
    return new Page('programme/cycle/views/cycle.njk', {
      title: 'The five-year cycle',
      rows: shown.slice(paging.skip, paging.skip + paging.take),
      count: shown.length,
      coverage: coverageBy(all, 'region'),
      regions: [...new Set(all.map(({ region }) => region))].sort(),
      types: COUNCIL_TYPES,
      groupings: anyOf(await this.reference.get('groupings')),
      states: CYCLE_STATES,
      names: CYCLE_NAMES,
      kinds: (await this.kinds.all())
        .filter(({ clock, retired = false }) => clock.nextWithinMonths !== null && !retired)
        .map(({ name }) => name),
      filters,
      paging,
    });
  }

  @Get('export.csv')
  @Allow('councils.picture')
  async csv(@Granted() access: Access, @Query() query: Record<string, unknown>): Promise<Download> {
    const rows = (await this.read(access, query)).shown.map(
      ({ name, code, region, type, state, last, due, declinedOn, bookedFor, priority }) => ({
        council: name,
        code,
        region,
        type,
        state,
        last_day: last,
        due,
        declined_on: declinedOn,
        booked_for: bookedFor,
        priority,
      }),
    );
    return new Download(writeCsv(COLUMNS, rows), 'text/csv; charset=utf-8', 'cycle.csv');
  }

  @Get('schedule')
  @Allow('councils.picture')
  async schedule(@Granted() access: Access, @Query() query: Record<string, unknown>): Promise<Page> {
    const { all } = await this.read(access, {});
    const scheduled = await this.scheduled(all);
    const region = textOf(query.region);
    const quarters = new Map<string, Scheduled[]>();
    for (const one of scheduled.filter(({ council }) => region === '' || council.region === region)) {
      const name = `${programmeYearName(one.year)}, quarter ${String(one.quarter)}`;
      quarters.set(name, [...(quarters.get(name) ?? []), one]);
    }
    const left = all.filter(
      ({ state, bookedFor, id }) =>
        state !== 'covered' && bookedFor === null && !scheduled.some(({ council }) => council.id === id),
    );
    return new Page('programme/cycle/views/schedule.njk', {
      title: 'A schedule for those due',
      quarters: [...quarters].map(([name, rows]) => ({ name, rows })),
      left,
      leastDays: LEAST_DAYS,
      onTheirWay: all.filter(({ priority, bookedFor }) => priority !== null && bookedFor !== null),
      region,
      regions: [...new Set(all.map((council) => council.region))].sort(),
      mayBook: scopeOf(access.actor.role, 'challenges.book') !== undefined,
    });
  }

  @Get('schedule.csv')
  @Allow('councils.picture')
  async scheduleCsv(@Granted() access: Access): Promise<Download> {
    const { all } = await this.read(access, {});
    const rows = (await this.scheduled(all)).map(({ council, year, quarter, month, because }) => ({
      council: council.name,
      code: council.code,
      region: council.region,
      type: council.type,
      year: programmeYearName(year),
      quarter: `Q${String(quarter)}`,
      month: month.slice(0, 7),
      because,
    }));
    return new Download(writeCsv(SCHEDULE_COLUMNS, rows), 'text/csv; charset=utf-8', 'cycle-schedule.csv');
  }

  private async scheduled(all: CycleCouncil[]): Promise<Scheduled[]> {
    return scheduleCycle(all, this.db.today(), QUARTERS, await this.reference.get('calendar'));
  }

  private async read(access: Access, query: Record<string, unknown>) {
    const priorities = namesOf(await this.reference.get('priorities'));
    const grouping = textOf(query.grouping);
    const known = await cycleCouncils(this.db.manager, this.db.today(), regionsOf(access));
    const grouped = known.filter((one) => grouping === '' || one.groupings.includes(grouping));
    const all = grouped.map((one) => ({
      ...one,
      priority: one.priority && lowerFirst(priorities(one.priority)),
    }));
    const filters = {
      region: textOf(query.region),
      type: textOf(query.type),
      state: textOf(query.state),
      grouping,
    };
    const shown = all.filter(
      ({ region, type, state }) =>
        (filters.region === '' || region === filters.region) &&
        (filters.type === '' || type === filters.type) &&
        (filters.state === '' || state === filters.state),
    );
    return { all, shown, filters };
  }
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
