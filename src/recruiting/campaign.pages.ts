import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { Allow, Granted, type Access } from '../people/access.js';
import { skillLevels } from '../kinds/skill-words.js';
import { Day, QueryInt, Text, Texts } from '../web/fields.js';
import { FRESH, listOf, Says, submit, type Again } from '../web/forms.js';
import { textOf } from '../web/lists.js';
import { Download, Page, Redirect } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { CampaignsService } from './campaigns.service.js';
import { ReferenceService } from '../reference/reference.service.js';

type Answer = Promise<Page | Redirect | Download>;

import { SKILLS } from '../kinds/skill-words.js';
class CampaignForm {
  @Says('Enter a title') @Text({ max: 200 }) title: string;
  @Says('Choose the positions')
  @Transform(({ value }) => listOf(value))
  @Texts({ max: 40 })
  positions: string[];
  @Says('Write skills with levels like: finance 4, governance 3')
  @Text({ optional: true, max: 500, pattern: SKILLS })
  skills?: string;
  @Text({ optional: true, max: 60 }) party?: string;
  @Text({ optional: true, max: 60 }) region?: string;
  @Says('Enter how many are wanted, from 1 to 500') @QueryInt({ min: 1, max: 500 }) wanted: number;
  @Says('Enter the day like 30 June 2027') @Day() until: string;
}

/** A campaign for what the pool lacks. */
@Controller('campaigns')
export class CampaignPages {
  constructor(
    private readonly campaigns: CampaignsService,
    private readonly reference: ReferenceService,
  ) {}

  @Get('new')
  @Allow('recruiting.write')
  async campaignForm(@Query() query: Record<string, unknown>, again: Again = FRESH): Promise<Page> {
    const known = {
      positions: await this.reference.get('positions'),
      wished: textOf(query.positions).split(','),
      skills: textOf(query.skills),
      party: textOf(query.party),
    };
    return new Page('recruiting/views/campaign.njk', {
      title: 'A campaign for a gap',
      ...known,
      region: textOf(query.region),
      ...again,
    });
  }

  @Post('new')
  @Allow('recruiting.write')
  startCampaign(@Granted() { actor }: Access, @Body() body: unknown): Answer {
    const work = async ({ skills, party, region, ...form }: CampaignForm): Promise<Redirect> => {
      await this.campaigns.start(actor, {
        ...form,
        skills: skillLevels(skills),
        party: party ?? null,
        region: region ?? null,
      });
      return new Redirect(paths.recruiting);
    };
    return submit(CampaignForm, body, work, (again) => this.campaignForm({}, again));
  }
}
