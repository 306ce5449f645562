import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { seatLabel } from '../challenges/seat-words.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { AgreementService } from '../proposals/agreement.service.js';
import { compare } from '../proposals/comparison.js';
import { PolicyService } from '../policy/policy.service.js';
import { wordsOf } from '../policy/words.js';
import { Choice, Text } from '../web/fields.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { AnswersService } from './answers.service.js';
import { InvitationsService } from './invitations.service.js';

type Answer = Promise<Page | Redirect | Download>;

class Nothing {}

/** An answer that a peer gave by telephone. */
class PhoneAnswer {
  @Says('Choose what the peer said') @Choice(['yes', 'no']) answer: 'yes' | 'no';
  @Text({ optional: true, max: 1000 }) reason?: string;
  @Text({ optional: true, max: 1000 }) otherDates?: string;
}

/** Inviting an agreed team and following its answers. */
@Controller()
export class InvitationPages {
  constructor(
    private readonly invitations: InvitationsService,
    private readonly challenges: ChallengesService,
    private readonly agreement: AgreementService,
    private readonly answers: AnswersService,
    private readonly policy: PolicyService,
    private readonly source: DataSource,
  ) {}

  /** Before: who will be asked. After: who has said what. */
  @Get('challenges/:id/invitations')
  @Allow('invitations.send', 'challenge')
  async list(@Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const challenge = await this.challenges.get(id);
    const proposal = await this.agreement.agreed(id);
    const [team] = await compare(this.source, challenge, [proposal], await wordsOf(this.policy));
    const invitations = await this.invitations.ofChallenge(id);
    const { invitationDays } = await this.policy.kind(challenge.kind);
    const live = invitations.filter(({ state }) => state === 'pending' || state === 'accepted');
    const seats = (team?.seats ?? []).map((seat) => ({
      ...seat,
      invitation: live.find((one) => one.seat === seat.seat && one.peerId === seat.member?.id) ?? null,
    }));
    const open = seats.filter(({ member, invitation }) => member && !invitation);
    const past = invitations.filter((one) => !live.includes(one)).map((one) => ({ ...one, label: seatLabel(one.seat) }));
    const title = open.length > 0 && live.length === 0 ? 'Check before you invite' : 'Answers of the team';
    return new Page('invitations/views/invitations.njk', { title, challenge, team, seats, open, past, invitationDays, ...again });
  }

  @Post('challenges/:id/invitations')
  @Allow('invitations.send', 'challenge')
  send(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async (): Promise<Redirect> => {
      await this.invitations.send(actor, id);
      return new Redirect(paths.done(id, 'invited'));
    };
    return submit(Nothing, body, work, (again) => this.list(id, again));
  }

  /** The peer's own invitation, signed in; for staff the answer that a peer gave by telephone. */
  @Get('invitations/:id')
  @Allow('invitations.answer', 'invitation')
  async one(@Granted() access: Access, @Param('id') id: string, again: Again = FRESH): Promise<Page> {
    if (access.actor.role === 'peer') return this.answers.ask(id, paths.invitation(id), again);
    const invitation = await this.invitations.get(id);
    const challenge = await this.challenges.get(invitation.challengeId);
    return new Page('invitations/views/phone.njk', {
      title: 'Record an answer',
      invitation,
      challenge,
      label: seatLabel(invitation.seat),
      ...again,
    });
  }

  @Post('invitations/:id')
  @Allow('invitations.answer', 'invitation')
  answer(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const { actor } = access;
    if (actor.role === 'peer') return this.answers.answer(actor, id, paths.invitation(id), body);
    const work = async ({ answer, reason, otherDates }: PhoneAnswer): Promise<Redirect> => {
      const { challengeId } =
        answer === 'yes'
          ? await this.invitations.accept(actor, id)
          : await this.invitations.decline(actor, id, { reason: reason ?? null, otherDates: otherDates ?? null });
      return new Redirect(paths.invitations(challengeId));
    };
    return submit(PhoneAnswer, body, work, (again) => this.one(access, id, again));
  }

  @Get('invitations/:id/sent')
  @Allow('invitations.answer', 'invitation')
  sent(@Param('id') id: string): Promise<Page | Redirect> {
    return this.answers.receipt(id, paths.invitation(id));
  }

  @Get('invitations/:id/visit.ics')
  @Allow('invitations.answer', 'invitation')
  calendar(@Param('id') id: string): Promise<Download | Redirect> {
    return this.answers.calendar(id, paths.invitation(id));
  }
}
