import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { Allow, Granted, type Access } from '../../people/access.js';
import { scopeOf } from '../../people/permissions.js';
import { ReferenceService } from '../../reference/reference.service.js';
import { Choice, QueryInt } from '../../web/fields.js';
import { FRESH, submit, type Again } from '../../web/forms.js';
import { pageOf, textOf } from '../../web/lists.js';
import { Page, Redirect, type Download } from '../../web/pages.js';
import { paths } from '../../web/paths.js';
import type { Council } from '../council.entity.js';
import { CouncilsService } from '../councils.service.js';
import { InspectionFacts } from '../pictures.dto.js';
import { inspects } from './held-inspection.js';
import { InspectionsSeen, SHOWN } from './inspections-seen.service.js';
import { InspectionsService } from './inspections.service.js';

type Answer = Promise<Page | Redirect | Download>;

const VERSION = { min: 1, max: 2_147_483_647 };

class WrongForm {
  @Choice(['yes']) wrong: 'yes';
}

class ChangeInspection extends InspectionFacts {
  @QueryInt(VERSION) version: number;
}

/** Inspections of councils by others: of a region, and the record of each. */
@Controller()
export class InspectionPages {
  constructor(
    private readonly inspections: InspectionsService,
    private readonly seen: InspectionsSeen,
    private readonly councils: CouncilsService,
    private readonly reference: ReferenceService,
  ) {}

  @Get('inspections')
  @Allow('councils.picture')
  async list(@Granted() access: Access, @Query() query: Record<string, unknown>): Promise<Page> {
    const filters = { show: textOf(query.show), framework: textOf(query.framework) };
    const all = await this.seen.list(access, filters);
    const paging = pageOf(query);
    return new Page('councils/views/inspections.njk', {
      title: 'Inspections',
      rows: all.slice(paging.skip, paging.skip + paging.take),
      count: all.length,
      shown: SHOWN,
      frameworks: await this.reference.get('frameworks'),
      paging,
      filters,
      mayWrite: mayWrite(access),
      ...FRESH,
    });
  }

  @Get('councils/:id/inspections/new')
  @Allow('picture.write', 'council')
  async newInspection(@Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const council = await this.councils.get(id);
    return new Page('councils/views/inspection-form.njk', {
      title: `Add an inspection of ${council.name}`,
      inspection: { council },
      ...(await this.choices(council)),
      action: `${paths.council(id)}/inspections/new`,
      ...again,
    });
  }

  @Post('councils/:id/inspections/new')
  @Allow('picture.write', 'council')
  add(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async (facts: InspectionFacts): Promise<Redirect> => {
      await this.inspections.add(access, id, facts);
      return new Redirect(paths.council(id));
    };
    return submit(InspectionFacts, body, work, (again) => this.newInspection(id, again));
  }

  @Get('inspections/:id/change')
  @Allow('picture.write', 'inspection')
  async change(@Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const inspection = await this.inspections.get(id);
    const council = inspection.council as Council;
    return new Page('councils/views/inspection-form.njk', {
      title: `Change an inspection of ${council.name}`,
      inspection,
      ...(await this.choices(council, inspection.framework)),
      action: `/inspections/${id}/change`,
      ...again,
    });
  }

  @Post('inspections/:id/wrong')
  @Allow('picture.write', 'inspection')
  takeBack(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async (): Promise<Redirect> =>
      new Redirect(paths.council(await this.inspections.takeBack(actor, id)));
    return submit(WrongForm, body, work, (again) => this.change(id, again));
  }

  @Post('inspections/:id/change')
  @Allow('picture.write', 'inspection')
  saveChange(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async ({ version, ...facts }: ChangeInspection): Promise<Redirect> => {
      await this.inspections.change(actor, id, version, facts);
      return new Redirect(`/inspections/${id}`);
    };
    return submit(ChangeInspection, body, work, (again) => this.change(id, again));
  }

  /** The frameworks under which a council is inspected, with the one that stands in the record, and all that they may judge. */
  private async choices(council: Council, held?: string): Promise<object> {
    const frameworks = (await this.reference.get('frameworks')).filter(
      (one) => one.id === held || inspects(one, council),
    );
    return { frameworks, judgements: [...new Set(frameworks.flatMap((one) => one.judgements))] };
  }
}

const mayWrite = ({ actor }: Access): boolean => scopeOf(actor.role, 'picture.write') !== undefined;
