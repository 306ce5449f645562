import { Body, Controller, Get, Param, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { ChallengesService } from '../challenges/challenges.service.js';
import { seatLabel } from '../kinds/seats.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { Choice, Text } from '../web/fields.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { AnsweringPages } from './answering.pages.js';
import { LINK_TYPES, linkWords } from './answering.js';
import type { InvitationState } from './invitation.entity.js';
import { MadeOutService } from './made-out.service.js';
import { InvitationsService } from './invitations.service.js';

type Answer = Promise<Page | Redirect | Download>;

/** An answer that a peer gave by telephone. */
class PhoneAnswer {
  @Says('Choose what the peer said') @Choice(['yes', 'no']) answer: 'yes' | 'no';
  @Says('Choose whether they have any link with this council') @Choice(['no', 'yes']) link: 'no' | 'yes';
  @Says('Choose what the link is')
  @Choice(Object.keys(LINK_TYPES), { optional: true })
  linkType?: keyof typeof LINK_TYPES;
  @Text({ optional: true, max: 1000 }) reason?: string;
  @Text({ optional: true, max: 1000 }) otherDates?: string;
}

/** What the adviser decides about a link that a peer told with a yes. */
class LinkDecision {
  @Says('Choose whether they stay') @Choice(['accepted', 'released']) decision: 'accepted' | 'released';
  @Says('Enter the reason') @Text({ max: 1000 }) why: string;
}

/** How an invitation stands, as people say it. */
const SAID: Record<InvitationState, string> = {
  pending: 'no answer yet',
  accepted: 'yes',
  declined: 'no',
  expired: 'no answer in time',
  withdrawn: 'not needed any more',
};

/** One invitation: for the peer, signed in, to answer; for staff, to write down what a peer said on the telephone. */
@Controller('invitations/:id')
export class AnswerPages {
  constructor(
    private readonly invitations: InvitationsService,
    private readonly answers: MadeOutService,
    private readonly answering: AnsweringPages,
    private readonly challenges: ChallengesService,
  ) {}

  @Get()
  @Allow('invitations.answer', 'invitation')
  async one(
    @Granted() { actor }: Access,
    @Req() request: Request,
    @Param('id') id: string,
  ): Promise<Page | Redirect | Download> {
    if (actor.role === 'peer') return this.answering.show(request, id, paths.invitation(id));
    return this.record(id, FRESH);
  }

  /** For staff, who have heard the answer. */
  private async record(id: string, again: Again): Promise<Page> {
    const invitation = await this.invitations.get(id);
    const challenge = await this.challenges.get(invitation.challengeId);
    const { declared, seat, state } = invitation;
    const waits = state === 'accepted' && declared !== null && declared.decision === null;
    const model = {
      title: waits ? 'Look at a link that was told' : 'Record an answer',
      invitation,
      challenge,
      label: seatLabel(seat),
      links: LINK_TYPES,
      said: SAID[invitation.state],
      told: declared ? linkWords(declared) : null,
    };
    return new Page('invitations/views/phone.njk', { ...model, ...again });
  }

  @Post()
  @Allow('invitations.answer', 'invitation')
  answer(
    @Granted() { actor }: Access,
    @Req() request: Request,
    @Param('id') id: string,
    @Body() body: unknown,
  ): Answer {
    if (actor.role === 'peer')
      return this.answering.answer(request, actor, { id, base: paths.invitation(id) }, body);
    const work = async ({ answer, ...told }: PhoneAnswer): Promise<Redirect> => {
      const challengeId = await this.answers.byTelephone(actor, id, { ...told, days: answer });
      return new Redirect(paths.invitations(challengeId));
    };
    return submit(PhoneAnswer, body, work, (again) => this.record(id, again));
  }

  @Post('link')
  @Allow('invitations.send', 'invitation')
  decide(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async ({ decision, why }: LinkDecision): Promise<Redirect> => {
      await this.answers.decide(access.actor, id, decision, why);
      return new Redirect(paths.invitations((await this.invitations.get(id)).challengeId));
    };
    return submit(LinkDecision, body, work, (again) => this.record(id, again));
  }

  @Get('sent')
  @Allow('invitations.answer', 'invitation')
  sent(@Param('id') id: string): Promise<Page | Redirect> {
    return this.answering.receipt(id, paths.invitation(id));
  }

  @Get('visit.ics')
  @Allow('invitations.answer', 'invitation')
  calendar(@Param('id') id: string): Promise<Download | Redirect> {
    return this.answering.calendar(id, paths.invitation(id));
  }
}
