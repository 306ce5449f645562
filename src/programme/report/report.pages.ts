import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { programmeYear, programmeYearName } from '../../calendar/programme-year.js';
import { Allow, Granted, type Access } from '../../people/access.js';
import { scopeOf } from '../../people/permissions.js';
import { Choice, Day, QueryInt, Text } from '../../web/fields.js';
import { FRESH, Says, submit, type Again } from '../../web/forms.js';
import { Download, Page, Redirect } from '../../web/pages.js';
import { paths } from '../../web/paths.js';
import { annexTable } from '../budget/annex-table.js';
import { MeasuresService } from '../measures/measures.service.js';
import { quarterRange } from '../measures/forecast.js';
import { readYear } from '../programme-years.js';
import { askedReport } from './asked-report.js';
import { reportCsv, reportXlsx } from './report-files.js';
import type { ReportSnapshot } from './report-snapshot.entity.js';
import { chartOf } from './report-charts.js';
import { ReportActions } from './report-actions.service.js';
import { notesOf } from './report-notes.js';
import { tableOf } from './report-table.js';
import { changesBetween, sayMeasure } from './report-words.js';
import type { Report } from './report.js';
import { coloursOf, rowsOf, sayColours } from './rows.js';
import { ReportService } from './report.service.js';
import { Clock } from '../../database/clock.js';

type Answer = Promise<Page | Redirect | Download>;

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const CHARTS = 6;

class StartForm {
  @Choice(['yes']) start: 'yes';
  @QueryInt({ optional: true, min: 2000, max: 2199 }) from?: number;
}

class AsAtForm {
  @Says('Enter the day like 30 September 2026') @Day({ optional: true }) asAt?: string;
}

class FreezeForm {
  @Says('Enter for which meeting') @Text({ max: 200 }) title: string;
  @Says('Enter the day like 21 January 2027') @Day() meetingOn: string;
  @Says('Enter the day like 30 September 2026') @Day({ optional: true }) asAt?: string;
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
    private readonly actions: ReportActions,
    private readonly measures: MeasuresService,
    private readonly time: Clock,
  ) {}

  @Get('programme')
  @Allow('programme.read')
  now(@Granted() access: Access): Answer {
    return this.year(access, String(programmeYear(this.time.today())), {});
  }

  @Get('programme/:year')
  @Allow('programme.read')
  year(
    @Granted() access: Access,
    @Param('year') text: string,
    @Query() { asAt }: Record<string, unknown>,
  ): Answer {
    const year = readYear(text);
    return submit(
      AsAtForm,
      { asAt },
      (asked) => this.shown(access, year, asked.asAt),
      (again) => this.shown(access, year, '', again),
    );
  }

  private async shown(
    { actor }: Access,
    year: number,
    asAt: string | undefined,
    again: Again = FRESH,
  ): Promise<Page> {
    const { report } = await this.reports.live(year, this.reports.asAt(year, asAt));
    const snapshots = await this.reports.snapshots(year);
    // A report as at a day is of that day: what a meeting was told of another is no change.
    const since = report.isAsAt ? undefined : snapshots[0];
    const mayWrite = scopeOf(actor.role, 'programme.write') !== undefined;
    const model = {
      ...modelOf(report, null),
      since,
      changes: since ? changesBetween(since.content, report) : [],
      actions: await this.actions.before(year),
      mayWrite,
      seesPlans: scopeOf(actor.role, 'plans.read') !== undefined,
      quarterEnds: quarterEnds(year, this.time.today()),
      ended: mayWrite ? (await this.measures.ofYear(year)).filter(({ endedOn }) => endedOn !== null) : [],
      starts: mayWrite && report.measures.length === 0 ? await this.measures.years() : [],
    };
    return new Page('programme/report/views/report.njk', { ...model, ...again });
  }

  @Post('programme/:year/start')
  @Allow('programme.write')
  start(@Granted() access: Access, @Param('year') text: string, @Body() body: unknown): Answer {
    const work = async ({ from }: StartForm): Promise<Redirect> => {
      await this.measures.start(access.actor, readYear(text), from);
      return new Redirect(paths.programmeOf(readYear(text)));
    };
    return submit(StartForm, body, work, (again) => this.shown(access, readYear(text), '', again));
  }

  @Get('programme/:year/paper')
  @Allow('programme.read')
  async paper(@Param('year') text: string, @Query() query: Record<string, unknown>): Promise<Page> {
    const { report } = await askedReport(this.reports, text, query);
    return new Page('programme/report/views/paper.njk', {
      ...modelOf(report, null),
      title: paperTitle(report),
      actions: await this.actions.before(report.year),
    });
  }

  @Get('programme/:year/report.csv')
  @Allow('programme.read')
  async csv(@Param('year') text: string, @Query() query: Record<string, unknown>): Promise<Download> {
    const { report } = await askedReport(this.reports, text, query);
    return new Download(reportCsv(report), 'text/csv; charset=utf-8', `${fileOf(report)}.csv`);
  }

  @Get('programme/:year/report.xlsx')
  @Allow('programme.read')
  async xlsx(@Param('year') text: string, @Query() query: Record<string, unknown>): Promise<Download> {
    const { report } = await askedReport(this.reports, text, query);
    return new Download(await reportXlsx(report), XLSX, `${fileOf(report)}.xlsx`);
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
      own: await this.actions.of(id),
      actions: await this.actions.before(snapshot.year, snapshot),
      mayWrite: scopeOf(actor.role, 'programme.write') !== undefined,
    };
    return new Page('programme/report/views/report.njk', { ...model, ...again });
  }

  @Get('reports/:id/paper')
  @Allow('programme.read', 'report')
  async frozenPaper(@Param('id') id: string): Promise<Page> {
    const snapshot = await this.reports.snapshot(id);
    const actions = await this.actions.before(snapshot.year, snapshot);
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
      await this.actions.add(access.actor, id, { ...form, due: due ?? null });
      return new Redirect(paths.report(id));
    };
    return submit(ActionForm, body, work, (again) => this.frozen(access, id, again));
  }

  @Post('report-actions/:id')
  @Allow('programme.write', 'report action')
  async endAction(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const { snapshotId } = await this.actions.get(id);
    const work = async ({ version, outcome }: EndForm): Promise<Redirect> => {
      await this.actions.end(access.actor, id, version, { outcome, doneOn: this.time.today() });
      return new Redirect(paths.report(snapshotId));
    };
    return submit(EndForm, body, work, (again) => this.frozen(access, snapshotId, again));
  }
}

/** How a file of a live report is called: with its day, where one was asked for. */
const fileOf = ({ year, isAsAt, asOf }: Report): string =>
  `report-${String(year)}${isAsAt ? `-as-at-${asOf}` : ''}`;

const paperTitle = ({ year }: Report): string => `Board paper: the programme ${programmeYearName(year)}`;

/** The ends of the quarters of a year that are over, to be chosen from. */
const quarterEnds = (year: number, today: string): string[] =>
  ([1, 2, 3, 4] as const).map((quarter) => quarterRange(year, quarter)[1]).filter((day) => day <= today);

/** What every form of a report shows. */
function modelOf(report: Report, frozen: ReportSnapshot | null) {
  const asAt = report.isAsAt ? report.asOf : '';
  const lines = report.measures.map((line) => ({ ...line, words: sayMeasure(line) }));
  const wanting = new Set(
    rowsOf(report.measures)
      .filter(({ first }) => first.colour === 'red' || first.colour === 'amber')
      .map(({ first }) => first.key),
  );
  const annex = report.budget ? annexTable(report.budget, frozen === null) : null;
  const standing = lines.filter(({ key }) => wanting.has(key));
  return {
    title: `The programme ${programmeYearName(report.year)}`,
    report,
    frozen,
    said: frozen ? `${frozen.title}, as it stood on` : report.isAsAt ? 'As at' : 'As things stand on',
    base: frozen ? paths.report(frozen.id) : paths.programmeOf(report.year),
    asked: asAt === '' ? '' : `?asAt=${asAt}`,
    colours: sayColours(coloursOf(report.measures)),
    lines,
    exceptions: ['red', 'amber'].flatMap((colour) =>
      [...standing, ...(annex?.wanting ?? [])].filter((one) => one.colour === colour),
    ),
    themes: tableOf(report, { on: frozen === null, asAt }),
    notes: notesOf(report),
    hasBefore: report.measures.some(({ before = null }) => before !== null && before.total !== null),
    isNow: frozen === null && !report.isAsAt,
    annex,
    rules: [...new Set(report.measures.map(({ rule }) => rule))],
    drawn: report.measures.flatMap((line) => chartOf(line) ?? []).slice(0, CHARTS),
    own: [] as unknown[],
  };
}
