import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ChallengesService } from '../challenges/challenges.service.js';
import { seatLabel } from '../kinds/seats.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { Choice, Text } from '../web/fields.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { AnsweringPages } from './answering.pages.js';
import { AnswersService } from './answers.service.js';
import { InvitationsService } from './invitations.service.js';

type Answer = Promise<Page | Redirect | Download>;

/** An answer that a peer gave by telephone. */
class PhoneAnswer {
  @Says('Choose what the peer said') @Choice(['yes', 'no']) answer: 'yes' | 'no';
  @Text({ optional: true, max: 1000 }) reason?: string;
  @Text({ optional: true, max: 1000 }) otherDates?: string;
}

/** One invitation: for the peer, signed in, to answer; for staff, to write down what a peer said on the telephone. */
@Controller('invitations/:id')
export class AnswerPages {
  constructor(
    private readonly invitations: InvitationsService,
    private readonly answers: AnswersService,
    private readonly answering: AnsweringPages,
    private readonly challenges: ChallengesService,
  ) {}

  @Get()
  @Allow('invitations.answer', 'invitation')
  async one(@Granted() { actor }: Access, @Param('id') id: string, again: Again = FRESH): Promise<Page> {
    if (actor.role === 'peer') return this.answering.ask(id, paths.invitation(id), again);
    const invitation = await this.invitations.get(id);
    const challenge = await this.challenges.get(invitation.challengeId);
    const model = { title: 'Record an answer', invitation, challenge, label: seatLabel(invitation.seat) };
    return new Page('invitations/views/phone.njk', { ...model, ...again });
  }

  @Post()
  @Allow('invitations.answer', 'invitation')
  answer(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const { actor } = access;
    if (actor.role === 'peer') return this.answering.answer(actor, id, paths.invitation(id), body);
    const work = async ({ answer, ...refusal }: PhoneAnswer): Promise<Redirect> => {
      const { challengeId } = await (answer === 'yes'
        ? this.answers.accept(actor, id)
        : this.answers.decline(actor, id, refusal));
      return new Redirect(paths.invitations(challengeId));
    };
    return submit(PhoneAnswer, body, work, (again) => this.one(access, id, again));
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
