import { Global, Module, type DynamicModule } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { ChainsModule } from './chains/chains.module.js';
import { ChallengesModule } from './challenges/challenges.module.js';
import { CouncilsModule } from './councils/councils.module.js';
import { Clock } from './database/clock.js';
import { DatabaseModule } from './database/database.module.js';
import { dataSourceOptions, entitiesOf } from './database/options.js';
import { DoublesModule } from './doubles/doubles.module.js';
import type { Feature } from './feature.js';
import { ErasureModule } from './erasure/erasure.module.js';
import { ImportsModule } from './imports/imports.module.js';
import { Lists } from './imports/lists.js';
import { InvitationsModule } from './invitations/invitations.module.js';
import { JobsModule } from './jobs/jobs.module.js';
import { KindsModule } from './kinds/kinds.module.js';
import { MessagesModule } from './messages/messages.module.js';
import { OperationsModule } from './operations/operations.module.js';
import { HistoryModule } from './history/history.module.js';
import { OutcomesModule } from './outcomes/outcomes.module.js';
import { ConfirmationWords } from './overview/confirmation-words.js';
import { OverviewModule } from './overview/overview.module.js';
import { PeersModule } from './peers/peers.module.js';
import { PeopleModule } from './people/people.module.js';
import { ProgrammeModule } from './programme/programme.module.js';
import { PoolAnswersModule } from './proposals/pool-answers.module.js';
import { ProposalsModule } from './proposals/proposals.module.js';
import { RecruitingModule } from './recruiting/recruiting.module.js';
import { ReferenceModule } from './reference/reference.module.js';
import { ReorganisationModule } from './reorganisation/reorganisation.module.js';
import type { Settings } from './settings.js';
import { VisitsModule } from './visits/visits.module.js';
import { WebModule } from './web/web.module.js';

/** What the service is made of, each standing on those before it. */
export const FEATURES: Feature[] = [
  ...[WebModule, JobsModule, MessagesModule, PeopleModule, ReferenceModule, KindsModule],
  ...[CouncilsModule, PeersModule, RecruitingModule, ChallengesModule, ReorganisationModule],
  ...[PoolAnswersModule, ProposalsModule],
  ...[
    InvitationsModule,
    VisitsModule,
    OutcomesModule,
    HistoryModule,
    ProgrammeModule,
    ChainsModule,
    ErasureModule,
    DoublesModule,
    OverviewModule,
    ImportsModule,
    OperationsModule,
  ],
];

/** The whole service on one database. */
@Global()
@Module({})
export class AppModule {
  static with(settings: Settings, process: 'web' | 'worker', clock = new Clock()): DynamicModule {
    const database = dataSourceOptions(
      settings.DATABASE_URL,
      entitiesOf(FEATURES),
      process,
      settings.DATABASE_CONNECTIONS,
    );
    const words = { provide: ConfirmationWords, useValue: new ConfirmationWords(FEATURES) };
    const lists = {
      provide: Lists,
      useFactory: (ref: ModuleRef) => new Lists(FEATURES, (provider) => ref.get(provider, { strict: false })),
      inject: [ModuleRef],
    };
    return {
      module: AppModule,
      imports: [DatabaseModule.with(settings, database, clock), ...FEATURES],
      providers: [words, lists],
      exports: [words, Lists],
    };
  }
}
