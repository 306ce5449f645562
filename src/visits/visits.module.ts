import { CouncilsModule } from '../councils/councils.module.js';
import { Module } from '@nestjs/common';
import type { Get, Work, Confirmations } from '../feature.js';
import { Clock } from '../database/clock.js';
import { ChallengesModule } from '../challenges/challenges.module.js';
import { InvitationsModule } from '../invitations/invitations.module.js';
import { KindsModule } from '../kinds/kinds.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { AgreementService } from '../proposals/agreement.service.js';
import { ProposalsModule } from '../proposals/proposals.module.js';
import { ReferenceModule } from '../reference/reference.module.js';
import { ChallengeStep } from './challenge-step.entity.js';
import { Circumstance } from './circumstance.entity.js';
import { CircumstancesApi } from './circumstances.api.js';
import { CircumstancePages } from './circumstances.pages.js';
import { CircumstancesService } from './circumstances.service.js';
import { ClockApi } from './clock.api.js';
import { ClockPages } from './clock.pages.js';
import { ClockService } from './clock.service.js';
import { FollowUpChange } from './follow-up-change.entity.js';
import { FollowUpTerms } from './follow-up-terms.service.js';
import { FollowUpsApi } from './follow-ups.api.js';
import { FollowUpPages } from './follow-ups.pages.js';
import { FollowUpsService, noteStay } from './follow-ups.service.js';
import { PeerChangesWatch } from './peer-changes-watch.service.js';
import { StepNotices } from './step-notices.service.js';
import { StepReminders } from './step-reminders.service.js';
import { CircumstanceNotices } from './circumstance-notices.service.js';
import { TeamsWatch } from './teams-watch.service.js';
import { DayWarning } from './day-warning.entity.js';
import { DaysMetPages } from './days-met.pages.js';
import { DaysWatch } from './days-watch.service.js';
import { WorldWatch } from './world-watch.service.js';
import { TimetableApi } from './timetable.api.js';
import { TimetablePages } from './timetable.pages.js';
import { TimetableService } from './timetable.service.js';
import { VisitSession } from './visit-session.entity.js';
import { VisitsApi } from './visits.api.js';

/** The clock, days on site, follow-ups, changed circumstances. */
@Module({
  imports: [
    CouncilsModule,
    MessagesModule,
    ReferenceModule,
    KindsModule,
    ChallengesModule,
    ProposalsModule,
    InvitationsModule,
  ],
  controllers: [
    ClockApi,
    CircumstancesApi,
    FollowUpsApi,
    VisitsApi,
    TimetableApi,
    ClockPages,
    CircumstancePages,
    DaysMetPages,
    FollowUpPages,
    TimetablePages,
  ],
  providers: [
    StepNotices,
    StepReminders,
    FollowUpsService,
    CircumstancesService,
    TimetableService,
    PeerChangesWatch,
    TeamsWatch,
    DaysWatch,
    WorldWatch,
    CircumstanceNotices,
    ClockService,
    FollowUpTerms,
  ],
  exports: [CircumstancesService, ClockService, DaysWatch, StepNotices, TimetableService],
})
export class VisitsModule {
  constructor(agreement: AgreementService, days: DaysWatch, timetable: TimetableService) {
    agreement.whenAgreed.push((tx, challenge, team) => days.agreed(tx, challenge, team));
    agreement.whenAgreed.push((tx, challenge) => timetable.move(tx, challenge));
    agreement.whenAgreed.push((tx, challenge) => noteStay(tx, challenge));
  }

  static entities = [ChallengeStep, Circumstance, DayWarning, VisitSession, FollowUpChange];

  static confirmations: Confirmations = {
    timetable: {
      title: 'The timetable is sent',
      next: 'The team and the council have been told where it is. Send it again when it has changed.',
    },
  };
  static work = (get: Get): Work => ({
    handlers: {
      'peer-changed': ({ peerChange }) => get(PeerChangesWatch).look(peerChange, get(Clock).now()),
      'check-team': ({ challenge }) => get(TeamsWatch).look(challenge),
    },
    daily: {
      'what changed around visits': () => get(WorldWatch).lookAll(),
      'challenges that go on': (now) => get(ClockService).advance(now),
      'reminders of steps': (now) => get(StepReminders).remindAll(now),
    },
    sweeps: [() => get(WorldWatch).lookIfChanged()],
  });
}
