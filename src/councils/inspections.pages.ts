import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { Allow, Granted, type Access } from '../people/access.js';
import { scopeOf } from '../people/permissions.js';
import { QueryInt } from '../web/fields.js';
import { FRESH, submit, type Again } from '../web/forms.js';
import { pageOf, textOf } from '../web/lists.js';
import { Download, Page, Redirect } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { CouncilsService } from './councils.service.js';
import { InspectionFacts } from './pictures.dto.js';
import { namesOf } from './names.js';
import { PicturesCsvService } from './pictures-csv.service.js';
import { PicturesService } from './pictures.service.js';
import { ReferenceService } from '../reference/reference.service.js';

type Answer = Promise<Page | Redirect | Download>;

const VERSION = { min: 1, max: 2_147_483_647 };

class ChangeInspection extends InspectionFacts {
  @QueryInt(VERSION) version: number;
}

/** Inspections of councils by others: of a region, and each. */
@Controller()
export class InspectionPages {
  constructor(
    private readonly pictures: PicturesService,
    private readonly files: PicturesCsvService,
    private readonly councils: CouncilsService,
    private readonly reference: ReferenceService,
  ) {}

  @Get('inspections')
  @Allow('councils.picture')
  async inspections(@Granted() access: Access, @Query() query: Record<string, unknown>): Promise<Page> {
    const name = namesOf(await this.reference.get('frameworks'));
    const filters = { show: textOf(query.show) };
    const all = await this.pictures.inspections(access, filters);
    const paging = pageOf(query);
    const rows = all
      .slice(paging.skip, paging.skip + paging.take)
      .map((one) => ({ ...one, framework: name(one.framework) }));
    const model = {
      rows,
      count: all.length,
      paging,
      filters,
      mayWrite: mayWrite(access),
    };
    return new Page('councils/views/inspections.njk', { title: 'Inspections', ...model, ...FRESH });
  }

  @Get('inspections.csv')
  @Allow('councils.picture')
  async inspectionsCsv(@Granted() access: Access): Promise<Download> {
    return new Download(
      await this.files.exportInspections(access),
      'text/csv; charset=utf-8',
      'inspections.csv',
    );
  }

  @Get('inspections/:id')
  @Allow('picture.write', 'inspection')
  async inspection(@Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const inspection = await this.pictures.inspection(id);
    const model = {
      inspection,
      frameworks: await this.reference.get('frameworks'),
      action: `/inspections/${id}`,
    };
    return new Page('councils/views/inspection.njk', {
      title: `An inspection of ${inspection.council?.name ?? ''}`,
      ...model,
      ...again,
    });
  }

  @Post('inspections/:id')
  @Allow('picture.write', 'inspection')
  changeInspection(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async ({ version, ...facts }: ChangeInspection): Promise<Redirect> => {
      const { councilId } = await this.pictures.changeInspection(actor, id, version, facts);
      return new Redirect(paths.council(councilId));
    };
    return submit(ChangeInspection, body, work, (again) => this.inspection(id, again));
  }

  @Get('councils/:id/inspections/new')
  @Allow('picture.write', 'council')
  async newInspection(@Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const council = await this.councils.get(id);
    const model = {
      inspection: { council },
      frameworks: await this.reference.get('frameworks'),
      action: `${paths.council(id)}/inspections/new`,
    };
    return new Page('councils/views/inspection.njk', {
      title: `Add an inspection of ${council.name}`,
      ...model,
      ...again,
    });
  }

  @Post('councils/:id/inspections/new')
  @Allow('picture.write', 'council')
  addInspection(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async (facts: InspectionFacts): Promise<Redirect> => {
      await this.pictures.addInspection(access, id, facts);
      return new Redirect(paths.council(id));
    };
    return submit(InspectionFacts, body, work, (again) => this.newInspection(id, again));
  }
}

const mayWrite = ({ actor }: Access): boolean => scopeOf(actor.role, 'picture.write') !== undefined;
