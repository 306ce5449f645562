import { Module } from '@nestjs/common';
import type { Refusals } from '../web/problem.filter.js';
import { CouncilsModule } from '../councils/councils.module.js';
import { KindsModule } from '../kinds/kinds.module.js';
import { WebModule } from '../web/web.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { PeersModule } from '../peers/peers.module.js';
import { ReferenceModule } from '../reference/reference.module.js';
import { Applicants } from './applicants.service.js';
import { ApplicationChange } from './application-change.entity.js';
import { ApplicationSteps } from './application-steps.service.js';
import { Application } from './application.entity.js';
import { ApplicationPages } from './application.pages.js';
import { ApplicationsService } from './applications.service.js';
import { ApplyPages } from './apply.pages.js';
import { Campaign } from './campaign.entity.js';
import { CampaignPages } from './campaign.pages.js';
import { CampaignsService } from './campaigns.service.js';
import { EventPlace } from './event-place.entity.js';
import { Event } from './event.entity.js';
import { EventsCsvService } from './events-csv.service.js';
import { EventPages } from './events.pages.js';
import { EventsService } from './events.service.js';
import { RecruitingCsvService } from './recruiting-csv.service.js';
import { RecruitingPages } from './recruiting.pages.js';

/** Campaigns, applications, events. */
@Module({
  imports: [WebModule, MessagesModule, ReferenceModule, KindsModule, CouncilsModule, PeersModule],
  controllers: [ApplyPages, RecruitingPages, CampaignPages, ApplicationPages, EventPages],
  providers: [
    ApplicationsService,
    Applicants,
    EventsService,
    RecruitingCsvService,
    CampaignsService,
    EventsCsvService,
    ApplicationSteps,
  ],
  exports: [ApplicationsService, EventsCsvService, RecruitingCsvService],
})
export class RecruitingModule {
  static entities = [Campaign, EventPlace, Application, Event, ApplicationChange];

  static refusals: Refusals = {
    applications_one_open: ['application-open', 'An application with this address is open already.'],
  };
}
