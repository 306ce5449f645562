import { Module } from '@nestjs/common';
import type { FileList, Get, Work } from '../feature.js';
import { londonDate, readSpan } from '../calendar/dates.js';
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
import { PatternPages } from './patterns.pages.js';
import { PeersApi } from './peers.api.js';
import { PeerSearchPages } from './search.pages.js';
import { PeerPages } from './peers.pages.js';
import { AVAILABILITY_COLUMNS } from './availability-csv.js';
import { PEER_COLUMNS } from './peers-csv.js';
import { PoolCsv } from './pool-csv.service.js';
import { PeersService } from './peers.service.js';

/** The pool: records, availability, calendars. */
@Module({
  imports: [MessagesModule, JobsModule, ReferenceModule, KindsModule],
  controllers: [
    PeersApi,
    PeerSearchPages,
    PeerPages,
    PeerContactPages,
    DemographicsPages,
    DiaryPages,
    PatternPages,
    CalendarPages,
  ],
  providers: [PeerChanges, DiaryService, DiaryViews, CalendarSubscriptions, PeersService, PoolCsv],
  exports: [PeerChanges, PeersService],
})
export class PeersModule {
  static entities = [Peer, Demographics, PeerChange];

  static lists = (get: Get): Record<string, FileList> => ({
    peers: {
      text: 'Peers',
      columns: PEER_COLUMNS,
      keys: [['id']],
      named: ['name', 'council'],
      saved: () => '/peers/export.csv',
      action: 'peers.write',
      export: (access) => get(PoolCsv).export(access),
      whole: () => get(PoolCsv).whole(),
      besides:
        'A peer hears where their address changes. Where somebody who has a seat changes class, post, council or state, their adviser is asked whether they stay; undoing takes that question back, and not the messages.',
      cells: async () => (await get(PoolCsv).cells()).peers,
      import: ({ actor }, csv) => get(PoolCsv).import(actor, csv, false),
    },
    availability: {
      text: 'When peers are busy',
      columns: AVAILABILITY_COLUMNS,
      keys: [['peer', 'from', 'to', 'state']],
      named: ['name', 'from', 'to', 'state'],
      span: true,
      saved: () => '/imports/availability.csv',
      action: 'peers.write',
      export: () => get(PoolCsv).exportAvailability(),
      cells: async () => (await get(PoolCsv).cells()).availability,
      import: ({ actor }, csv, about) =>
        get(PoolCsv).importAvailability(actor, csv, { within: readSpan(about) }),
    },
  });

  static work = (get: Get): Work => ({
    handlers: { 'read-calendar': ({ peer }) => get(CalendarSubscriptions).read(peer) },
    daily: { calendars: (now) => get(CalendarSubscriptions).enqueueDay(londonDate(now)) },
  });
}
