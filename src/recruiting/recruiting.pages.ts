import { Controller, Get, Query } from '@nestjs/common';
import { Allow, Granted, type Access, Noted, Proved } from '../people/access.js';
import { scopeOf } from '../people/permissions.js';
import { pageOf, textOf } from '../web/lists.js';
import { APPLICATION_STATES, Application } from './application.entity.js';
import { RecruitingCsvService } from './recruiting-csv.service.js';
import { ApplicationsService } from './applications.service.js';
import { CampaignsService } from './campaigns.service.js';
import { KindsService } from '../kinds/kinds.service.js';
import { Download, Page } from '../web/pages.js';

/** Campaigns and applications at a glance, and as files. */
@Controller()
export class RecruitingPages {
  constructor(
    private readonly applications: ApplicationsService,
    private readonly campaigns: CampaignsService,
    private readonly files: RecruitingCsvService,
    private readonly kinds: KindsService,
  ) {}

  @Get('recruiting')
  @Allow('recruiting.read')
  async list(@Granted() { actor }: Access, @Query() query: Record<string, unknown>): Promise<Page> {
    const filters = { state: textOf(query.state), campaign: textOf(query.campaign) };
    const all = await this.applications.list(filters);
    const paging = pageOf(query);
    const words = await this.kinds.words();
    const rows = all.slice(paging.skip, paging.skip + paging.take).map((one) => ({
      ...one,
      positions: one.positions.map(words.position).join(', '),
      from: fromWords(one),
    }));
    const campaigns = (await this.campaigns.list()).map((one) => ({
      ...one,
      positions: one.positions.map(words.position).join(' or '),
    }));
    const model = { rows, count: all.length, paging, filters, campaigns, states: APPLICATION_STATES };
    return new Page('recruiting/views/recruiting.njk', {
      title: 'Recruiting',
      ...model,
      mayWrite: scopeOf(actor.role, 'recruiting.write') !== undefined,
    });
  }

  @Get('recruiting.csv')
  @Proved()
  @Noted('people.exported')
  @Allow('recruiting.read')
  async csv(@Granted() access: Access, @Query() query: Record<string, unknown>): Promise<Download> {
    const content = await this.files.exportApplications(access, {
      state: textOf(query.state),
      campaign: textOf(query.campaign),
    });
    return new Download(content, 'text/csv; charset=utf-8', 'applications.csv');
  }

  @Get('campaigns.csv')
  @Allow('recruiting.read')
  async campaignsCsv(): Promise<Download> {
    return new Download(await this.files.exportCampaigns(), 'text/csv; charset=utf-8', 'campaigns.csv');
  }
}

/** Where somebody works or serves, and who nominated them. */
function fromWords({ council, organisation, nominatedBy }: Application): string {
  const place = council?.name ?? organisation;
  return `${place ? `, ${place}` : ''}${nominatedBy ? ` · nominated by ${nominatedBy}` : ''}`;
}
