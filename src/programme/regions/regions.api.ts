import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { programmeYear } from '../../calendar/programme-year.js';
import { REGIONS } from '../../councils/regions.js';
import { Database } from '../../database/database.js';
import { Allow, Granted, regionsOf, type Access } from '../../people/access.js';
import { scopeOf } from '../../people/permissions.js';
import { Choice, QueryInt } from '../../web/fields.js';
import type { AdviserDay } from './adviser-day.entity.js';
import { AdviserDayView, GiveDays, NamePerson, RegionPersonView } from './region-people.dto.js';
import { RegionPeopleService, type Helping } from './region-people.service.js';

class RegionQuery {
  @QueryInt({ optional: true, min: 2000, max: 2199 }) year?: number;
}

class NameForRegion extends NamePerson {
  @Choice(REGIONS) region: string;
}

/** Who helps each region. */
@ApiTags('programme')
@Controller('api/region-people')
export class RegionsApi {
  constructor(
    private readonly db: Database,
    private readonly people: RegionPeopleService,
  ) {}

  @Get()
  @Allow('councils.picture')
  @ApiOkResponse({ type: [RegionPersonView] })
  async list(@Granted() access: Access, @Query() { year }: RegionQuery): Promise<RegionPersonView[]> {
    const own = regionsOf(access);
    const all = await this.people.list(year ?? programmeYear(this.db.today()));
    return all
      .filter(({ person }) => own === null || own.includes(person.region))
      .map((one) => viewPerson(access, one));
  }

  @Post()
  @Allow('picture.write')
  @ApiCreatedResponse({ type: RegionPersonView })
  async name(
    @Granted() access: Access,
    @Body() { region, ...facts }: NameForRegion,
  ): Promise<RegionPersonView> {
    const { id } = await this.people.name(access, region, facts);
    return viewPerson(access, { person: await this.people.get(access, id), given: [], used: 0 });
  }

  @Post(':id/days')
  @Allow('picture.write', 'helper of a region')
  @ApiCreatedResponse({ type: AdviserDayView })
  async give(
    @Granted() access: Access,
    @Param('id') id: string,
    @Body() facts: GiveDays,
  ): Promise<AdviserDayView> {
    return viewDay(await this.people.give(access, id, facts));
  }
}

const viewDay = ({ id, day, days, what, councilId }: AdviserDay): AdviserDayView => ({
  ...{ id, day, days, what, councilId },
});

function viewPerson({ actor }: Access, { person, used }: Helping): RegionPersonView {
  const peerId = scopeOf(actor.role, 'peers.read') === 'all' ? person.peerId : null;
  const { id, region, role, peer, subject, dayBudget, firstDay, lastDay, version } = person;
  return {
    ...{ id, region, role, peerId, name: peer?.name ?? '', subject, dayBudget, daysUsed: used },
    ...{ firstDay, lastDay, version },
  };
}
