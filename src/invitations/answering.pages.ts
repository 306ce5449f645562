import { Injectable } from '@nestjs/common';
import { isConfirmed } from '../challenges/states.js';
import { Clock } from '../database/clock.js';
import type { WhomToAsk } from '../messages/whom-to-ask.js';
import { calendarFile } from '../messages/calendar-file.js';
import type { Actor } from '../people/access.js';
import type { Request } from 'express';
import { draftIn, forgetDrafts, keepDraft } from '../web/drafts.js';
import { FRESH, hiddenFields, submit, type Again } from '../web/forms.js';
import { Download, Page, Redirect } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { saved } from '../web/sessions.js';
import { AnswerForm, LINK_TYPES, makeOut } from './answering.js';
import { MadeOutService } from './made-out.service.js';
import type { InvitationState } from './invitation.entity.js';
import { InvitationViews } from './invitation-views.service.js';
import { InvitationsService } from './invitations.service.js';
import { visitEvents } from './calendars.service.js';

declare module 'express-session' {
  interface SessionData {
    /** The invitation that was answered with no in this browser last. */
    declined: string;
  }
}

/** What an invitation that nobody can answer any more says first. */
const OVER: Partial<Record<InvitationState, string>> = {
  declined: 'You said no',
  expired: 'The time to answer is over',
  withdrawn: 'You are not needed for this any more',
};

/** The pages by which a peer answers: the same by a personal link and signed in, at two addresses. */
@Injectable()
export class AnsweringPages {
  constructor(
    private readonly time: Clock,
    private readonly invitations: InvitationsService,
    private readonly answers: MadeOutService,
    private readonly views: InvitationViews,
  ) {}

  /** The question; or an answer on its way, to be checked or changed. */
  show(request: Request, id: string, base: string): Promise<Page | Redirect | Download> {
    const draft = draftIn(request);
    if (!draft) return this.ask(id, base, FRESH);
    const look = (form: AnswerForm): Promise<Page> =>
      form.step === 'check'
        ? this.check(id, base, form)
        : this.ask(id, base, { input: { ...form }, errors: [] });
    return submit(AnswerForm, draft, look, (again) => this.ask(id, base, again));
  }

  /** The question. Whoever said yes may change their mind here until the end. */
  async ask(id: string, base: string, again: Again): Promise<Page> {
    const invitation = await this.invitations.get(id);
    const shown = await this.views.of(invitation);
    const over = OVER[invitation.state];
    if (over !== undefined) return new Page('invitations/views/over.njk', { title: over, ...shown });
    const title = invitation.state === 'accepted' ? 'You said yes' : 'You are asked to join a peer team';
    const isLate = invitation.expiresAt <= this.time.now();
    const model = { title, base, isLate, links: LINK_TYPES };
    return new Page('invitations/views/invitation.njk', { ...model, ...shown, ...again });
  }

  /** An untouched form is told what is missing; a filled one is shown to be checked; only then is it sent. */
  answer(
    request: Request,
    actor: Actor,
    { id, base }: { id: string; base: string },
    body: unknown,
  ): Promise<Page | Redirect | Download> {
    const work = async (form: AnswerForm): Promise<Redirect> => {
      if (form.step === 'change') return keepDraft(request, form);
      const shown = await this.views.of(await this.invitations.get(id));
      const madeOut = makeOut(form, shown.visit, this.time.today());
      if (form.step === 'check') return keepDraft(request, form);
      await this.answers.answer(
        actor,
        id,
        madeOut,
        actor.role === 'peer' && actor.id.startsWith('link:') ? 'link' : 'page',
      );
      await forgetDrafts(request);
      if (!madeOut.yes) {
        request.session.declined = id;
        await saved(request);
      }
      return new Redirect(madeOut.yes ? `${base}/sent` : paths.thanks);
    };
    return submit(AnswerForm, body, work, (again) => this.ask(id, base, again));
  }

  /** Whom to ring about an invitation, also once it is over. */
  async whomToAsk(id: string): Promise<WhomToAsk[]> {
    return (await this.views.of(await this.invitations.get(id))).ask;
  }

  private async check(id: string, base: string, form: AnswerForm): Promise<Page> {
    const invitation = await this.invitations.get(id);
    if (invitation.state in OVER) return this.ask(id, base, FRESH);
    const shown = await this.views.of(invitation);
    const { yes, otherDates, conflict } = makeOut(form, shown.visit, this.time.today());
    const reason = form.reason ?? null;
    const link = form.link === 'yes' && form.linkType ? LINK_TYPES[form.linkType] : 'none';
    const bars = conflict !== null;
    const isWhole = await this.views.wasWhole(invitation);
    const tells = form.link === 'yes';
    const model = { yes, bars, link, tells, isWhole, reason, otherDates, hidden: hiddenFields(form), base };
    return new Page('invitations/views/check.njk', { title: 'Check your answers', ...model, ...shown });
  }

  async receipt(id: string, base: string): Promise<Page | Redirect> {
    const invitation = await this.invitations.get(id);
    if (invitation.state !== 'accepted') return new Redirect(base);
    const shown = await this.views.of(invitation);
    const isWhole = isConfirmed(shown.challenge.state);
    return new Page('invitations/views/sent.njk', { title: 'Your answer is yes', base, isWhole, ...shown });
  }

  /** The dates for the peer's own calendar, as soon as the answer is yes; the team's own invitation follows when it is complete. */
  async calendar(id: string, base: string): Promise<Download | Redirect> {
    const invitation = await this.invitations.get(id);
    if (invitation.state !== 'accepted' || invitation.offSite) return new Redirect(base);
    const { challenge, hosts, place, kind, visit, part, evening: meets } = await this.views.of(invitation);
    const host = { council: hosts, place, kind };
    const page = this.views.address(paths.visit(challenge.id));
    const tentative = !isConfirmed(challenge.state) && !(await this.views.toldComplete(invitation));
    const [onSite, evening] = visitEvents(invitation, host, visit, { page, part, tentative });
    const events = meets === null ? [onSite] : [onSite, evening];
    const file = calendarFile('PUBLISH', events, { stamp: this.time.now() });
    return new Download(file, 'text/calendar; charset=utf-8', 'visit.ics');
  }
}
