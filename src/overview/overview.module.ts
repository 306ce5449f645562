import { Module } from '@nestjs/common';
import { ChallengesModule } from '../challenges/challenges.module.js';
import { CouncilsModule } from '../councils/councils.module.js';
import { ErasureModule } from '../erasure/erasure.module.js';
import { HistoryModule } from '../history/history.module.js';
import { KindsModule } from '../kinds/kinds.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { OutcomesModule } from '../outcomes/outcomes.module.js';
import { PeersModule } from '../peers/peers.module.js';
import { PeopleModule } from '../people/people.module.js';
import { RecruitingModule } from '../recruiting/recruiting.module.js';
import { ReferenceModule } from '../reference/reference.module.js';
import { VisitsModule } from '../visits/visits.module.js';
import { ChallengePages } from './challenge.pages.js';
import { ChallengeHistory } from './challenge-history.service.js';
import { CouncilHistory } from './council-history.service.js';
import { CouncilPicture } from './council-picture.service.js';
import { CouncilPages } from './council.pages.js';
import { CouncilListPages } from './councils.pages.js';
import { DeadlinesService } from './deadlines.service.js';
import { RemindPages } from './remind.pages.js';
import { DeadlinePages } from './deadlines.pages.js';
import { DesksService } from './desks.service.js';
import { DonePages } from './done.pages.js';
import { FeedPages } from './feed.pages.js';
import { FindPages } from './find.pages.js';
import { FindService } from './find.service.js';
import { FeedsService } from './feeds.service.js';
import { GlanceService } from './glance.service.js';
import { HistoryPages } from './history.pages.js';
import { HomePages } from './home.pages.js';
import { MessageExamplePages } from './message-examples.pages.js';
import { MessagePages } from './message.pages.js';
import { RecordPages } from './record.pages.js';
import { StaffChallenge } from './staff-challenge.service.js';
import { TeamGlance } from './team-glance.service.js';
import { TourPages } from './tour.pages.js';
import { UndeliveredApi } from './undelivered.api.js';
import { UndeliveredService } from './undelivered.service.js';
import { VisitPages } from './visit.pages.js';
import { WarningLines } from './warning-lines.service.js';
import { WaitingLines } from './waiting-lines.service.js';

/** Start pages, a challenge at a glance: read across. */
@Module({
  imports: [
    MessagesModule,
    PeopleModule,
    ReferenceModule,
    KindsModule,
    CouncilsModule,
    PeersModule,
    RecruitingModule,
    ChallengesModule,
    VisitsModule,
    OutcomesModule,
    HistoryModule,
    ErasureModule,
  ],
  controllers: [
    UndeliveredApi,
    CouncilListPages,
    CouncilPages,
    RecordPages,
    DonePages,
    ChallengePages,
    DeadlinePages,
    RemindPages,
    VisitPages,
    HomePages,
    MessagePages,
    MessageExamplePages,
    HistoryPages,
    FeedPages,
    FindPages,
    TourPages,
  ],
  providers: [
    DeadlinesService,
    FeedsService,
    FindService,
    GlanceService,
    StaffChallenge,
    TeamGlance,
    ChallengeHistory,
    CouncilHistory,
    CouncilPicture,
    DesksService,
    WaitingLines,
    UndeliveredService,
    WarningLines,
  ],
})
export class OverviewModule {}
