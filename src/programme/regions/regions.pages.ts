import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { programmeYear, programmeYearName } from '../../calendar/programme-year.js';
import { InspectionsSeen } from '../../councils/inspections/inspections-seen.service.js';
import { amount, listAnd } from '../../english/words.js';
import { REGIONS } from '../../councils/regions.js';
import { Database } from '../../database/database.js';
import { Allow, Granted, inScope, regionsOf, requireInScope, type Access } from '../../people/access.js';
import { scopeOf } from '../../people/permissions.js';
import { FRESH, submit, type Again } from '../../web/forms.js';
import { Download, Page, Redirect } from '../../web/pages.js';
import { shareOf } from '../take-up/take-up.js';
import { yearAsked } from '../programme-years.js';
import { NamePerson } from './region-people.dto.js';
import { RegionPeopleCsv } from './region-people-csv.service.js';
import { RegionPeopleService, type Helping } from './region-people.service.js';
import { REGION_ROLE_NAMES } from './region-person.entity.js';
import { regionOf, slugOf } from './region-names.js';
import { regionPicture, type RegionPool } from './region-picture.js';

const CSV = 'text/csv; charset=utf-8';

type Answer = Promise<Page | Redirect | Download>;

/** Regions: who helps each of them, and the picture that its board reads. */
@Controller('regions')
export class RegionPages {
  constructor(
    private readonly db: Database,
    private readonly people: RegionPeopleService,
    private readonly inspections: InspectionsSeen,
    private readonly files: RegionPeopleCsv,
  ) {}

  @Get()
  @Allow('councils.picture')
  async list(@Granted() access: Access, @Query() query: Record<string, unknown>): Promise<Page> {
    const year = yearAsked(query, programmeYear(this.db.today()));
    const own = regionsOf(access);
    const all = await this.people.list(year);
    return new Page('programme/regions/views/regions.njk', {
      title: `Regions, ${programmeYearName(year)}`,
      year,
      regions: (own ?? (await this.withCouncils())).map((region) => ({
        name: region,
        slug: slugOf(region),
        helping: all.filter(({ person }) => person.region === region).map(helpingWords),
      })),
      mayWrite: scopeOf(access.actor.role, 'picture.write') !== undefined,
    });
  }

  /** Regions of councils of the register. */
  private async withCouncils(): Promise<string[]> {
    const rows = await this.db.query<{ region: string }[]>(
      `SELECT DISTINCT region FROM councils WHERE body = 'council' AND region IS NOT NULL`,
    );
    return REGIONS.filter((region) => rows.some((row) => row.region === region));
  }

  @Get('people.csv')
  @Allow('picture.write')
  async save(@Granted() access: Access): Promise<Download> {
    return new Download(await this.files.export(access), CSV, 'region-people.csv');
  }

  @Get(':region')
  @Allow('councils.picture')
  async one(
    @Granted() access: Access,
    @Param('region') slug: string,
    @Query() query: Record<string, unknown>,
    again: Again = FRESH,
  ): Promise<Page> {
    const region = regionOf(slug);
    requireInScope(access, { region }, 'region');
    const today = this.db.today();
    const year = yearAsked(query, programmeYear(today));
    const found = await regionPicture(this.db.manager, region, year, today);
    const due = (await this.inspections.list(access, { show: 'reviews' })).filter(
      ({ council }) => council?.region === region,
    );
    return new Page('programme/regions/views/region.njk', {
      title: `${region}, ${programmeYearName(year)}`,
      region,
      slug,
      year,
      today,
      ...found,
      shares: {
        region: shareOf(found.takeUp.region.any, found.takeUp.region.councils),
        england: shareOf(found.takeUp.england.any, found.takeUp.england.councils),
        pool: shareOf(found.pool.region.pool, found.pool.england.pool),
      },
      sharesSaid: sharesSaid(found.pool),
      due,
      helping: (await this.people.list(year, region)).map(helpingWords),
      roles: Object.entries(REGION_ROLE_NAMES).map(([value, text]) => ({ value, text })),
      mayName: mayName(access, region),
      members: mayName(access, region) ? await this.people.membersOf(region) : [],
      ...again,
    });
  }

  @Post(':region/people')
  @Allow('picture.write')
  name(@Granted() access: Access, @Param('region') slug: string, @Body() body: unknown): Answer {
    const region = regionOf(slug);
    const work = async (facts: NamePerson): Promise<Redirect> => {
      await this.people.name(access, region, facts);
      return new Redirect(`/regions/${slug}#people`);
    };
    return submit(NamePerson, body, work, (again) => this.one(access, slug, {}, again));
  }
}

/** "The region has 20% of the peers from councils, 17% of those who served and gave 18% of their days." */
function sharesSaid({ region, england }: RegionPool): string {
  const said = (share: number | null, words: string): string[] =>
    share === null ? [] : [`${String(share)}% of ${words}`];
  const parts = [
    ...said(shareOf(region.pool, england.pool), 'the peers from councils'),
    ...said(shareOf(region.used, england.used), 'those who served'),
    ...said(shareOf(region.days, england.days), 'the days that they gave'),
  ];
  return `The region has ${listAnd(parts)}.`;
}

const mayName = (access: Access, region: string): boolean => {
  const scope = scopeOf(access.actor.role, 'picture.write');
  return scope !== undefined && inScope({ actor: access.actor, scope }, { region });
};

const budgetSaid = (budget: number, used: number): string =>
  ` (${String(used)} of ${amount(budget, 'day')} used, ${String(Math.max(0, budget - used))} left)`;

/** Somebody who helps, as a line says it. */
const helpingWords = ({ person, used }: Helping): object => ({
  id: person.id,
  name: person.peer?.name ?? '',
  role: REGION_ROLE_NAMES[person.role],
  subject: person.subject,
  firstDay: person.firstDay,
  lastDay: person.lastDay,
  said: person.dayBudget === null ? '' : budgetSaid(person.dayBudget, used),
});
