import { Body, Controller, Get, Post, UploadedFile, UseInterceptors } from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';
import { CHALLENGE_COLUMNS, ChallengesCsvService } from '../challenges/challenges-csv.service.js';
import { OFFER_COLUMNS, OffersCsvService } from '../challenges/offers-csv.service.js';
import { CouncilsService } from '../councils/councils.service.js';
import { COUNCIL_COLUMNS } from '../councils/register.js';
import { AVAILABILITY_COLUMNS, PEER_COLUMNS } from '../peers/peers-csv.js';
import { PeersService } from '../peers/peers.service.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { EVENT_COLUMNS, EventsCsvService, PLACE_COLUMNS } from '../recruiting/events-csv.service.js';
import { APPLICATION_COLUMNS, CAMPAIGN_COLUMNS, RecruitingCsvService } from '../recruiting/recruiting-csv.service.js';
import { Choice } from '../web/fields.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { UPLOAD, type ImportReport, uploadedText } from '../web/imports.js';
import { Download, Page, type Redirect } from '../web/pages.js';

/** What may come from a file: its columns, and where the same is saved. */
const FILES = {
  peers: { text: 'Peers', columns: PEER_COLUMNS, saved: '/peers/export.csv' },
  availability: { text: 'When peers are busy', columns: AVAILABILITY_COLUMNS, saved: '/imports/availability.csv' },
  councils: { text: 'Councils', columns: COUNCIL_COLUMNS, saved: '/imports/councils.csv' },
  challenges: { text: 'Challenges: enquiries, and those of before this service', columns: CHALLENGE_COLUMNS, saved: '/challenges.csv' },
  offers: { text: 'Offers of challenges, with their answers', columns: OFFER_COLUMNS, saved: '/offers.csv' },
  campaigns: { text: 'Campaigns', columns: CAMPAIGN_COLUMNS, saved: '/campaigns.csv' },
  applications: { text: 'Applications and nominations', columns: APPLICATION_COLUMNS, saved: '/recruiting.csv' },
  events: { text: 'Events', columns: EVENT_COLUMNS, saved: '/events/export.csv' },
  places: { text: 'Who came to events', columns: PLACE_COLUMNS, saved: '/events/places.csv' },
} as const;
type FileName = keyof typeof FILES;
const NAMES = Object.keys(FILES) as FileName[];

class ImportForm {
  @Says('Choose what the file holds') @Choice(NAMES) what: FileName;
  @Choice(['check', 'import']) step: 'check' | 'import';
}

/** Files of the programme office, in and out by the same columns. */
@Controller('imports')
export class ImportPages {
  constructor(
    private readonly peers: PeersService,
    private readonly councils: CouncilsService,
    private readonly challenges: ChallengesCsvService,
    private readonly offers: OffersCsvService,
    private readonly recruiting: RecruitingCsvService,
    private readonly events: EventsCsvService,
  ) {}

  @Get()
  @Allow('peers.write')
  async form(again: Again = FRESH, report: ImportReport | null = null): Promise<Page> {
    const files = NAMES.map((name) => ({ name, ...FILES[name] }));
    return Promise.resolve(new Page('overview/views/imports.njk', { title: 'Imports', files, report, ...again }));
  }

  /** All or nothing; checked first where one only wants to know. */
  @Post()
  @Allow('peers.write')
  @UseInterceptors(FileInterceptor('file', UPLOAD))
  import(@Granted() access: Access, @Body() body: unknown, @UploadedFile() file?: { buffer: Buffer }): Promise<Page | Redirect | Download> {
    const work = async ({ what, step }: ImportForm): Promise<Page> => {
      const report = await this.imports(access, uploadedText(file), step === 'check')[what]();
      return this.form({ input: { what }, errors: [] }, report);
    };
    return submit(ImportForm, body, work, (again) => this.form(again));
  }

  @Get('councils.csv')
  @Allow('peers.write')
  async councilsCsv(): Promise<Download> {
    return new Download(await this.councils.export(), 'text/csv; charset=utf-8', 'councils.csv');
  }

  @Get('availability.csv')
  @Allow('peers.write')
  async availabilityCsv(): Promise<Download> {
    return new Download(await this.peers.exportAvailability(), 'text/csv; charset=utf-8', 'availability.csv');
  }

  private imports(access: Access, csv: string, dryRun: boolean): Record<FileName, () => Promise<ImportReport>> {
    const { actor } = access;
    return {
      peers: () => this.peers.import(actor, csv, dryRun),
      availability: () => this.peers.importAvailability(actor, csv, dryRun),
      councils: () => this.councils.import(actor, csv, dryRun),
      challenges: () => this.challenges.import(access, csv, dryRun),
      offers: () => this.offers.import(access, csv, dryRun),
      campaigns: () => this.recruiting.importCampaigns(access, csv, dryRun),
      applications: () => this.recruiting.importApplications(access, csv, dryRun),
      events: () => this.events.importEvents(access, csv, dryRun),
      places: () => this.events.importPlaces(access, csv, dryRun),
    };
  }
}
