import { Module } from '@nestjs/common';
import type { FileList, Get, Work } from '../feature.js';
import { programmeYearName } from '../calendar/programme-year.js';
import type { Refusals } from '../web/problem.filter.js';
import { paths } from '../web/paths.js';
import { readYear } from './programme-years.js';
import { ChallengesModule } from '../challenges/challenges.module.js';
import { CouncilsModule } from '../councils/councils.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { KindsModule } from '../kinds/kinds.module.js';
import { ProposalsModule } from '../proposals/proposals.module.js';
import { ReferenceModule } from '../reference/reference.module.js';
import { VisitsModule } from '../visits/visits.module.js';
import { BudgetCsv, BUDGET_CELLS, BUDGET_COLUMNS } from './budget/budget-csv.service.js';
import { BudgetFigure } from './budget/budget-figure.entity.js';
import { BudgetLine } from './budget/budget-line.entity.js';
import { BudgetPages } from './budget/budget.pages.js';
import { BudgetService } from './budget/budget.service.js';
import { CycleApi } from './cycle/cycle.api.js';
import { CyclePages } from './cycle/cycle.pages.js';
import { FeedbackFiguresPages } from './feedback/feedback-figures.pages.js';
import { JudgementsPages } from './judgements/judgements.pages.js';
import { CountedPages } from './measures/counted.pages.js';
import { MeasureFigure } from './measures/measure-figure.entity.js';
import { Measure } from './measures/measure.entity.js';
import { MeasureFilesPages } from './measures/measure-files.pages.js';
import { MeasurePages } from './measures/measures.pages.js';
import { FIGURE_COLUMNS, FiguresCsv } from './measures/figures-csv.service.js';
import { MEASURE_CELLS, MEASURE_COLUMNS } from './measures/measure-cells.js';
import { MeasureLines } from './measures/measure-lines.service.js';
import { MeasuresApi } from './measures/measures.api.js';
import { MeasuresCsv } from './measures/measures-csv.service.js';
import { MeasuresService } from './measures/measures.service.js';
import { PlanAcceptance } from './plan/plan-acceptance.service.js';
import { PlanMaking } from './plan/plan-making.service.js';
import { PlanPicture } from './plan/plan-picture.service.js';
import { PlanWeeks } from './plan/plan-weeks.service.js';
import { PlanRequest } from './plan/plan-request.entity.js';
import { PlanPages } from './plan/plan.pages.js';
import { PlansApi } from './plan/plans.api.js';
import { PlansService } from './plan/plans.service.js';
import { GapsApi } from './pool/gaps.api.js';
import { GapsService } from './pool/gaps.service.js';
import { PoolPeerPages } from './pool/pool-peers.pages.js';
import { PoolSeatPages } from './pool/pool-seats.pages.js';
import { PoolDay } from './pool/pool-day.entity.js';
import { PoolHistoryPages } from './pool/pool-history.pages.js';
import { PoolHistory } from './pool/pool-history.service.js';
import { PoolPages } from './pool/pool.pages.js';
import { ProtectedTotals } from './pool/protected-totals.entity.js';
import { ProtectedTotalsService } from './pool/protected-totals.service.js';
import { ReportActions } from './report/report-actions.service.js';
import { ReportAction } from './report/report-action.entity.js';
import { ReportSnapshot } from './report/report-snapshot.entity.js';
import { ReportApi } from './report/report.api.js';
import { OpenDataPages } from './report/open-data.pages.js';
import { ReportPages } from './report/report.pages.js';
import { ReportService } from './report/report.service.js';

import { AdviserDay } from './regions/adviser-day.entity.js';
import { HelperPages } from './regions/helpers.pages.js';
import { REGION_PEOPLE_COLUMNS, RegionPeopleCsv } from './regions/region-people-csv.service.js';
import { RegionPeopleService } from './regions/region-people.service.js';
import { RegionPerson } from './regions/region-person.entity.js';
import { RegionPages } from './regions/regions.pages.js';
import { RegionsApi } from './regions/regions.api.js';
import { TakeUpPages } from './take-up/take-up.pages.js';

/** Who helps each region. */
const peopleLists = (get: Get): Record<string, FileList> => ({
  'region-people': {
    text: 'Ambassadors and improvement advisers',
    columns: REGION_PEOPLE_COLUMNS,
    keys: [['region', 'role', 'email', 'first_day']],
    named: ['name', 'email'],
    saved: () => '/regions/people.csv',
    action: 'picture.write',
    export: (access) => get(RegionPeopleCsv).export(access),
    cells: (access) => Promise.resolve(get(RegionPeopleCsv).cells(access)),
    import: (access, csv) => get(RegionPeopleCsv).import(access, csv),
  },
});

/** Measures, reports, the plan of the year, the pool and the five-year cycle, watched over. */
@Module({
  imports: [
    JobsModule,
    ReferenceModule,
    KindsModule,
    CouncilsModule,
    ChallengesModule,
    ProposalsModule,
    VisitsModule,
  ],
  controllers: [
    ReportApi,
    MeasuresApi,
    PlansApi,
    GapsApi,
    CycleApi,
    MeasureFilesPages,
    MeasurePages,
    CountedPages,
    ReportPages,
    OpenDataPages,
    BudgetPages,
    FeedbackFiguresPages,
    JudgementsPages,
    TakeUpPages,
    RegionsApi,
    RegionPages,
    HelperPages,
    PlanPages,
    PoolPages,
    PoolHistoryPages,
    PoolSeatPages,
    PoolPeerPages,
    CyclePages,
  ],
  providers: [
    MeasuresService,
    FiguresCsv,
    MeasuresCsv,
    MeasureLines,
    BudgetService,
    BudgetCsv,
    ReportService,
    ReportActions,
    PlansService,
    PlanMaking,
    PlanPicture,
    PlanWeeks,
    PlanAcceptance,
    GapsService,
    ProtectedTotalsService,
    PoolHistory,
    RegionPeopleService,
    RegionPeopleCsv,
  ],
  exports: [PlanMaking],
})
export class ProgrammeModule {
  static entities = [
    Measure,
    MeasureFigure,
    BudgetLine,
    BudgetFigure,
    ReportSnapshot,
    ReportAction,
    PlanRequest,
    PoolDay,
    ProtectedTotals,
    RegionPerson,
    AdviserDay,
  ];

  static refusals: Refusals = {
    region_people_once: ['named-twice', 'They are named for this region already, at the same time.'],
  };

  static lists = (get: Get): Record<string, FileList> => ({
    measures: {
      text: 'Measures with their figures',
      columns: MEASURE_COLUMNS,
      keys: [['measure']],
      named: ['name'],
      saved: (year) => `${paths.programmeOf(Number(year))}/measures.csv`,
      action: 'programme.write',
      about: (year) => programmeYearName(readYear(year)),
      export: (_, year) => get(MeasuresCsv).export(readYear(year)),
      cells: () => Promise.resolve(MEASURE_CELLS),
      import: ({ actor }, csv, year) => get(MeasuresCsv).import(actor, readYear(year), csv),
    },
    budget: {
      text: 'Budget',
      columns: BUDGET_COLUMNS,
      keys: [['key']],
      named: ['line'],
      saved: (year) => `${paths.programmeOf(Number(year))}/budget.csv`,
      action: 'programme.write',
      about: (year) => programmeYearName(readYear(year)),
      export: (_, year) => get(BudgetCsv).export(readYear(year)),
      cells: () => Promise.resolve(BUDGET_CELLS),
      import: ({ actor }, csv, year) => get(BudgetCsv).import(actor, readYear(year), csv),
    },
    figures: {
      text: 'Figures of measures',
      columns: FIGURE_COLUMNS,
      keys: [['measure', 'quarter']],
      saved: (year) => `${paths.programmeOf(Number(year))}/figures.csv`,
      action: 'programme.write',
      about: (year) => programmeYearName(readYear(year)),
      export: (_, year) => get(FiguresCsv).export(readYear(year)),
      cells: (_, year) => get(FiguresCsv).cells(readYear(year)),
      import: ({ actor }, csv, year) => get(FiguresCsv).import(actor, readYear(year), csv),
    },
    ...peopleLists(get),
  });

  static work = (get: Get): Work => ({
    handlers: { 'plan-year': ({ planRequest }) => get(PlanMaking).answer(planRequest) },
    gaveUp: { 'plan-year': ({ planRequest }) => get(PlansService).fail(planRequest) },
    daily: {
      'protected totals': (now) => get(ProtectedTotalsService).releaseLast(now),
      'pool of the day': (now) => get(PoolHistory).keep(now),
      'helpers who left': () => get(RegionPeopleService).endRetired(),
    },
    sweeps: [(seconds) => get(PlansService).sweep(seconds)],
  });
}
