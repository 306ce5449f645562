import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { addDays, addMonths, datesOf, londonDate } from '../calendar/dates.js';
import { seatLabel } from '../challenges/seat-words.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import type { Actor } from '../people/access.js';
import { PeersService } from '../peers/peers.service.js';
import { PolicyService } from '../policy/policy.service.js';
import { wordsOf } from '../policy/words.js';
import { Proposal } from '../proposals/proposal.entity.js';
import { hiddenFields, submit, type Again } from '../web/forms.js';
import { Download, Page, Redirect } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { AnswerForm, LINK_TYPES, makeOut } from './answering.js';
import type { Invitation } from './invitation.entity.js';
import { InvitationsService } from './invitations.service.js';
import { lastDayBefore, visitEvents } from './notices.service.js';
import { calendarFile } from '../messages/calendar-file.js';
import { Peer } from '../peers/peer.entity.js';

/** A peer's answer to an invitation, by link or signed in: the same pages at another address. */
@Injectable()
export class AnswersService {
  constructor(
    private readonly source: DataSource,
    private readonly invitations: InvitationsService,
    private readonly challenges: ChallengesService,
    private readonly policy: PolicyService,
    private readonly peers: PeersService,
  ) {}

  /** The question. Whoever said yes may change their mind here until the end. */
  async ask(id: string, base: string, again: Again): Promise<Page> {
    const shown = await this.shown(await this.invitations.get(id));
    return new Page('invitations/views/invitation.njk', {
      title: 'You are asked to join a peer team',
      base,
      links: LINK_TYPES,
      ...shown,
      ...again,
    });
  }

  /** An untouched form is told what is missing; a filled one is shown to be checked; only then is it sent. */
  answer(actor: Actor, id: string, base: string, body: unknown): Promise<Page | Redirect | Download> {
    const work = async (form: AnswerForm): Promise<Page | Redirect> => {
      const invitation = await this.invitations.get(id);
      const shown = await this.shown(invitation);
      if (form.step === 'change') return this.ask(id, base, { input: { ...form }, errors: [] });
      const { yes, reason, otherDates, conflict } = makeOut(form, shown.visit, londonDate(new Date()));
      if (form.step === 'check') {
        const model = { title: 'Check your answers', base, yes, reason, otherDates, hidden: hiddenFields(form) };
        return new Page('invitations/views/check.njk', { ...model, ...shown });
      }
      if (conflict) await this.peers.declareConflict(actor, invitation.peerId, { councilId: shown.challenge.councilId, ...conflict });
      if (!yes) {
        await this.invitations.decline(actor, id, { reason, otherDates });
        return new Redirect(paths.thanks);
      }
      await this.invitations.accept(actor, id);
      return new Redirect(`${base}/sent`);
    };
    return submit(AnswerForm, body, work, (again) => this.ask(id, base, again));
  }

  async receipt(id: string, base: string): Promise<Page | Redirect> {
    const invitation = await this.invitations.get(id);
    if (invitation.state !== 'accepted') return new Redirect(base);
    return new Page('invitations/views/sent.njk', { title: 'Your answer is yes', base, ...(await this.shown(invitation)) });
  }

  /** The dates for the peer's own calendar, as soon as the answer is yes; the team's own invitation follows when it is complete. */
  async calendar(id: string, base: string): Promise<Download | Redirect> {
    const invitation = await this.invitations.get(id);
    if (invitation.state !== 'accepted') return new Redirect(base);
    const { challenge, visit } = await this.shown(invitation);
    const events = visitEvents(invitation, challenge.council?.name ?? '', visit);
    const file = calendarFile('PUBLISH', events, { stamp: new Date() });
    return new Download(file, 'text/calendar; charset=utf-8', 'visit.ics');
  }

  /** What an invited peer may see: council, dates, seat, what the others of the team are, and what comes when. */
  private async shown(invitation: Invitation) {
    const challenge = await this.challenges.get(invitation.challengeId);
    const { firstDay, lastDay, seats } = await this.source.manager.findOneByOrFail(Proposal, { id: invitation.proposalId });
    const words = await wordsOf(this.policy);
    const { clock } = await this.policy.kind(challenge.kind);
    const others = Object.values(seats).filter((peer) => peer !== null && peer !== invitation.peerId);
    const team =
      others.length === 0
        ? []
        : await this.source.manager.findBy(
            Peer,
            others.map((peer) => ({ id: peer ?? '' })),
          );
    return {
      challenge,
      invitation,
      kind: words.kind(challenge.kind),
      seat: seatLabel(invitation.seat),
      visit: { firstDay, lastDay },
      dates: datesOf({ from: firstDay, to: lastDay }),
      evening: addDays(firstDay, -1),
      until: lastDayBefore(invitation.expiresAt),
      team: team.map(({ positions }) => words.position(positions[0] ?? '')).sort(),
      papers: addDays(firstDay, -clock.papersDaysBefore),
      review: clock.progressReviewMonths === null ? null : addMonths(lastDay, clock.progressReviewMonths),
    };
  }
}
