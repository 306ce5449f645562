import { Injectable } from '@nestjs/common';
import { CHALLENGE_COLUMNS, ChallengesCsvService } from '../challenges/challenges-csv.service.js';
import { OFFER_COLUMNS, OffersCsvService } from '../challenges/offers-csv.service.js';
import { CouncilsService } from '../councils/councils.service.js';
import { COUNCIL_COLUMNS } from '../councils/register.js';
import { PAST_COLUMNS } from '../history/past-challenge-cells.js';
import { PastChallengesCsv } from '../history/past-challenges-csv.service.js';
import { PAST_SEAT_COLUMNS } from '../history/past-seat-cells.js';
import { PastSeatsCsv } from '../history/past-seats-csv.service.js';
import { AVAILABILITY_COLUMNS } from '../peers/availability-csv.js';
import { PEER_COLUMNS } from '../peers/peers-csv.js';
import { PeersService } from '../peers/peers.service.js';
import { type Access } from '../people/access.js';
import { EVENT_COLUMNS, EventsCsvService, PLACE_COLUMNS } from '../recruiting/events-csv.service.js';
import {
  APPLICATION_COLUMNS,
  CAMPAIGN_COLUMNS,
  RecruitingCsvService,
} from '../recruiting/recruiting-csv.service.js';
import { type ImportReport } from '../web/imports.js';

/** What may come from a file: its columns, and where the same is saved. */
export const FILES = {
  peers: { text: 'Peers', columns: PEER_COLUMNS, saved: '/peers/export.csv' },
  availability: {
    text: 'When peers are busy',
    columns: AVAILABILITY_COLUMNS,
    saved: '/imports/availability.csv',
  },
  councils: { text: 'Councils', columns: COUNCIL_COLUMNS, saved: '/imports/councils.csv' },
  challenges: {
    text: 'Challenges: enquiries, and closed ones by their days alone',
    columns: CHALLENGE_COLUMNS,
    saved: '/challenges.csv',
  },
  history: {
    text: 'Challenges of before this service',
    columns: PAST_COLUMNS,
    saved: '/imports/history.csv',
  },
  'past-seats': {
    text: 'Who sat in teams of before this service',
    columns: PAST_SEAT_COLUMNS,
    saved: '/imports/past-seats.csv',
  },
  offers: { text: 'Offers of challenges, with their answers', columns: OFFER_COLUMNS, saved: '/offers.csv' },
  campaigns: { text: 'Campaigns', columns: CAMPAIGN_COLUMNS, saved: '/campaigns.csv' },
  applications: {
    text: 'Applications and nominations',
    columns: APPLICATION_COLUMNS,
    saved: '/recruiting.csv',
  },
  events: { text: 'Events', columns: EVENT_COLUMNS, saved: '/events/export.csv' },
  places: { text: 'Who came to events', columns: PLACE_COLUMNS, saved: '/events/places.csv' },
} as const;
export type FileName = keyof typeof FILES;
export const NAMES = Object.keys(FILES) as FileName[];

type Imports<Name extends FileName> = Record<
  Name,
  (access: Access, csv: string, dryRun: boolean) => Promise<ImportReport>
>;

/** Files about peers, and those who may become one. */
@Injectable()
export class PeopleImports {
  constructor(
    private readonly peers: PeersService,
    private readonly recruiting: RecruitingCsvService,
    private readonly events: EventsCsvService,
  ) {}

  readonly imports: Imports<'peers' | 'availability' | 'campaigns' | 'applications' | 'events' | 'places'> = {
    peers: ({ actor }, ...file) => this.peers.import(actor, ...file),
    availability: ({ actor }, ...file) => this.peers.importAvailability(actor, ...file),
    campaigns: (...file) => this.recruiting.importCampaigns(...file),
    applications: (...file) => this.recruiting.importApplications(...file),
    events: (...file) => this.events.importEvents(...file),
    places: (...file) => this.events.importPlaces(...file),
  };

  availabilityFile(): Promise<string> {
    return this.peers.exportAvailability();
  }
}

/** Files about what was before this service. */
@Injectable()
export class PastImports {
  constructor(
    private readonly challenges: PastChallengesCsv,
    private readonly seats: PastSeatsCsv,
  ) {}

  readonly imports: Imports<'history' | 'past-seats'> = {
    history: (...file) => this.challenges.import(...file),
    'past-seats': (...file) => this.seats.import(...file),
  };

  challengesFile(): Promise<string> {
    return this.challenges.export();
  }

  /** References that no file has brought yet. */
  waiting(): Promise<string[]> {
    return this.seats.waiting();
  }

  seatsFile(): Promise<string> {
    return this.seats.export();
  }
}

/** Files about councils and their challenges. */
@Injectable()
export class CouncilImports {
  constructor(
    private readonly councils: CouncilsService,
    private readonly challenges: ChallengesCsvService,
    private readonly offers: OffersCsvService,
  ) {}

  readonly imports: Imports<'councils' | 'challenges' | 'offers'> = {
    councils: ({ actor }, ...file) => this.councils.import(actor, ...file),
    challenges: (...file) => this.challenges.import(...file),
    offers: (...file) => this.offers.import(...file),
  };

  councilsFile(): Promise<string> {
    return this.councils.export();
  }
}
