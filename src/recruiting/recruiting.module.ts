import { Database } from '../database/database.js';
import { Module } from '@nestjs/common';
import type { FileList, Get } from '../feature.js';
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
import { EVENT_COLUMNS, EventsCsvService, PLACE_CELLS, PLACE_COLUMNS } from './events-csv.service.js';
import { EventPages } from './events.pages.js';
import { EventsService } from './events.service.js';
import { APPLICATION_COLUMNS, CAMPAIGN_COLUMNS, RecruitingCsvService } from './recruiting-csv.service.js';
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
  exports: [ApplicationsService],
})
export class RecruitingModule {
  static entities = [Campaign, EventPlace, Application, Event, ApplicationChange];

  static lists = (get: Get): Record<string, FileList> => ({
    campaigns: {
      text: 'Campaigns',
      columns: CAMPAIGN_COLUMNS,
      keys: [['title']],
      saved: () => '/campaigns.csv',
      action: 'recruiting.write',
      export: () => get(RecruitingCsvService).exportCampaigns(),
      cells: () => get(RecruitingCsvService).campaignCells(get(Database).manager),
      import: (access, csv) => get(RecruitingCsvService).importCampaigns(access, csv),
    },
    applications: {
      text: 'Applications and nominations',
      columns: APPLICATION_COLUMNS,
      keys: [['email', 'route', 'state']],
      fixed: {
        columns: ['name', 'class', 'positions', 'skills', 'council', 'organisation', 'campaign'],
        where: 'on the page of the application',
      },
      named: ['name'],
      saved: () => '/recruiting.csv',
      action: 'recruiting.write',
      export: (access) => get(RecruitingCsvService).exportApplications(access),
      whole: () => get(RecruitingCsvService).exportApplications(null),
      cells: (access) => get(RecruitingCsvService).applicationCells(get(Database).manager, access),
      import: (access, csv) => get(RecruitingCsvService).importApplications(access, csv),
    },
    ...eventLists(get),
  });

  static refusals: Refusals = {
    applications_one_open: ['application-open', 'An application with this address is open already.'],
  };
}

const eventLists = (get: Get): Record<string, FileList> => ({
  events: {
    text: 'Events',
    columns: EVENT_COLUMNS,
    keys: [['title', 'held_on']],
    saved: () => '/events/export.csv',
    fixed: { columns: ['invited', 'came'], where: 'they are counted from who came' },
    action: 'recruiting.write',
    export: () => get(EventsCsvService).exportEvents(),
    cells: () => get(EventsCsvService).eventCells(get(Database).manager),
    import: (access, csv) => get(EventsCsvService).importEvents(access, csv),
  },
  places: {
    text: 'Who came to events',
    columns: PLACE_COLUMNS,
    keys: [['title', 'held_on', 'email']],
    named: ['name', 'title', 'held_on'],
    saved: () => '/events/places.csv',
    besides: 'Who came to a training is accredited for the kinds that it names.',
    action: 'recruiting.write',
    export: () => get(EventsCsvService).exportPlaces(),
    shown: () => get(EventsCsvService).shownPlaces(),
    cells: () => Promise.resolve(PLACE_CELLS),
    import: (access, csv) => get(EventsCsvService).importPlaces(access, csv),
  },
});
