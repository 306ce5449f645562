import { Controller, Get, Param, Query } from '@nestjs/common';
import { sayPlainDay } from '../../calendar/phrases.js';
import { programmeYearName } from '../../calendar/programme-year.js';
import { Allow, Granted, type Access } from '../../people/access.js';
import { scopeOf, type Role } from '../../people/permissions.js';
import { ClockService } from '../../visits/clock.service.js';
import { writeCsv } from '../../web/csv.js';
import { pageOf, textOf } from '../../web/lists.js';
import { Download, Page } from '../../web/pages.js';
import { paths } from '../../web/paths.js';
import { badField, notFound } from '../../web/problems.js';
import { asAtOf } from './as-at.js';
import { countedBeside } from './counted-beside.js';
import { cellsOf, headsOf, saidOf } from './counted-words.js';
import { countedChallenges, type CountedChallenge } from './counted-visits.js';
import type { Measure } from './measure.entity.js';
import { countsTowards } from './counting.js';
import { MeasuresService } from './measures.service.js';
import { readYear } from '../programme-years.js';
import { STAGES, STAGE_NAMES, type Stage } from '../report/report.js';
import { runningFigures, type Running } from './workflow-figures.js';
import { KindsService } from '../../kinds/kinds.service.js';
import { Database } from '../../database/database.js';

const RUNNING_COLUMNS = ['council', 'what', 'counts'] as const;
const COLUMNS = [
  ...(['council', 'code', 'kind', 'detail', 'state', 'last_day', 'stage', 'quarter', 'peer_days'] as const),
] as const;

/** Where a row leads, for a reader who may go there. */
function linkOf(role: Role, { what, id }: CountedChallenge): string | null {
  if (what === 'challenge') return paths.challenge(id);
  return what === 'events' && scopeOf(role, 'recruiting.read') ? paths.event(id) : null;
}

/** What the figures of a report count, row by row. */
@Controller('programme/:year')
export class CountedPages {
  constructor(
    private readonly db: Database,
    private readonly measures: MeasuresService,
    private readonly kinds: KindsService,
    private readonly clock: ClockService,
  ) {}

  @Get('counted')
  @Allow('programme.read')
  async counted(
    @Granted() { actor }: Access,
    @Param('year') text: string,
    @Query() query: Record<string, unknown>,
  ): Promise<Page> {
    const { measure, stage, quarter, rows } = await this.rows(text, query);
    const words = await this.kinds.words();
    const paging = pageOf(query);
    const asAt = textOf(query.asAt);
    const filters = { measure: measure.id, stage, quarter: quarter === null ? '' : String(quarter), asAt };
    const day = asAt === '' ? '' : `, as at ${sayPlainDay(asAt)}`;
    return new Page('programme/measures/views/counted.njk', {
      title: `${measure.name}: ${STAGE_NAMES[stage]}${quarter === null ? '' : `, Q${String(quarter)}`}${day}`,
      said: saidOf(measure, rows),
      heads: headsOf(measure),
      rows: rows.slice(paging.skip, paging.skip + paging.take).map((row) => ({
        href: linkOf(actor.role, row),
        name: row.council,
        cells: cellsOf(measure, row, (kind) => words.kind(kind)),
      })),
      count: rows.length,
      filters,
      paging,
      csv: paths
        .counted(measure.year, measure.id, stage, quarter, asAt)
        .replace('/counted?', '/counted.csv?'),
      back: `${paths.programmeOf(measure.year)}${asAt === '' ? '' : `?asAt=${asAt}`}`,
    });
  }

  @Get('counted.csv')
  @Allow('programme.read')
  async csv(@Param('year') text: string, @Query() query: Record<string, unknown>): Promise<Download> {
    const { rows } = await this.rows(text, query);
    const cells = rows.map(({ day, peerDays, quarter, beside, ...row }) => ({
      council: row.council,
      code: row.code,
      kind: row.kind,
      detail: beside?.detail ?? '',
      state: beside ? '' : row.state,
      stage: row.stage,
      last_day: day,
      quarter: `Q${String(quarter)}`,
      peer_days: peerDays,
    }));
    return new Download(writeCsv(COLUMNS, cells), 'text/csv; charset=utf-8', 'counted.csv');
  }

  @Get('running/:figure')
  @Allow('programme.read')
  async running(
    @Param('year') text: string,
    @Param('figure') key: string,
    @Query() query: Record<string, unknown>,
  ): Promise<Page> {
    const { year, figure } = await this.figure(text, key);
    const paging = pageOf(query);
    return new Page('programme/measures/views/counted.njk', {
      title: `${figure.name}, ${programmeYearName(year)}`,
      said: `${[figure.value, ...(figure.apart ? [figure.apart] : [])].join('; ')}.`,
      heads: ['Council', 'What', 'Counts'],
      rows: figure.rows
        .slice(paging.skip, paging.skip + paging.take)
        .map(({ challengeId, council, detail, amount }) => ({
          href: paths.challenge(challengeId),
          name: council,
          cells: [detail, amount],
        })),
      count: figure.rows.length,
      filters: {},
      paging,
      csv: `${paths.programmeOf(year)}/running.csv?figure=${figure.key}`,
      back: paths.programmeOf(year),
    });
  }

  @Get('running.csv')
  @Allow('programme.read')
  async runningCsv(@Param('year') text: string, @Query() query: Record<string, unknown>): Promise<Download> {
    const { figure } = await this.figure(text, textOf(query.figure));
    const rows = figure.rows.map(({ council, detail, amount }) => ({
      council,
      what: detail,
      counts: amount,
    }));
    return new Download(writeCsv(RUNNING_COLUMNS, rows), 'text/csv; charset=utf-8', `${figure.key}.csv`);
  }

  private async figure(text: string, key: string): Promise<{ year: number; figure: Running }> {
    const year = readYear(text);
    const tx = this.db.manager;
    const [figure] = await runningFigures(tx, this.clock, {
      year,
      counted: await countedChallenges(tx, year, asAtOf(year, '', this.db.today())),
      only: key,
    });
    if (!figure) throw notFound('figure');
    return { year, figure };
  }

  /** The challenges that one figure of a measure counts. */
  private async rows(
    text: string,
    query: Record<string, unknown>,
  ): Promise<{ measure: Measure; stage: Stage; quarter: number | null; rows: CountedChallenge[] }> {
    const year = readYear(text);
    const measure = (await this.measures.ofYear(year)).find(({ id }) => id === textOf(query.measure));
    if (!measure) throw notFound('measure');
    const stage = STAGES.find((one) => one === query.stage);
    if (!stage) throw badField('stage', `found "${textOf(query.stage)}"; allowed: ${STAGES.join(', ')}`);
    const quarter = quarterOf(textOf(query.quarter));
    const inQuarter = (one: CountedChallenge): boolean =>
      quarter === null ||
      (measure.counting === 'running' && stage === 'delivered'
        ? one.quarter <= quarter
        : one.quarter === quarter);
    const tx = this.db.manager;
    const asAt = asAtOf(year, textOf(query.asAt), this.db.today());
    const all = [
      ...(await countedChallenges(tx, year, asAt)),
      ...(await countedBeside(tx, year, [measure.source], asAt)),
    ];
    return {
      measure,
      stage,
      quarter,
      rows: all.filter((one) => countsTowards(one, measure) && one.stage === stage && inQuarter(one)),
    };
  }
}

/** A quarter of the year; null for the whole of it, where none is asked for. Throws a 400 for any other. */
function quarterOf(said: string): number | null {
  if (said === '') return null;
  if (!/^[1-4]$/.test(said))
    throw badField('quarter', `found "${said.slice(0, 20)}"; allowed: 1 to 4, or none for the whole year`);
  return Number(said);
}
