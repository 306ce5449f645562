import { Body, Controller, Get, Post, Query, Req } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { isUUID } from 'class-validator';
import type { Request } from 'express';
import { DataSource } from 'typeorm';
import { Council } from '../councils/council.entity.js';
import { CouncilsService } from '../councils/councils.service.js';
import { PEER_CLASSES, type PeerClass, type SkillLevels } from '../matching/problem/programme.js';
import { Allow, Granted, Public, type Access } from '../people/access.js';
import { scopeOf } from '../people/policy-table.js';
import { skillLevels } from '../peers/skill-words.js';
import { PolicyService } from '../policy/policy.service.js';
import { wordsOf } from '../policy/words.js';
import { Choice, Email, Text, Texts, Uuid } from '../web/fields.js';
import { FRESH, hiddenFields, listOf, Says, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { badField } from '../web/problems.js';
import { Tries } from '../web/tries.js';
import { Campaign } from './campaign.entity.js';
import { SKILLS } from './recruiting.pages.js';
import { RecruitingService, type ApplicationFacts } from './recruiting.service.js';

type Answer = Promise<Page | Redirect | Download>;
type Step = 'check' | 'change' | 'send';

const STEPS: Step[] = ['check', 'change', 'send'];

class ApplicationForm {
  @Says('Choose a campaign') @Uuid({ optional: true }) campaign?: string;
  @Says('Enter the name') @Text({ max: 200 }) name: string;
  @Says('Enter the e-mail address like name@example.com') @Email() email: string;
  @Says('Choose member, officer or other sector') @Choice(PEER_CLASSES) class: PeerClass;
  @Text({ optional: true, max: 60 }) party?: string;
  @Says('Choose at least one position') @Transform(({ value }) => listOf(value)) @Texts({ max: 20 }) positions: string[];
  @Says('Write skills with levels like: finance 4, governance 3') @Text({ optional: true, max: 500, pattern: SKILLS }) skills?: string;
  @Says('Enter a code of the register, such as E07000041') @Text({ optional: true, max: 20 }) council?: string;
  @Text({ optional: true, max: 200 }) organisation?: string;
  @Choice(STEPS) step: Step;
}

class OfferForm {
  @Uuid({ optional: true }) campaign?: string;
  @Says('Enter your name') @Text({ max: 200 }) name: string;
  @Says('Enter your e-mail address, like name@example.com') @Email() email: string;
  @Says('Choose what you are') @Text({ max: 60 }) position: string;
  @Text({ optional: true, max: 60 }) party?: string;
  @Text({ optional: true, max: 20 }) council?: string;
  @Text({ optional: true, max: 200 }) organisation?: string;
  @Says('Choose skills of the list') @Transform(({ value }) => listOf(value)) @Texts({ optional: true, max: 40 }) skills?: string[];
  @Choice(STEPS) step: Step;
}

/** What somebody says of a skill of their own counts as this until the appraisal, where 1 is aware and 5 a national expert. */
const CLAIMED_LEVEL = 3;

/** Where applications come from: the office takes them, group offices and councils nominate, and anybody may offer. */
@Controller()
export class ApplyPages {
  private readonly tries = new Tries();

  constructor(
    private readonly recruiting: RecruitingService,
    private readonly policy: PolicyService,
    private readonly councils: CouncilsService,
    private readonly source: DataSource,
  ) {}

  @Get('applications/new')
  @Allow('peers.nominate')
  async form(@Granted() { actor }: Access, again: Again = FRESH): Promise<Page> {
    const nominating = nominatorOf(actor.role);
    const council = actor.councilId ? await this.source.manager.findOneBy(Council, { id: actor.councilId }) : null;
    const model = {
      nominating,
      party: actor.party,
      council,
      positions: await this.policy.get('positions'),
      campaigns: nominating ? [] : await this.recruiting.campaigns(),
    };
    return new Page('recruiting/views/application-form.njk', {
      title: nominating ? 'Nominate a peer' : 'An application',
      ...model,
      ...again,
    });
  }

  @Post('applications/new')
  @Allow('peers.nominate')
  apply(@Granted() access: Access, @Body() body: unknown): Answer {
    const { actor } = access;
    const work = async (form: ApplicationForm): Promise<Page | Redirect> => {
      if (form.step === 'change') return this.form(access, { input: { ...form }, errors: [] });
      if (form.positions.length === 0) throw badField('/positions', 'choose at least one position');
      const facts = await this.factsOf(access, form);
      const nominator = nominatorOf(actor.role) && (await this.nominatorName(access));
      await this.recruiting.check(facts);
      if (form.step === 'check') return this.checkPage(form, facts, nominator);
      const { id } = await this.recruiting.apply(actor, facts, nominator);
      if (scopeOf(actor.role, 'recruiting.read')) return new Redirect(paths.application(id));
      const paragraphs = ['The programme office has the nomination, and asks them next.'];
      return new Page('web/views/message.njk', { title: 'Thank you', paragraphs, links: [{ href: paths.home, text: 'Home' }] });
    };
    return submit(ApplicationForm, body, work, (again) => this.form(access, again));
  }

  /** A campaign passes its own address on, so that those who come by it count towards it. */
  @Get('apply')
  @Public()
  async offerForm(@Query('campaign') campaign: unknown, again: Again = FRESH): Promise<Page> {
    const model = {
      ...{ positions: await this.policy.get('positions'), skills: await this.policy.get('skills') },
      councils: await this.councils.ofRegions(null),
      parties: await this.parties(),
      campaign: isUUID(campaign) ? campaign : null,
    };
    return new Page('recruiting/views/offer.njk', { title: 'Offer to be a peer', ...model, ...again });
  }

  @Post('apply')
  @Public()
  async offer(@Req() request: Request, @Body() body: unknown): Promise<Page | Redirect | Download> {
    await this.tries.count(request);
    const work = async (form: OfferForm): Promise<Page | Redirect> => {
      if (form.step === 'change') return this.offerForm(form.campaign, { input: { ...form }, errors: [] });
      const facts = await this.offeredFacts(form);
      await this.recruiting.requireFacts(this.source.manager, facts);
      if (form.step === 'check') return this.checkPage(form, facts, null);
      await this.recruiting.offer(facts);
      return new Redirect(paths.applied);
    };
    return submit(OfferForm, body, work, (again) => this.offerForm(again.input.campaign, again));
  }

  @Get('apply/sent')
  @Public()
  sent(): Page {
    const paragraphs = [
      'If your address is new here, a message is on its way to it that says what is held and what comes next. Somebody will be in touch.',
      'No message within a day? Then an application of yours is open already, or the address was mistyped: offer again.',
    ];
    return new Page('web/views/message.njk', { title: 'Thank you', paragraphs, links: [{ href: paths.home, text: 'Home' }] });
  }

  private async checkPage(form: ApplicationForm | OfferForm, facts: ApplicationFacts, nominator: string | null): Promise<Page> {
    const words = await wordsOf(this.policy);
    const own = form instanceof OfferForm;
    const { councilId, campaignId } = facts;
    const council = councilId && (await this.source.manager.findOneByOrFail(Council, { id: councilId }));
    const campaign = !own && campaignId && (await this.source.manager.findOneByOrFail(Campaign, { id: campaignId }));
    const model = {
      own,
      ...{ facts, nominator, council, campaign, hidden: hiddenFields(form) },
      positions: facts.positions.map(words.position),
      skills: Object.entries(facts.skills).map(([skill, level]) => (own ? words.skill(skill) : `${words.skill(skill)} ${String(level)}`)),
    };
    return new Page('recruiting/views/application-check.njk', { title: 'Check before you send', ...model });
  }

  /** A group office nominates members of its party, a council people of its own. */
  private async factsOf({ actor }: Access, form: ApplicationForm): Promise<ApplicationFacts> {
    const { campaign, council, party, skills, organisation, name, email, class: peerClass, positions } = form;
    const nominating = nominatorOf(actor.role);
    if (nominating === 'group' && peerClass !== 'member') throw badField('/class', 'a group office nominates members');
    return {
      ...{ name, email: email.toLowerCase(), class: peerClass, positions, skills: skillLevels(skills), organisation: organisation ?? null },
      campaignId: nominating === null && campaign ? campaign : null,
      party: nominating === 'group' ? actor.party : (party ?? null),
      councilId: nominating === 'employer' ? actor.councilId : await this.councilId(council),
    };
  }

  /** The class follows from the position. Members and officers come from a council or name what they serve. */
  private async offeredFacts(form: OfferForm): Promise<ApplicationFacts> {
    const { campaign, name, email, party, council, organisation } = form;
    const position = (await this.policy.get('positions')).find(({ id }) => id === form.position);
    if (!position) throw badField('/position', 'Choose what you are');
    if (position.class === 'member' && !(await this.parties()).includes(party ?? ''))
      throw badField('/party', 'Choose your party or group');
    if (!council && !organisation) throw badField('/council', 'Choose your council, or enter your organisation');
    const skills: SkillLevels = Object.fromEntries((form.skills ?? []).map((skill) => [skill, CLAIMED_LEVEL]));
    const known = campaign && (await this.source.manager.existsBy(Campaign, { id: campaign }));
    return {
      ...{ name, email: email.toLowerCase(), class: position.class, positions: [position.id], skills, organisation: organisation ?? null },
      ...{ campaignId: known ? campaign : null, party: party ?? null, councilId: await this.councilId(council) },
    };
  }

  /** Those with a group office, and what councillors without one say. */
  private async parties(): Promise<string[]> {
    const rows = await this.source.query<{ party: string }[]>(
      `SELECT DISTINCT party FROM accounts WHERE role = 'group' AND party <> 'Independent' ORDER BY party`,
    );
    return [...rows.map(({ party }) => party), 'Independent', 'Another party'];
  }

  private async councilId(code: string | undefined): Promise<string | null> {
    if (code === undefined) return null;
    const found = await this.source.manager.findOneBy(Council, { code });
    if (!found) throw badField('/council', `found "${code}"; allowed: a code of the register, such as E07000041`);
    return found.id;
  }

  private async nominatorName({ actor }: Access): Promise<string> {
    if (actor.party !== null) return `${actor.party} group office`;
    const council = await this.source.manager.findOneBy(Council, { id: actor.councilId ?? '' });
    return council?.name ?? 'an employer';
  }
}

/** Who nominates rather than takes an application. */
function nominatorOf(role: Access['actor']['role']): 'group' | 'employer' | null {
  if (role === 'group' || role === 'lead') return 'group';
  return role === 'council' ? 'employer' : null;
}
