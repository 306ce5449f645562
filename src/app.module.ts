import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR, DiscoveryModule } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ChallengesApi } from './challenges/challenges.api.js';
import { ChallengesService } from './challenges/challenges.service.js';
import { CouncilsApi } from './councils/councils.api.js';
import { CouncilsService } from './councils/councils.service.js';
import { dataSourceOptions } from './data-source.js';
import { HealthApi } from './health.api.js';
import { InvitationsApi } from './invitations/invitations.api.js';
import { InvitationsService } from './invitations/invitations.service.js';
import { LeavingService } from './invitations/leaving.service.js';
import { PeersApi } from './peers/peers.api.js';
import { PeersService } from './peers/peers.service.js';
import { AccessGuard } from './people/access.guard.js';
import { AuditApi } from './people/audit.api.js';
import { PolicyApi } from './policy/policy.api.js';
import { PolicyService } from './policy/policy.service.js';
import { PlansApi } from './programme/plans.api.js';
import { PlansService } from './programme/plans.service.js';
import { AgreementService } from './proposals/agreement.service.js';
import { PlannedTeamsService } from './proposals/planned-teams.service.js';
import { ProposalsApi } from './proposals/proposals.api.js';
import { ProposalsService } from './proposals/proposals.service.js';
import { Settings } from './settings.js';
import { VisitsApi } from './visits/visits.api.js';
import { IdempotencyInterceptor } from './web/idempotency.interceptor.js';

const SERVICES: Provider[] = [
  PolicyService,
  CouncilsService,
  PeersService,
  ChallengesService,
  ProposalsService,
  AgreementService,
  PlannedTeamsService,
  InvitationsService,
  LeavingService,
  PlansService,
];
const APIS = [HealthApi, PolicyApi, CouncilsApi, PeersApi, ChallengesApi, ProposalsApi, InvitationsApi, PlansApi, VisitsApi, AuditApi];

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
      controllers: web ? APIS : [],
      providers: [{ provide: Settings, useValue: settings }, ...SERVICES, ...(web ? guards : [])],
    };
  }
}
