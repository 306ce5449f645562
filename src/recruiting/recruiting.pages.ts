import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { DataSource } from 'typeorm';
import { actorNames } from '../people/actor-names.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { scopeOf, seesOfPeer } from '../people/policy-table.js';
import { skillLevels, skillWords } from '../peers/skill-words.js';
import { PolicyService } from '../policy/policy.service.js';
import { wordsOf } from '../policy/words.js';
import { Choice, Day, QueryInt, Text, Texts } from '../web/fields.js';
import { FRESH, listOf, Says, submit, type Again } from '../web/forms.js';
import { pageOf, textOf } from '../web/lists.js';
import { Download, Page, Redirect } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { badField } from '../web/problems.js';
import { APPLICATION_STATES, nextOf, type Application } from './application.entity.js';
import { RecruitingCsvService } from './recruiting-csv.service.js';
import { RecruitingService } from './recruiting.service.js';

type Answer = Promise<Page | Redirect | Download>;

/** Skills as a person types them: finance 4, governance 3. */
export const SKILLS = /^[a-z][a-z-]* [1-5](\s*,\s*[a-z][a-z-]* [1-5])*$/;

class CampaignForm {
  @Says('Enter a title') @Text({ max: 200 }) title: string;
  @Says('Choose the positions') @Transform(({ value }) => listOf(value)) @Texts({ max: 40 }) positions: string[];
  @Says('Write skills with levels like: finance 4, governance 3') @Text({ optional: true, max: 500, pattern: SKILLS }) skills?: string;
  @Text({ optional: true, max: 60 }) party?: string;
  @Text({ optional: true, max: 60 }) region?: string;
  @Says('Enter how many are wanted, from 1 to 500') @QueryInt({ min: 1, max: 500 }) wanted: number;
  @Says('Enter the day like 2027-06-30') @Day() until: string;
}

class StepForm {
  @QueryInt({ min: 1, max: 2_147_483_647 }) version: number;
  @Says('Choose what comes next')
  @Choice(['appraised', 'inducted', 'accredited', 'declined', 'withdrawn'])
  to: 'appraised' | 'inducted' | 'accredited' | 'declined' | 'withdrawn';
  @Transform(({ value }) => listOf(value)) @Texts({ optional: true, max: 50 }) criteria?: string[];
  @Says('Write skills with levels like: finance 4, governance 3') @Text({ optional: true, max: 500, pattern: SKILLS }) skills?: string;
  @Transform(({ value }) => listOf(value)) @Texts({ optional: true, max: 50 }) kinds?: string[];
  @Says('Enter the day like 2029-11-30') @Day({ optional: true }) expiresOn?: string;
  @Text({ optional: true, max: 1000 }) reason?: string;
}

/** Recruiting: campaigns for gaps, applications and nominations, and each step to the pool. */
@Controller()
export class RecruitingPages {
  constructor(
    private readonly recruiting: RecruitingService,
    private readonly files: RecruitingCsvService,
    private readonly policy: PolicyService,
    private readonly source: DataSource,
  ) {}

  @Get('recruiting')
  @Allow('recruiting.read')
  async list(@Granted() { actor }: Access, @Query() query: Record<string, unknown>): Promise<Page> {
    const filters = { state: textOf(query.state), campaign: textOf(query.campaign) };
    const all = await this.recruiting.list(filters);
    const paging = pageOf(query);
    const words = await wordsOf(this.policy);
    const rows = all
      .slice(paging.skip, paging.skip + paging.take)
      .map((one) => ({ ...one, positions: one.positions.map(words.position).join(', ') }));
    const campaigns = (await this.recruiting.campaigns()).map((one) => ({
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
  @Allow('recruiting.read')
  async csv(@Granted() access: Access, @Query() query: Record<string, unknown>): Promise<Download> {
    const content = await this.files.exportApplications(access, { state: textOf(query.state), campaign: textOf(query.campaign) });
    return new Download(content, 'text/csv; charset=utf-8', 'applications.csv');
  }

  @Get('campaigns.csv')
  @Allow('recruiting.read')
  async campaignsCsv(): Promise<Download> {
    return new Download(await this.files.exportCampaigns(), 'text/csv; charset=utf-8', 'campaigns.csv');
  }

  @Get('campaigns/new')
  @Allow('recruiting.write')
  async campaignForm(@Query() query: Record<string, unknown>, again: Again = FRESH): Promise<Page> {
    const known = {
      positions: await this.policy.get('positions'),
      wished: textOf(query.positions).split(','),
      skills: textOf(query.skills),
      party: textOf(query.party),
    };
    return new Page('recruiting/views/campaign.njk', { title: 'A campaign for a gap', ...known, region: textOf(query.region), ...again });
  }

  @Post('campaigns/new')
  @Allow('recruiting.write')
  startCampaign(@Granted() { actor }: Access, @Body() body: unknown): Answer {
    const work = async ({ skills, party, region, ...form }: CampaignForm): Promise<Redirect> => {
      await this.recruiting.startCampaign(actor, { ...form, skills: skillLevels(skills), party: party ?? null, region: region ?? null });
      return new Redirect(paths.recruiting);
    };
    return submit(CampaignForm, body, work, (again) => this.campaignForm({}, again));
  }

  @Get('applications/:id')
  @Allow('recruiting.read', 'application')
  async one(@Granted() { actor }: Access, @Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const application = await this.recruiting.get(id);
    const words = await wordsOf(this.policy);
    const changes = await this.recruiting.history(id);
    const names = await actorNames(
      this.source,
      changes.map((one) => one.actor),
    );
    const model = {
      application,
      positions: application.positions.map(words.position).join(', '),
      skills: Object.entries(application.skills)
        .map(([skill, level]) => `${words.skill(skill)} ${String(level)}`)
        .join(', '),
      typedSkills: skillWords(application.skills),
      party: seesParty(actor.role) ? application.party : null,
      next: nextOf(application.state),
      criteria: await this.policy.get('criteria'),
      kinds: (await this.policy.kinds()).filter(({ accreditation }) => accreditation),
      changes: changes.map((one) => ({ ...one, by: names.get(one.actor) })),
      mayWrite: scopeOf(actor.role, 'recruiting.write') !== undefined,
    };
    return new Page('recruiting/views/application.njk', { title: application.name, ...model, ...again });
  }

  @Post('applications/:id')
  @Allow('recruiting.write', 'application')
  step(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async (form: StepForm): Promise<Redirect> => {
      await this.goOn(access, id, form);
      return new Redirect(paths.application(id));
    };
    return submit(StepForm, body, work, (again) => this.one(access, id, again));
  }

  private goOn(access: Access, id: string, { version, to, kinds = [], expiresOn, reason, ...form }: StepForm): Promise<Application> {
    const { actor } = access;
    if (to === 'appraised') {
      const skills = form.skills === undefined ? null : skillLevels(form.skills);
      return this.recruiting.appraise(actor, id, version, { criteria: form.criteria ?? [], skills, reason: reason ?? null });
    }
    if (to === 'accredited')
      return this.recruiting.accredit(
        access,
        id,
        version,
        kinds.map((kind) => ({ kind, expiresOn: expiresOn ?? null })),
      );
    if (!reason) throw badField('/reason', to === 'inducted' ? 'enter how and when they were inducted' : 'enter the reason');
    return to === 'inducted' ? this.recruiting.induct(actor, id, version, reason) : this.recruiting.end(actor, id, version, to, reason);
  }
}

/** As the policy says of a peer's party. */
const seesParty = (role: Access['actor']['role']): boolean => seesOfPeer(role, 'party');
