import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { type CivilDate } from '../../calendar/dates.js';
import { Database } from '../../database/database.js';
import type { Actor } from '../../people/access.js';
import { record } from '../../people/audit.js';
import { ClockService } from '../../visits/clock.service.js';
import { notFound } from '../../web/problems.js';
import { BudgetService } from '../budget/budget.service.js';
import { coverageBy, cycleCouncils } from '../cycle/coverage.js';
import { asAtOf, type AsAt } from '../measures/as-at.js';
import { countedChallenges, type CountedChallenge } from '../measures/counted-visits.js';
import { MeasureLines } from '../measures/measure-lines.service.js';
import { runningFigures, type Running } from '../measures/workflow-figures.js';
import { ReportSnapshot } from './report-snapshot.entity.js';
import type { Report } from './report.js';

/** What a report is made from: all of it can be looked at row by row. */
export interface ReportFacts {
  counted: CountedChallenge[];
  running: Running[];
}

/** The programme's report: as at a day, and kept for a meeting. */
@Injectable()
export class ReportService {
  constructor(
    private readonly db: Database,
    private readonly lines: MeasureLines,
    private readonly budget: BudgetService,
    private readonly clock: ClockService,
  ) {}

  /** As at which day a report is that somebody asks for; today, or the end of its year, where they name none. Throws a 400 for another year's day. */
  asAt(year: number, asked = ''): AsAt {
    return asAtOf(year, asked, this.db.today());
  }

  /** The report of a year as at a day, and the rows that it counts. */
  async live(
    year: number,
    asAt: AsAt = this.asAt(year),
    tx: EntityManager = this.db.manager,
  ): Promise<{ report: Report; facts: ReportFacts }> {
    const counted = await countedChallenges(tx, year, asAt);
    const running = await runningFigures(tx, this.clock, { year, counted, today: asAt.day });
    const measures = await this.lines.ofYear(year, asAt, tx, counted);
    const councils = await cycleCouncils(tx, asAt.day, null);
    const trend = await this.lines.trend(year, measures, tx);
    const report: Report = {
      year,
      asOf: asAt.day,
      isAsAt: asAt.known !== null,
      measures,
      trend,
      season: await this.lines.season(trend, asAt, tx),
      byRegion: coverageBy(councils, 'region'),
      byType: coverageBy(councils, 'type'),
      running: running.map(({ rows, ...figure }) => ({ ...figure, of: rows.length })),
      counted: Object.fromEntries(counted.map(({ id, stage }) => [id, stage])),
      budget: await this.budget.annex(year, asAt, tx),
    };
    return { report, facts: { counted, running } };
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

  /** Keeps the report of a year as at a day, for a meeting. */
  async freeze(
    actor: Actor,
    year: number,
    { asAt, ...facts }: { title: string; meetingOn: CivilDate; asAt?: CivilDate },
  ): Promise<ReportSnapshot> {
    return this.db.transact(async (tx) => {
      const { report } = await this.live(year, this.asAt(year, asAt), tx);
      const saved = await tx.save(
        tx.create(ReportSnapshot, { ...facts, year, content: report, actor: actor.id }),
      );
      await record(tx, actor, 'report.frozen', `report:${saved.id}`, { year, meetingOn: facts.meetingOn });
      return saved;
    });
  }
}
