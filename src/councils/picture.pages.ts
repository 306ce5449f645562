import { Body, Controller, Get, Param, Post, Query, UploadedFile, UseInterceptors } from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';
import { londonDate } from '../calendar/dates.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { scopeOf } from '../people/policy-table.js';
import { PolicyService } from '../policy/policy.service.js';
import { Choice, Day, QueryInt } from '../web/fields.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { UPLOAD, type ImportReport, uploadedText } from '../web/imports.js';
import { pageOf, textOf } from '../web/lists.js';
import { Download, Page, Redirect } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { CouncilsService } from './councils.service.js';
import { ControlFacts, InspectionFacts, PriorityFacts, StepForm, SupportFacts } from './pictures.dto.js';
import { namesOf } from './names.js';
import { INSPECTION_COLUMNS, PicturesCsvService, SUPPORT_COLUMNS } from './pictures-csv.service.js';
import { PicturesService } from './pictures.service.js';

type Answer = Promise<Page | Redirect | Download>;

const VERSION = { min: 1, max: 2_147_483_647 };

class ChangeInspection extends InspectionFacts {
  @QueryInt(VERSION) version: number;
}

class EndSupport {
  @QueryInt(VERSION) version: number;
  @Says('Enter the day like 2026-11-03') @Day() lastDay: string;
}

class EndPriority {
  @Choice(['yes']) end: 'yes';
}

/** Inspections, support, priority and control of councils: of one, and of a region. */
@Controller()
export class PicturePages {
  constructor(
    private readonly pictures: PicturesService,
    private readonly files: PicturesCsvService,
    private readonly councils: CouncilsService,
    private readonly policy: PolicyService,
  ) {}

  @Get('inspections')
  @Allow('councils.picture')
  async inspections(
    @Granted() access: Access,
    @Query() query: Record<string, unknown>,
    again: Again = FRESH,
    report: ImportReport | null = null,
  ): Promise<Page> {
    const name = namesOf(await this.policy.get('frameworks'));
    const filters = { show: textOf(query.show) };
    const today = londonDate(new Date());
    const all = (await this.pictures.inspections(access)).filter(
      ({ inspectedOn, planDue, reviewDue }) =>
        filters.show === '' ||
        (filters.show === 'waiting' && inspectedOn === null) ||
        (filters.show === 'due' && [planDue, reviewDue].some((due) => due !== null && due >= today)),
    );
    const paging = pageOf(query);
    const rows = all.slice(paging.skip, paging.skip + paging.take).map((one) => ({ ...one, framework: name(one.framework) }));
    const model = { rows, count: all.length, paging, filters, report, columns: INSPECTION_COLUMNS, mayWrite: mayWrite(access) };
    return new Page('councils/views/inspections.njk', { title: 'Inspections', ...model, ...again });
  }

  @Get('inspections.csv')
  @Allow('councils.picture')
  async inspectionsCsv(@Granted() access: Access): Promise<Download> {
    return new Download(await this.files.exportInspections(access), 'text/csv; charset=utf-8', 'inspections.csv');
  }

  @Post('inspections')
  @Allow('picture.write')
  @UseInterceptors(FileInterceptor('file', UPLOAD))
  importInspections(@Granted() access: Access, @Body() body: unknown, @UploadedFile() file?: { buffer: Buffer }): Answer {
    const work = async ({ step }: StepForm): Promise<Page> => {
      const report = await this.files.importInspections(access, uploadedText(file), step === 'check');
      return this.inspections(access, {}, FRESH, report);
    };
    return submit(StepForm, body, work, (again) => this.inspections(access, {}, again));
  }

  @Get('inspections/:id')
  @Allow('picture.write', 'inspection')
  async inspection(@Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const inspection = await this.pictures.inspection(id);
    const model = { inspection, frameworks: await this.policy.get('frameworks'), action: `/inspections/${id}` };
    return new Page('councils/views/inspection.njk', { title: `An inspection of ${inspection.council?.name ?? ''}`, ...model, ...again });
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
      frameworks: await this.policy.get('frameworks'),
      action: `${paths.council(id)}/inspections/new`,
    };
    return new Page('councils/views/inspection.njk', { title: `An inspection of ${council.name}`, ...model, ...again });
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

  @Get('support')
  @Allow('councils.picture')
  async supports(
    @Granted() access: Access,
    @Query() query: Record<string, unknown>,
    again: Again = FRESH,
    report: ImportReport | null = null,
  ): Promise<Page> {
    const types = await this.policy.get('supports');
    const name = namesOf(types);
    const filters = { type: textOf(query.type) };
    const all = (await this.pictures.supports(access)).filter(({ type }) => filters.type === '' || type === filters.type);
    const paging = pageOf(query);
    const rows = all.slice(paging.skip, paging.skip + paging.take).map((one) => ({ ...one, type: name(one.type) }));
    const model = { rows, count: all.length, paging, filters, types, report, columns: SUPPORT_COLUMNS, mayWrite: mayWrite(access) };
    return new Page('councils/views/supports.njk', { title: 'Support besides challenges', ...model, ...again });
  }

  @Get('support.csv')
  @Allow('councils.picture')
  async supportsCsv(@Granted() access: Access): Promise<Download> {
    return new Download(await this.files.exportSupports(access), 'text/csv; charset=utf-8', 'support.csv');
  }

  @Post('support')
  @Allow('picture.write')
  @UseInterceptors(FileInterceptor('file', UPLOAD))
  importSupports(@Granted() access: Access, @Body() body: unknown, @UploadedFile() file?: { buffer: Buffer }): Answer {
    const work = async ({ step }: StepForm): Promise<Page> => {
      const report = await this.files.importSupports(access, uploadedText(file), step === 'check');
      return this.supports(access, {}, FRESH, report);
    };
    return submit(StepForm, body, work, (again) => this.supports(access, {}, again));
  }

  @Get('councils/:id/support/new')
  @Allow('picture.write', 'council')
  async newSupport(@Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const council = await this.councils.get(id);
    const model = { council, types: await this.policy.get('supports') };
    return new Page('councils/views/support.njk', { title: `Support of ${council.name}`, ...model, ...again });
  }

  @Post('councils/:id/support/new')
  @Allow('picture.write', 'council')
  addSupport(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async (facts: SupportFacts): Promise<Redirect> => {
      await this.pictures.addSupport(access, id, facts);
      return new Redirect(paths.council(id));
    };
    return submit(SupportFacts, body, work, (again) => this.newSupport(id, again));
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

  @Get('councils/:id/control')
  @Allow('picture.write', 'council')
  async control(@Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const council = await this.councils.get(id);
    const model = { council, changes: await this.pictures.controlChanges(id) };
    return new Page('councils/views/control.njk', { title: `Who controls ${council.name}`, ...model, ...again });
  }

  @Post('councils/:id/control')
  @Allow('picture.write', 'council')
  changeControl(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async (facts: ControlFacts): Promise<Redirect> => {
      await this.pictures.changeControl(access, id, facts);
      return new Redirect(paths.council(id));
    };
    return submit(ControlFacts, body, work, (again) => this.control(id, again));
  }

  @Get('councils/:id/priority')
  @Allow('picture.write', 'council')
  async priority(@Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const council = await this.councils.get(id);
    const model = { council, priority: await this.pictures.priority(id), reasons: await this.policy.get('priorities') };
    return new Page('councils/views/priority.njk', { title: `Offer ${council.name} a challenge before others`, ...model, ...again });
  }

  @Post('councils/:id/priority')
  @Allow('picture.write', 'council')
  prioritise(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async (facts: PriorityFacts): Promise<Redirect> => {
      await this.pictures.prioritise(access, id, facts);
      return new Redirect(paths.council(id));
    };
    return submit(PriorityFacts, body, work, (again) => this.priority(id, again));
  }

  @Post('councils/:id/priority/end')
  @Allow('picture.write', 'council')
  endPriority(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async (): Promise<Redirect> => {
      await this.pictures.endPriority(access, id);
      return new Redirect(paths.council(id));
    };
    return submit(EndPriority, body, work, (again) => this.priority(id, again));
  }
}

const mayWrite = ({ actor }: Access): boolean => scopeOf(actor.role, 'picture.write') !== undefined;
