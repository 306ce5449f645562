import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { programmeYear } from '../calendar/programme-year.js';
import { Database } from '../database/database.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { scopeOf } from '../people/permissions.js';
import { Day, QueryInt } from '../web/fields.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { pageOf, textOf } from '../web/lists.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { CouncilsService } from './councils.service.js';
import { supportTotals } from './support-totals.js';
import { SupportFacts } from './pictures.dto.js';
import { namesOf } from './names.js';
import { PicturesService } from './pictures.service.js';
import { ReferenceService } from '../reference/reference.service.js';

type Answer = Promise<Page | Redirect | Download>;

const VERSION = { min: 1, max: 2_147_483_647 };

class EndSupport {
  @QueryInt(VERSION) version: number;
  @Says('Enter the day like 3 November 2026') @Day() lastDay: string;
}

/** Support of councils besides challenges: of a region, and each. */
@Controller()
export class SupportPages {
  constructor(
    private readonly pictures: PicturesService,
    private readonly councils: CouncilsService,
    private readonly reference: ReferenceService,
    private readonly db: Database,
  ) {}

  @Get('support')
  @Allow('councils.picture')
  async supports(
    @Granted() access: Access,
    @Query() query: Record<string, unknown>,
    again: Again = FRESH,
  ): Promise<Page> {
    const types = await this.reference.get('supports');
    const name = namesOf(types);
    const filters = { type: textOf(query.type) };
    const given = await this.pictures.supports(access);
    const year = programmeYear(this.db.today());
    const all = given.filter(({ type }) => filters.type === '' || type === filters.type);
    const paging = pageOf(query);
    const rows = all
      .slice(paging.skip, paging.skip + paging.take)
      .map((one) => ({ ...one, type: name(one.type) }));
    const model = {
      year,
      totals: supportTotals(given, year).map(({ type, quarters, times, councils }) => ({
        name: name(type),
        cells: [...quarters, times, councils],
      })),
      rows,
      count: all.length,
      paging,
      filters,
      types,
      mayWrite: mayWrite(access),
    };
    return new Page('councils/views/supports.njk', {
      title: 'Support besides challenges',
      ...model,
      ...again,
    });
  }

  @Get('councils/:id/support/new')
  @Allow('picture.write', 'council')
  async newSupport(
    @Param('id') id: string,
    @Query() query: Record<string, unknown>,
    again: Again = FRESH,
  ): Promise<Page> {
    const council = await this.councils.get(id);
    // What a page about the review of a plan knows already.
    const known = { review: textOf(query.review), type: textOf(query.type), cause: textOf(query.cause) };
    const model = { council, known, types: await this.reference.get('supports') };
    return new Page('councils/views/support.njk', {
      title: `Support of ${council.name}`,
      ...model,
      ...again,
    });
  }

  @Post('councils/:id/support/new')
  @Allow('picture.write', 'council')
  addSupport(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async (facts: SupportFacts): Promise<Redirect> => {
      await this.pictures.addSupport(access, id, facts);
      return new Redirect(paths.council(id));
    };
    return submit(SupportFacts, body, work, (again) => this.newSupport(id, {}, again));
  }

  @Post('support/:id')
  @Allow('picture.write', 'support')
  endSupport(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async ({ version, lastDay }: EndSupport): Promise<Redirect> => {
      const { councilId } = await this.pictures.endSupport(access.actor, id, version, lastDay);
      return new Redirect(paths.council(councilId));
    };
    return submit(EndSupport, body, work, (again) => this.supports(access, {}, again));
  }
}

const mayWrite = ({ actor }: Access): boolean => scopeOf(actor.role, 'picture.write') !== undefined;
