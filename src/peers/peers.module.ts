import { Module } from '@nestjs/common';
import type { FileList, Get, Work } from '../feature.js';
import { londonDate } from '../calendar/dates.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { KindsModule } from '../kinds/kinds.module.js';
import { ReferenceModule } from '../reference/reference.module.js';
import { PeerContactPages } from './contact.pages.js';
import { Demographics } from './demographics.entity.js';
import { DemographicsPages } from './demographics.pages.js';
import { DiaryPages } from './diary.pages.js';
import { CalendarPages } from './calendar/calendar.pages.js';
import { CalendarSubscriptions } from './calendar/subscriptions.service.js';
import { DiaryService } from './diary.service.js';
import { DiaryViews } from './diary-views.service.js';
import { PeerChange } from './peer-change.entity.js';
import { PeerChanges } from './peer-changes.service.js';
import { Peer } from './peer.entity.js';
import { PeersApi } from './peers.api.js';
import { PeerPages } from './peers.pages.js';
import { AVAILABILITY_COLUMNS } from './availability-csv.js';
import { PEER_COLUMNS } from './peers-csv.js';
import { PeersService } from './peers.service.js';

/** The pool: records, availability, calendars. */
@Module({
  imports: [MessagesModule, JobsModule, ReferenceModule, KindsModule],
  controllers: [PeersApi, PeerPages, PeerContactPages, DemographicsPages, DiaryPages, CalendarPages],
  providers: [PeerChanges, DiaryService, DiaryViews, CalendarSubscriptions, PeersService],
  exports: [PeerChanges, PeersService],
})
export class PeersModule {
  static entities = [Peer, Demographics, PeerChange];

  static lists = (get: Get): Record<string, FileList> => ({
    peers: {
      text: 'Peers',
      columns: PEER_COLUMNS,
      keys: [['id']],
      named: ['name'],
      saved: () => '/peers/export.csv',
      action: 'peers.write',
      export: (access) => get(PeersService).export(access),
      cells: async () => (await get(PeersService).cells()).peers,
      import: ({ actor }, csv) => get(PeersService).import(actor, csv, false),
    },
    availability: {
      text: 'When peers are busy',
      columns: AVAILABILITY_COLUMNS,
      keys: [],
      named: ['name', 'from', 'to', 'state'],
      saved: () => '/imports/availability.csv',
      action: 'peers.write',
      export: () => get(PeersService).exportAvailability(),
      cells: async () => (await get(PeersService).cells()).availability,
      import: ({ actor }, csv) => get(PeersService).importAvailability(actor, csv, false),
    },
  });

  static work = (get: Get): Work => ({
    handlers: { 'read-calendar': ({ peer }) => get(CalendarSubscriptions).read(peer) },
    daily: [(now) => get(CalendarSubscriptions).enqueueDay(londonDate(now))],
  });
}
