import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { programmeYear, programmeYearName } from '../../calendar/programme-year.js';
import { Allow, Granted, type Access } from '../../people/access.js';
import { scopeOf } from '../../people/permissions.js';
import { Choice, Day, QueryInt, Text } from '../../web/fields.js';
import { FRESH, Says, submit, type Again } from '../../web/forms.js';
import { Download, Page, Redirect } from '../../web/pages.js';
import { paths } from '../../web/paths.js';
import { MeasuresService } from '../measures/measures.service.js';
import { readYear } from '../programme-years.js';
import { reportCsv, reportXlsx } from './report-files.js';
import type { ReportSnapshot } from './report-snapshot.entity.js';
import { changesBetween, sayMeasure, type Report } from './report.js';
import { ReportService } from './report.service.js';
import { Clock } from '../../database/clock.js';

type Answer = Promise<Page | Redirect | Download>;

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const CHARTS = 3;

class StartForm {
  @Choice(['yes']) start: 'yes';
}

class FreezeForm {
  @Says('Enter for which meeting') @Text({ max: 200 }) title: string;
  @Says('Enter the day like 21 January 2027') @Day() meetingOn: string;
}

class ActionForm {
  @Says('Enter what is asked for') @Text({ max: 2000 }) text: string;
  @Says('Enter of whom') @Text({ max: 200 }) owner: string;
  @Says('Enter the day like 28 February 2027') @Day({ optional: true }) due?: string;
}

class EndForm {
  @QueryInt({ min: 1, max: 2_147_483_647 }) version: number;
  @Says('Enter what came of it') @Text({ max: 2000 }) outcome: string;
}

/** The board report: for reading, for paper, as files; live and as it stood for a meeting. */
@Controller()
export class ReportPages {
  constructor(
    private readonly reports: ReportService,
    private readonly measures: MeasuresService,
    private readonly time: Clock,
  ) {}

  @Get('programme')
  @Allow('programme.read')
  now(@Granted() access: Access): Promise<Page> {
    return this.year(access, String(programmeYear(this.time.today())));
  }

  @Get('programme/:year')
  @Allow('programme.read')
  async year(@Granted() { actor }: Access, @Param('year') text: string): Promise<Page> {
    const year = readYear(text);
    const { report } = await this.reports.live(year);
    const [since] = await this.reports.snapshots(year);
    const model = {
      ...modelOf(report, null),
      since,
      changes: since ? changesBetween(since.content, report) : [],
      actions: await this.reports.actions(year),
      mayWrite: scopeOf(actor.role, 'programme.write') !== undefined,
      seesPlans: scopeOf(actor.role, 'plans.read') !== undefined,
    };
    return new Page('programme/report/views/report.njk', model);
  }

  @Post('programme/:year/start')
  @Allow('programme.write')
  start(@Granted() access: Access, @Param('year') text: string, @Body() body: unknown): Answer {
    const work = async (): Promise<Redirect> => {
      await this.measures.start(access.actor, readYear(text));
      return new Redirect(paths.programmeOf(readYear(text)));
    };
    return submit(StartForm, body, work, () => this.year(access, text));
  }

  @Get('programme/:year/paper')
  @Allow('programme.read')
  async paper(@Param('year') text: string): Promise<Page> {
    const year = readYear(text);
    const { report } = await this.reports.live(year);
    return new Page('programme/report/views/paper.njk', {
      ...modelOf(report, null),
      title: paperTitle(report),
      actions: await this.reports.actions(year),
    });
  }

  @Get('programme/:year/report.csv')
  @Allow('programme.read')
  async csv(@Param('year') text: string): Promise<Download> {
    const { report } = await this.reports.live(readYear(text));
    return new Download(reportCsv(report), 'text/csv; charset=utf-8', `report-${text}.csv`);
  }

  @Get('programme/:year/report.xlsx')
  @Allow('programme.read')
  async xlsx(@Param('year') text: string): Promise<Download> {
    const { report } = await this.reports.live(readYear(text));
    return new Download(await reportXlsx(report), XLSX, `report-${text}.xlsx`);
  }

  @Get('programme/:year/reports')
  @Allow('programme.read')
  async list(@Granted() { actor }: Access, @Param('year') text: string, again: Again = FRESH): Promise<Page> {
    const year = readYear(text);
    const model = {
      year,
      reports: await this.reports.snapshots(year),
      mayWrite: scopeOf(actor.role, 'programme.write') !== undefined,
    };
    return new Page('programme/report/views/reports.njk', {
      title: `Reports for meetings, ${programmeYearName(year)}`,
      ...model,
      ...again,
    });
  }

  @Post('programme/:year/reports')
  @Allow('programme.write')
  freeze(@Granted() access: Access, @Param('year') text: string, @Body() body: unknown): Answer {
    const work = async (form: FreezeForm): Promise<Redirect> => {
      const { id } = await this.reports.freeze(access.actor, readYear(text), form);
      return new Redirect(paths.report(id));
    };
    return submit(FreezeForm, body, work, (again) => this.list(access, text, again));
  }

  @Get('reports/:id')
  @Allow('programme.read', 'report')
  async frozen(@Granted() { actor }: Access, @Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const snapshot = await this.reports.snapshot(id);
    const model = {
      ...modelOf(snapshot.content, snapshot),
      changes: [],
      own: await this.reports.actionsOf(id),
      actions: await this.reports.actions(snapshot.year, snapshot),
      mayWrite: scopeOf(actor.role, 'programme.write') !== undefined,
    };
    return new Page('programme/report/views/report.njk', { ...model, ...again });
  }

  @Get('reports/:id/paper')
  @Allow('programme.read', 'report')
  async frozenPaper(@Param('id') id: string): Promise<Page> {
    const snapshot = await this.reports.snapshot(id);
    const actions = await this.reports.actions(snapshot.year, snapshot);
    return new Page('programme/report/views/paper.njk', {
      ...modelOf(snapshot.content, snapshot),
      ...{ title: paperTitle(snapshot.content), actions },
    });
  }

  @Get('reports/:id/report.csv')
  @Allow('programme.read', 'report')
  async frozenCsv(@Param('id') id: string): Promise<Download> {
    const { content, meetingOn } = await this.reports.snapshot(id);
    return new Download(reportCsv(content), 'text/csv; charset=utf-8', `report-${meetingOn}.csv`);
  }

  @Get('reports/:id/report.xlsx')
  @Allow('programme.read', 'report')
  async frozenXlsx(@Param('id') id: string): Promise<Download> {
    const { content, meetingOn } = await this.reports.snapshot(id);
    return new Download(await reportXlsx(content), XLSX, `report-${meetingOn}.xlsx`);
  }

  @Post('reports/:id/actions')
  @Allow('programme.write', 'report')
  addAction(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async ({ due, ...form }: ActionForm): Promise<Redirect> => {
      await this.reports.addAction(access.actor, id, { ...form, due: due ?? null });
      return new Redirect(paths.report(id));
    };
    return submit(ActionForm, body, work, (again) => this.frozen(access, id, again));
  }

  @Post('report-actions/:id')
  @Allow('programme.write', 'report action')
  async endAction(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const { snapshotId } = await this.reports.action(id);
    const work = async ({ version, outcome }: EndForm): Promise<Redirect> => {
      await this.reports.endAction(access.actor, id, version, { outcome, doneOn: this.time.today() });
      return new Redirect(paths.report(snapshotId));
    };
    return submit(EndForm, body, work, (again) => this.frozen(access, snapshotId, again));
  }
}

const paperTitle = ({ year }: Report): string => `Board paper: the programme ${programmeYearName(year)}`;

/** What every form of a report shows. */
function modelOf(report: Report, frozen: ReportSnapshot | null) {
  return {
    title: `The programme ${programmeYearName(report.year)}`,
    report,
    frozen,
    base: frozen ? paths.report(frozen.id) : paths.programmeOf(report.year),
    lines: report.measures.map((line) => ({ ...line, words: sayMeasure(line) })),
    charted: report.measures
      .filter(({ counting, total }) => counting !== 'running' && total !== null)
      .slice(0, CHARTS),
    own: [] as unknown[],
  };
}
