import { Module } from '@nestjs/common';
import type { Get, Work } from '../feature.js';
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

  static work = (get: Get): Work => ({
    handlers: { 'read-calendar': ({ peer }) => get(CalendarSubscriptions).read(peer) },
    daily: [(now) => get(CalendarSubscriptions).enqueueDay(londonDate(now))],
  });
}
