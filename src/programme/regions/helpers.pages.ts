import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { programmeYear, programmeYearName } from '../../calendar/programme-year.js';
import { CouncilsService } from '../../councils/councils.service.js';
import { Database } from '../../database/database.js';
import { Allow, Granted, type Access } from '../../people/access.js';
import { FRESH, submit, type Again } from '../../web/forms.js';
import { Page, Redirect, type Download } from '../../web/pages.js';
import { Choice } from '../../web/fields.js';
import { badField } from '../../web/problems.js';
import { ChangePerson, GiveDays } from './region-people.dto.js';
import { daysUsed } from './day-budget.js';
import { RegionPeopleService } from './region-people.service.js';
import { REGION_ROLE_NAMES } from './region-person.entity.js';
import { slugOf } from './region-names.js';

type Answer = Promise<Page | Redirect | Download>;

class TakeBack {
  @Choice(['yes']) wrong: 'yes';
}

/** Somebody who helps a region: the budget of days, and each of them. */
@Controller('region-people/:id')
export class HelperPages {
  constructor(
    private readonly db: Database,
    private readonly people: RegionPeopleService,
    private readonly councils: CouncilsService,
  ) {}

  @Get()
  @Allow('picture.write', 'helper of a region')
  async one(@Granted() access: Access, @Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const person = await this.people.get(access, id);
    const year = programmeYear(this.db.today());
    const given = await this.people.daysOf(id);
    const councils = (await this.councils.ofRegions([person.region])).filter(
      ({ body }) => body === 'council',
    );
    return new Page('programme/regions/views/helper.njk', {
      title: `${REGION_ROLE_NAMES[person.role]} for ${person.region}: ${person.peer?.name ?? ''}`,
      helper: person,
      slug: slugOf(person.region),
      inYear: programmeYearName(year),
      each: given,
      used: daysUsed(given, year),
      councils,
      ...again,
    });
  }

  @Post()
  @Allow('picture.write', 'helper of a region')
  change(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async (facts: ChangePerson): Promise<Redirect> => {
      // The form of an adviser has the field, so that it was emptied.
      const { dayBudget } = await this.people.get(access, id);
      if (dayBudget !== null && facts.subject === undefined)
        throw badField('/subject', 'enter what they help with');
      await this.people.change(access, id, facts);
      return new Redirect(`/region-people/${id}`);
    };
    return submit(ChangePerson, body, work, (again) => this.one(access, id, again));
  }

  @Post('days')
  @Allow('picture.write', 'helper of a region')
  give(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async (facts: GiveDays): Promise<Redirect> => {
      await this.people.give(access, id, facts);
      return new Redirect(`/region-people/${id}`);
    };
    return submit(GiveDays, body, work, (again) => this.one(access, id, again));
  }

  @Post('days/:day/wrong')
  @Allow('picture.write', 'helper of a region')
  takeBack(
    @Granted() access: Access,
    @Param('id') id: string,
    @Param('day') day: string,
    @Body() body: unknown,
  ): Answer {
    const work = async (): Promise<Redirect> => {
      await this.people.takeBack(access, id, day);
      return new Redirect(`/region-people/${id}`);
    };
    return submit(TakeBack, body, work, (again) => this.one(access, id, again));
  }
}
