import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { type CivilDate } from '../../calendar/dates.js';
import { programmeYear } from '../../calendar/programme-year.js';
import type { Actor } from '../../people/access.js';
import { record } from '../../people/audit.js';
import { ClockService } from '../../visits/clock.service.js';
import { conflict, notFound } from '../../web/problems.js';
import { requireVersion } from '../../web/versions.js';
import {
  countedChallenges,
  countedEvents,
  deliveredByYear,
  type CountedChallenge,
} from '../measures/counted-visits.js';
import { coverageBy, cycleCouncils } from '../cycle/coverage.js';
import { seasonOf } from '../measures/forecast.js';
import type { Measure } from '../measures/measure.entity.js';
import { byHand, lineOf } from '../measures/measure-line.js';
import { totalOf, type QuarterFigure } from '../measures/colour.js';
import { MeasuresService } from '../measures/measures.service.js';
import { ReportAction } from './report-action.entity.js';
import { ReportSnapshot } from './report-snapshot.entity.js';
import type { MeasureLine, Report, TrendRow } from './report.js';
import { runningFigures, type Running } from '../measures/workflow-figures.js';
import { ReferenceService } from '../../reference/reference.service.js';
import { Database } from '../../database/database.js';

const TREND_YEARS = 6;

/** What a report is made from: all of it can be looked at row by row. */
export interface ReportFacts {
  counted: CountedChallenge[];
  running: Running[];
}

/** The programme's report: live, frozen for a meeting, and what the meeting asked for. */
@Injectable()
export class ReportService {
  constructor(
    private readonly db: Database,
    private readonly measures: MeasuresService,
    private readonly reference: ReferenceService,
    private readonly clock: ClockService,
  ) {}

  /** The report of a year as things stand, and the rows that it counts. */
  async live(
    year: number,
    tx: EntityManager = this.db.manager,
  ): Promise<{ report: Report; facts: ReportFacts }> {
    const asOf = this.db.today();
    const counted = await countedChallenges(tx, year);
    const running = await runningFigures(tx, this.clock, { year, counted });
    const measures = await this.lines(year, asOf, counted, tx);
    const councils = await cycleCouncils(tx, asOf, null);
    const trend = await this.trend(year, measures, tx);
    const whole = trend
      .filter((row) => row.year < programmeYear(asOf) && row.year < year)
      .map(({ quarters }) => quarters ?? []);
    const report: Report = {
      year,
      asOf,
      measures,
      trend,
      season: seasonOf(whole, (await this.reference.get('reporting', tx)).seasonalProfile),
      byRegion: coverageBy(councils, 'region'),
      byType: coverageBy(councils, 'type'),
      running: running.map(({ rows, ...figure }) => ({ ...figure, of: rows.length })),
      counted: Object.fromEntries(counted.map(({ id, stage }) => [id, stage])),
    };
    return { report, facts: { counted, running } };
  }

  /** The lines of a year, without what takes longer to find. */
  async lines(
    year: number,
    asOf: CivilDate,
    challenges: CountedChallenge[],
    tx: EntityManager = this.db.manager,
  ): Promise<MeasureLine[]> {
    const counted = [...challenges, ...(await countedEvents(tx, year, asOf))];
    const policy = await this.reference.get('reporting', tx);
    const measures = await this.measures.ofYear(year, tx);
    const figures = await this.measures.figures(
      measures.map(({ id }) => id),
      tx,
    );
    return measures.map((measure) => lineOf(measure, { counted, figures, policy, asOf }));
  }

  snapshots(year: number): Promise<ReportSnapshot[]> {
    return this.db.manager.find(ReportSnapshot, {
      where: { year },
      order: { createdAt: 'DESC', id: 'ASC' },
      take: 50,
    });
  }

  async snapshot(id: string, tx: EntityManager = this.db.manager): Promise<ReportSnapshot> {
    const found = await tx.findOneBy(ReportSnapshot, { id });
    if (!found) throw notFound('report');
    return found;
  }

  /** Keeps the report of a year as it stands, for a meeting. */
  async freeze(
    actor: Actor,
    year: number,
    facts: { title: string; meetingOn: CivilDate },
  ): Promise<ReportSnapshot> {
    return this.db.transact(async (tx) => {
      const { report } = await this.live(year, tx);
      const saved = await tx.save(
        tx.create(ReportSnapshot, { ...facts, year, content: report, actor: actor.id }),
      );
      await record(tx, actor, 'report.frozen', `report:${saved.id}`, { year, meetingOn: facts.meetingOn });
      return saved;
    });
  }

  /** What the meetings before asked for: of the newest report before this one, or of the newest there is. */
  async actions(
    year: number,
    before?: ReportSnapshot,
  ): Promise<{ from: ReportSnapshot | null; actions: ReportAction[] }> {
    const [from = null] = await this.db.manager
      .createQueryBuilder(ReportSnapshot, 's')
      .select(['s.id', 's.title', 's.meetingOn', 's.year', 's.createdAt'])
      .where('s.year <= :year', { year })
      .andWhere(before ? 's.created_at < :at' : 'true', { at: before?.createdAt })
      .orderBy('s.created_at', 'DESC')
      .limit(1)
      .getMany();
    if (!from) return { from, actions: [] };
    return { from, actions: await this.actionsOf(from.id) };
  }

  actionsOf(snapshotId: string): Promise<ReportAction[]> {
    return this.db.manager.find(ReportAction, {
      where: { snapshotId },
      order: { createdAt: 'ASC', id: 'ASC' },
    });
  }

  async action(id: string): Promise<ReportAction> {
    const found = await this.db.manager.findOneBy(ReportAction, { id });
    if (!found) throw notFound('action');
    return found;
  }

  async addAction(
    actor: Actor,
    snapshotId: string,
    facts: { text: string; owner: string; due: CivilDate | null },
  ): Promise<void> {
    await this.db.transact(async (tx) => {
      await this.snapshot(snapshotId, tx);
      const saved = await tx.save(tx.create(ReportAction, { ...facts, snapshotId }));
      await record(tx, actor, 'report.action', `report:${snapshotId}`, { action: saved.id });
    });
  }

  /** Says what came of an action. */
  async endAction(
    actor: Actor,
    id: string,
    version: number,
    done: { outcome: string; doneOn: CivilDate },
  ): Promise<void> {
    await this.db.transact(async (tx) => {
      const action = await tx.findOne(ReportAction, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!action) throw notFound('action');
      requireVersion(action.version, version);
      if (action.outcome !== null)
        throw conflict('wrong-state', 'Somebody has said already what came of it.');
      await tx.save(Object.assign(action, done));
      await record(tx, actor, 'report.action-done', `report:${action.snapshotId}`, { action: id });
    });
  }

  /** The years behind, by the first measure that counts challenges: entered by hand where a year was, else counted. */
  private async trend(year: number, lines: MeasureLine[], tx: EntityManager): Promise<TrendRow[]> {
    const first = lines.find(({ source, counting }) => source === 'challenges' && counting === 'sum');
    if (!first) return [];
    const counted = await deliveredByYear(tx, first.key, year);
    const rows: TrendRow[] = [];
    for (let past = year - TREND_YEARS + 1; past < year; past++) {
      const measure = (await this.measures.ofYear(past, tx)).find(({ key }) => key === first.key);
      const entered = measure?.source === 'by_hand' ? await this.quarters(measure, tx) : null;
      const quarters = counted.get(past);
      if (!quarters && !measure) continue;
      const row = entered && measure ? { counting: measure.counting, quarters: entered } : byCount(quarters);
      rows.push(trendRow(past, totalOf(row), row, measure));
    }
    return [...rows, trendRow(year, first.total, first, first)];
  }

  private async quarters(measure: Measure, tx: EntityManager): Promise<QuarterFigure[]> {
    return byHand(await this.measures.figures([measure.id], tx));
  }
}

const byCount = (counts = [0, 0, 0, 0]): Pick<Measure, 'counting'> & { quarters: QuarterFigure[] } => ({
  counting: 'sum',
  quarters: counts.map((value) => ({ value, notApplicable: false, names: [] })),
});

/** Quarters of a running count are none of a year: they are left out. */
function trendRow(
  year: number,
  delivered: number | null,
  { counting, quarters }: Pick<Measure, 'counting'> & { quarters: { value: number | null }[] },
  measure?: Pick<Measure, 'id' | 'source' | 'target'>,
): TrendRow {
  return {
    year,
    quarters: counting === 'sum' ? quarters.map(({ value }) => value) : [],
    delivered: delivered ?? 0,
    target: measure?.target ?? null,
    measure: measure ? { id: measure.id, source: measure.source } : null,
  };
}
