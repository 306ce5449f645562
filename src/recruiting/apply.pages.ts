import { Body, Controller, Get, Post, Query, Req } from '@nestjs/common';
import { isUUID } from 'class-validator';
import type { Request } from 'express';
import { Allow, Granted, Public, type Access } from '../people/access.js';
import { scopeOf } from '../people/permissions.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { networkOf } from '../web/networks.js';
import { Tries } from '../web/tries.js';
import { ApplicationsService, type ApplicationFacts } from './applications.service.js';
import { Applicants, nominatorOf } from './applicants.service.js';
import { ApplicationForm, OfferForm } from './application-forms.js';
import { draftIn, forgetDrafts, keepDraft } from '../web/drafts.js';
import { type Again, FRESH, hiddenFields, submit } from '../web/forms.js';
import { badField } from '../web/problems.js';

type Answer = Promise<Page | Redirect | Download>;
/** Where applications come from: the office takes them, group offices and councils nominate, and anybody may offer. */
@Controller()
export class ApplyPages {
  constructor(
    private readonly applications: ApplicationsService,
    private readonly applicants: Applicants,
    private readonly tries: Tries,
  ) {}

  @Get('applications/new')
  @Allow('peers.nominate')
  show(@Granted() access: Access, @Req() request: Request): Answer {
    const draft = draftIn(request);
    if (!draft) return this.form(access, FRESH);
    const look = async (form: ApplicationForm): Promise<Page> =>
      form.step === 'check'
        ? this.checkPage(
            form,
            await this.applicants.applied(access.actor, form),
            await this.applicants.nominator(access.actor),
          )
        : this.form(access, { input: { ...form }, errors: [] });
    return submit(ApplicationForm, draft, look, (again) => this.form(access, again));
  }

  private async form({ actor }: Access, again: Again): Promise<Page> {
    const nominating = nominatorOf(actor.role);
    const model = { nominating, party: actor.party, ...(await this.applicants.choices(actor)) };
    return new Page('recruiting/views/application-form.njk', {
      title: nominating ? 'Nominate a peer' : 'An application',
      ...model,
      ...again,
    });
  }

  @Post('applications/new')
  @Allow('peers.nominate')
  apply(@Granted() access: Access, @Req() request: Request, @Body() body: unknown): Answer {
    const { actor } = access;
    const work = async (form: ApplicationForm): Promise<Page | Redirect> => {
      if (form.step === 'change') return keepDraft(request, form);
      if (form.positions.length === 0) throw badField('/positions', 'choose at least one position');
      const facts = await this.applicants.applied(access.actor, form);
      const nominator = await this.applicants.nominator(actor);
      await this.applications.check(facts);
      if (form.step === 'check') return keepDraft(request, form);
      const { id } = await this.applications.apply(actor, facts, nominator);
      await forgetDrafts(request);
      if (scopeOf(actor.role, 'recruiting.read')) return new Redirect(paths.application(id));
      const paragraphs = ['The programme office has the nomination, and asks them next.'];
      return new Page('web/views/message.njk', {
        title: 'Thank you',
        paragraphs,
        links: [{ href: paths.home, text: 'Home' }],
      });
    };
    return submit(ApplicationForm, body, work, (again) => this.form(access, again));
  }

  /** A campaign passes its own address on, so that those who come by it count towards it. */
  @Get('apply')
  @Public()
  offerShow(@Req() request: Request, @Query('campaign') campaign: unknown): Answer {
    const draft = draftIn(request);
    if (!draft) return this.offerForm(campaign, FRESH);
    const look = async (form: OfferForm): Promise<Page> =>
      form.step === 'check'
        ? this.checkPage(form, await this.applicants.offered(form), null)
        : this.offerForm(form.campaign, { input: { ...form }, errors: [] });
    return submit(OfferForm, draft, look, (again) => this.offerForm(again.input.campaign, again));
  }

  private async offerForm(campaign: unknown, again: Again): Promise<Page> {
    const model = {
      ...(await this.applicants.offerChoices()),
      campaign: isUUID(campaign) ? campaign : null,
    };
    return new Page('recruiting/views/offer.njk', { title: 'Offer to be a peer', ...model, ...again });
  }

  @Post('apply')
  @Public()
  async offer(@Req() request: Request, @Body() body: unknown): Promise<Page | Redirect | Download> {
    await this.tries.count('forms', networkOf(request));
    const work = async (form: OfferForm): Promise<Redirect> => {
      if (form.step === 'change') return keepDraft(request, form);
      const facts = await this.applicants.offered(form);
      await this.applications.checkOffer(facts);
      if (form.step === 'check') return keepDraft(request, form);
      await this.applications.offer(facts);
      await forgetDrafts(request);
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
    return new Page('web/views/message.njk', {
      title: 'Thank you',
      paragraphs,
      links: [{ href: paths.home, text: 'Home' }],
    });
  }

  private async checkPage(
    form: ApplicationForm | OfferForm,
    facts: ApplicationFacts,
    nominator: string | null,
  ): Promise<Page> {
    const own = form instanceof OfferForm;
    const said = await this.applicants.said(facts, own);
    const model = { own, facts, nominator, ...said, hidden: hiddenFields(form) };
    return new Page('recruiting/views/application-check.njk', { title: 'Check before you send', ...model });
  }
}
