import { Module } from '@nestjs/common';
import type { Get, Work, Confirmations } from '../feature.js';
import type { Refusals } from '../web/problem.filter.js';
import { Clock } from '../database/clock.js';
import { ChallengesModule } from '../challenges/challenges.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { KindsModule } from '../kinds/kinds.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { ProposalsModule } from '../proposals/proposals.module.js';
import { ReferenceModule } from '../reference/reference.module.js';
import { AnsweringPages } from './answering.pages.js';
import { AnswerPages } from './answers.pages.js';
import { AnswersService } from './answers.service.js';
import { MadeOutService } from './made-out.service.js';
import { Booking } from './booking.entity.js';
import { BookingsApi } from './bookings.api.js';
import { CompletionService } from './completion.service.js';
import { InvitationViews } from './invitation-views.service.js';
import { Invitation } from './invitation.entity.js';
import { InvitationsApi } from './invitations.api.js';
import { InvitationPages } from './invitations.pages.js';
import { InvitationsService } from './invitations.service.js';
import { LeavingApi } from './leaving.api.js';
import { LeavingPages } from './leaving.pages.js';
import { LeavingService } from './leaving.service.js';
import { InvitationLinkPages } from './link.pages.js';
import { CalendarLetters } from './calendar-letters.service.js';
import { InvitationCalendars } from './calendars.service.js';
import { InvitationNotices } from './notices.service.js';
import { TeamNotices } from './team-notices.service.js';
import { PromisesService } from './promises.service.js';
import { AgreementService } from '../proposals/agreement.service.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { PeersModule } from '../peers/peers.module.js';
import { ReleaseService } from './release.service.js';
import { RemindersService } from './reminders.service.js';
import { SeatOffers } from './seat-offers.service.js';

/** Invitations, answers, confirmation, repair, bookings. */
@Module({
  imports: [
    JobsModule,
    MessagesModule,
    ReferenceModule,
    KindsModule,
    PeersModule,
    ChallengesModule,
    ProposalsModule,
  ],
  controllers: [
    BookingsApi,
    InvitationsApi,
    LeavingApi,
    InvitationPages,
    AnswerPages,
    InvitationLinkPages,
    LeavingPages,
  ],
  providers: [
    SeatOffers,
    InvitationCalendars,
    CalendarLetters,
    PromisesService,
    AnswersService,
    MadeOutService,
    AnsweringPages,
    ReleaseService,
    CompletionService,
    InvitationNotices,
    TeamNotices,
    LeavingService,
    InvitationViews,
    RemindersService,
    InvitationsService,
  ],
  exports: [AnswersService, CompletionService, InvitationsService, PromisesService, ReleaseService],
})
export class InvitationsModule {
  constructor(challenges: ChallengesService, agreement: AgreementService, promises: PromisesService) {
    challenges.whenScopedAgain.push((tx, challenge) => promises.scopedAgain(tx, challenge));
    agreement.whenAgreed.push((...agreed) => promises.teamAgreed(...agreed));
  }

  static entities = [Booking, Invitation];

  static confirmations: Confirmations = {
    invited: {
      title: 'The invitations are sent',
      next: 'Each peer answers from the link in the message. You hear of every no, and a replacement is looked for at once.',
    },
  };
  static refusals: Refusals = {
    bookings_no_overlap: [
      'double-booking',
      'This peer is already held or booked on some of these days. Choose another peer for the seat, or another window.',
    ],
    bookings_rest: [
      'double-booking',
      'This peer is booked near these days, and needs some of them for rest. Choose another peer for the seat, or another window.',
    ],
    bookings_in_days: [
      'outside-days',
      'Peers are held or booked for other days of this challenge. Postpone it, or agree a team for the other days: whoever can come is asked again.',
    ],
    invitations_one_live: [
      'already-invited',
      'This seat already has an invitation that is open or accepted.',
    ],
  };
  static work = (get: Get): Work => ({
    handlers: { 'expire-hold': ({ invitation }) => get(AnswersService).expire(invitation, get(Clock).now()) },
    daily: {
      'reminders to answer': (now) => get(RemindersService).remindAll(now),
      'invitations that ran out': (now) => get(AnswersService).expireAll(now),
    },
  });
}
