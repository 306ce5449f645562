import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR, DiscoveryModule } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ChallengesApi } from './challenges/challenges.api.js';
import { ChallengeListPages } from './challenges/list.pages.js';
import { ScopePages } from './challenges/scope.pages.js';
import { ChallengesCsvService } from './challenges/challenges-csv.service.js';
import { OffersCsvService } from './challenges/offers-csv.service.js';
import { ChallengesService } from './challenges/challenges.service.js';
import { CouncilsApi } from './councils/councils.api.js';
import { CouncilsService } from './councils/councils.service.js';
import { dataSourceOptions } from './data-source.js';
import { HealthApi } from './health.api.js';
import { InvitationsApi } from './invitations/invitations.api.js';
import { InvitationsService } from './invitations/invitations.service.js';
import { AnswersService } from './invitations/answers.service.js';
import { InvitationPages } from './invitations/invitations.pages.js';
import { LeavingPages } from './invitations/leaving.pages.js';
import { LinkPages } from './invitations/link.pages.js';
import { ConfirmationService } from './invitations/confirmation.service.js';
import { InvitationNotices } from './invitations/notices.service.js';
import { MessagesService } from './messages/messages.service.js';
import { ChallengePages } from './overview/challenge.pages.js';
import { CouncilPages } from './overview/councils.pages.js';
import { DeadlinePages } from './overview/deadlines.pages.js';
import { HomePages } from './overview/home.pages.js';
import { ImportPages } from './overview/imports.pages.js';
import { QueuePages } from './overview/queue.pages.js';
import { OutboxPages } from './overview/outbox.pages.js';
import { OwnPages } from './overview/own.pages.js';
import { VisitPages } from './overview/visit.pages.js';
import { DiaryPages } from './peers/diary.pages.js';
import { DiaryService } from './peers/diary.service.js';
import { PeerPages } from './peers/peers.pages.js';
import { AccountPages } from './people/accounts.pages.js';
import { AccountsService } from './people/accounts.service.js';
import { SignInPages } from './people/sign-in.pages.js';
import { RemindersService } from './invitations/reminders.service.js';
import { LeavingService } from './invitations/leaving.service.js';
import { PicturePages } from './councils/picture.pages.js';
import { PicturesApi } from './councils/pictures.api.js';
import { PicturesCsvService } from './councils/pictures-csv.service.js';
import { PicturesService } from './councils/pictures.service.js';
import { SignalPages } from './councils/signals.pages.js';
import { SignalsService } from './councils/signals.service.js';
import { PeersApi } from './peers/peers.api.js';
import { PeersService } from './peers/peers.service.js';
import { AccessGuard } from './people/access.guard.js';
import { AuditApi } from './people/audit.api.js';
import { PolicyApi } from './policy/policy.api.js';
import { PolicyService } from './policy/policy.service.js';
import { PlanPages } from './programme/plan.pages.js';
import { EventPages } from './recruiting/events.pages.js';
import { EventsCsvService } from './recruiting/events-csv.service.js';
import { RecruitingCsvService } from './recruiting/recruiting-csv.service.js';
import { EventsService } from './recruiting/events.service.js';
import { ApplyPages } from './recruiting/apply.pages.js';
import { RecruitingPages } from './recruiting/recruiting.pages.js';
import { RecruitingService } from './recruiting/recruiting.service.js';
import { RulesPages } from './policy/rules.pages.js';
import { DemographicsPages } from './peers/demographics.pages.js';
import { GapsApi } from './programme/gaps.api.js';
import { GapsService } from './programme/gaps.service.js';
import { PoolPages } from './programme/pool.pages.js';
import { ProtectedTotalsService } from './programme/protected-totals.service.js';
import { CyclePages } from './programme/cycle.pages.js';
import { CountedPages } from './programme/counted.pages.js';
import { MeasurePages } from './programme/measures.pages.js';
import { MeasuresService } from './programme/measures.service.js';
import { ReportPages } from './programme/report.pages.js';
import { ReportApi } from './programme/report.api.js';
import { ReportService } from './programme/report.service.js';
import { PlansApi } from './programme/plans.api.js';
import { PlansService } from './programme/plans.service.js';
import { AgreementService } from './proposals/agreement.service.js';
import { PlannedTeamsService } from './proposals/planned-teams.service.js';
import { ApprovalPages } from './proposals/approval.pages.js';
import { BookingPages } from './proposals/booking.pages.js';
import { BookingService } from './proposals/booking.service.js';
import { PolicyPreview } from './proposals/policy-preview.js';
import { PolicyPages } from './proposals/policy.pages.js';
import { ProposalPages } from './proposals/proposal.pages.js';
import { SoundingsService } from './proposals/soundings.service.js';
import { TeamsPages } from './proposals/teams.pages.js';
import { ProposalsApi } from './proposals/proposals.api.js';
import { ProposalsService } from './proposals/proposals.service.js';
import { ManagerPages } from './challenges/manager.pages.js';
import { LinkDoor } from './messages/link-door.js';
import { ClosingPages } from './outcomes/closing.pages.js';
import { ClosingService } from './outcomes/closing.service.js';
import { DocumentPages } from './outcomes/documents.pages.js';
import { DocumentsService } from './outcomes/documents.service.js';
import { FeedbackPages } from './outcomes/feedback.pages.js';
import { FeedbackService } from './outcomes/feedback.service.js';
import { GoodPracticePages } from './outcomes/good-practice.pages.js';
import { GoodPracticeService } from './outcomes/good-practice.service.js';
import { OutcomesApi } from './outcomes/outcomes.api.js';
import { RecommendationPages } from './outcomes/recommendations.pages.js';
import { RecommendationsApi } from './outcomes/recommendations.api.js';
import { RecommendationsService } from './outcomes/recommendations.service.js';
import { PeerChanges } from './peers/peer-changes.service.js';
import { Settings } from './settings.js';
import { CircumstancePages } from './visits/circumstances.pages.js';
import { CircumstancesService } from './visits/circumstances.service.js';
import { ClockPages } from './visits/clock.pages.js';
import { ClockService } from './visits/clock.service.js';
import { FollowUpPages } from './visits/follow-ups.pages.js';
import { FollowUpsApi } from './visits/follow-ups.api.js';
import { FollowUpsService } from './visits/follow-ups.service.js';
import { StepReminders } from './visits/step-reminders.service.js';
import { TimetablePages } from './visits/timetable.pages.js';
import { TimetableService } from './visits/timetable.service.js';
import { VisitsApi } from './visits/visits.api.js';
import { IdempotencyInterceptor } from './web/idempotency.interceptor.js';

const SERVICES: Provider[] = [
  MessagesService,
  AccountsService,
  ConfirmationService,
  InvitationNotices,
  RemindersService,
  PolicyService,
  CouncilsService,
  PeersService,
  ChallengesService,
  ChallengesCsvService,
  OffersCsvService,
  ProposalsService,
  AgreementService,
  PlannedTeamsService,
  BookingService,
  SoundingsService,
  AnswersService,
  DiaryService,
  PolicyPreview,
  InvitationsService,
  LeavingService,
  PlansService,
  LinkDoor,
  PeerChanges,
  ClockService,
  StepReminders,
  TimetableService,
  FollowUpsService,
  CircumstancesService,
  DocumentsService,
  RecommendationsService,
  FeedbackService,
  GoodPracticeService,
  ClosingService,
  MeasuresService,
  ReportService,
  PicturesService,
  PicturesCsvService,
  SignalsService,
  GapsService,
  ProtectedTotalsService,
  RecruitingService,
  EventsService,
  EventsCsvService,
  RecruitingCsvService,
];
const APIS = [
  HealthApi,
  PolicyApi,
  CouncilsApi,
  PeersApi,
  ChallengesApi,
  ProposalsApi,
  InvitationsApi,
  PlansApi,
  ReportApi,
  PicturesApi,
  GapsApi,
  VisitsApi,
  FollowUpsApi,
  RecommendationsApi,
  OutcomesApi,
  AuditApi,
];

/** Booking comes before the pages of one challenge, whose address has an id where its has a word. */
const PAGES = [
  HomePages,
  SignInPages,
  OutboxPages,
  BookingPages,
  TeamsPages,
  ProposalPages,
  ApprovalPages,
  ScopePages,
  InvitationPages,
  LeavingPages,
  LinkPages,
  ManagerPages,
  ClockPages,
  TimetablePages,
  FollowUpPages,
  CircumstancePages,
  DocumentPages,
  RecommendationPages,
  FeedbackPages,
  GoodPracticePages,
  ClosingPages,
  PicturePages,
  SignalPages,
  CyclePages,
  PlanPages,
  PoolPages,
  RulesPages,
  ApplyPages,
  RecruitingPages,
  EventPages,
  DemographicsPages,
  MeasurePages,
  CountedPages,
  ReportPages,
  ChallengeListPages,
  DeadlinePages,
  CouncilPages,
  AccountPages,
  OwnPages,
  VisitPages,
  DiaryPages,
  PeerPages,
  PolicyPages,
  ImportPages,
  QueuePages,
  ChallengePages,
];

/** Everything by name: the services on one database, and the web in front of them where `web` is wanted. */
@Module({})
export class AppModule {
  static with(settings: Settings, { web }: { web: boolean }): DynamicModule {
    const guards: Provider[] = [
      { provide: APP_GUARD, useClass: AccessGuard },
      { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
    ];
    return {
      module: AppModule,
      imports: [TypeOrmModule.forRoot({ ...dataSourceOptions(settings.DATABASE_URL), retryAttempts: 0 }), DiscoveryModule],
      controllers: web ? [...APIS, ...PAGES] : [],
      providers: [{ provide: Settings, useValue: settings }, ...SERVICES, ...(web ? guards : [])],
    };
  }
}
