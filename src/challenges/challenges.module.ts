import { Database } from '../database/database.js';
import { Module } from '@nestjs/common';
import type { Confirmations, FileList, Get } from '../feature.js';
import type { Refusals } from '../web/problem.filter.js';
import { CouncilsModule } from '../councils/councils.module.js';
import { KindsModule } from '../kinds/kinds.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { ReferenceModule } from '../reference/reference.module.js';
import { BookPages } from './book.pages.js';
import { BookingWeeks } from './booking-weeks.service.js';
import { BookingService } from './booking.service.js';
import { ChallengeChange } from './challenge-change.entity.js';
import { Challenge } from './challenge.entity.js';
import { CHALLENGE_COLUMNS, ChallengesCsvService } from './challenges-csv.service.js';
import { ChallengesApi } from './challenges.api.js';
import { ChallengesService } from './challenges.service.js';
import { ChallengeListPages } from './list.pages.js';
import { ChallengePerson } from './challenge-person.entity.js';
import { PeopleApi } from './people.api.js';
import { PeopleOfChallenges } from './people-of-challenges.service.js';
import { PeoplePages } from './people.pages.js';
import { Offer } from './offer.entity.js';
import { OFFER_COLUMNS, OffersCsvService } from './offers-csv.service.js';
import { OffersApi } from './offers.api.js';
import { OffersService } from './offers.service.js';
import { PastChallenge } from './past-challenge.entity.js';
import { ScopeSeatPages } from './scope-seats.pages.js';
import { ScopeContactPages } from './scope-contacts.pages.js';
import { ScopePartPages } from './scope-parts.pages.js';
import { ScopeWindowPages } from './scope-windows.pages.js';
import { ScopePages } from './scope.pages.js';
import { ShapingService } from './shaping.service.js';
import { Visit } from './visit.entity.js';
import { WindowsService } from './windows.service.js';

/** Challenges: booked, scoped, listed, run. */
@Module({
  imports: [MessagesModule, ReferenceModule, KindsModule, CouncilsModule],
  controllers: [
    ChallengesApi,
    OffersApi,
    BookPages,
    ChallengeListPages,
    ScopePages,
    ScopePartPages,
    ScopeWindowPages,
    ScopeContactPages,
    ScopeSeatPages,
    PeoplePages,
    PeopleApi,
  ],
  providers: [
    WindowsService,
    OffersCsvService,
    ChallengesService,
    ShapingService,
    BookingWeeks,
    BookingService,
    ChallengesCsvService,
    OffersService,
    PeopleOfChallenges,
  ],
  exports: [ChallengesService, OffersService, PeopleOfChallenges, WindowsService],
})
export class ChallengesModule {
  static entities = [ChallengeChange, ChallengePerson, Visit, Challenge, PastChallenge, Offer];

  static confirmations: Confirmations = {
    booked: {
      title: 'The challenge is booked',
      next: 'Your principal adviser agrees the scope with the leader and the chief executive, and then asks for a team. You see the team before anybody is invited.',
    },
  };
  static lists = (get: Get): Record<string, FileList> => ({
    challenges: {
      text: 'Challenges: enquiries, and those that are over by their days',
      columns: CHALLENGE_COLUMNS,
      keys: [['code', 'kind', 'first_day']],
      named: ['council', 'kind', 'first_day'],
      saved: () => '/challenges.csv',
      fixed: { columns: ['last_day'], where: 'on the page of the challenge' },
      besides:
        'States of challenges that are known move on their pages, not by a file. The days of an enquiry are its first window. Who is told of an enquiry that is booked is told of these too.',
      action: 'peers.write',
      export: (access) => get(ChallengesCsvService).export(access),
      shown: (access) => get(ChallengesCsvService).shown(access),
      cells: (access) => get(ChallengesCsvService).cells(get(Database).manager, access),
      import: (access, csv) => get(ChallengesCsvService).import(access, csv),
    },
    offers: {
      text: 'Offers of challenges, with their answers',
      columns: OFFER_COLUMNS,
      keys: [['council', 'kind', 'made_on']],
      saved: () => '/offers.csv',
      action: 'peers.write',
      export: (access) => get(OffersCsvService).export(access),
      cells: (access) => get(OffersCsvService).cells(get(Database).manager, access),
      import: (access, csv) => get(OffersCsvService).import(access, csv),
    },
  });

  static refusals: Refusals = {
    challenge_people_week: [
      'manager-busy',
      'Somebody of the staff is on site with another challenge in that week. Choose somebody else, or another week.',
    ],
    challenge_people_once: ['named-twice', 'They are named for this challenge already.'],
  };
}
