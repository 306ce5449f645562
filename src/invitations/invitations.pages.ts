import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ChallengesService } from '../challenges/challenges.service.js';
import { seatLabel } from '../kinds/seats.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { AgreementService } from '../proposals/agreement.service.js';
import { TeamViews } from '../proposals/team-views.service.js';
import { Uuid } from '../web/fields.js';
import { FRESH, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import type { AnswerChannel, Invitation } from './invitation.entity.js';
import { concerning } from './said.js';
import { InvitationsService } from './invitations.service.js';

/** Who is invited is the team that the page showed. */
class InviteForm {
  @Uuid() proposalId: string;
}

/** How a yes came, where that is not the usual way. */
const THROUGH: Record<AnswerChannel, string> = {
  link: '',
  page: '',
  telephone: ' by telephone',
  api: '',
};

/** How an invitation came to its end, as the adviser reads it. */
const ENDED_WORDS = {
  declined: 'said no',
  expired: 'did not answer',
  released: 'was released by you or another adviser',
  freed: 'was told that the days or the team had changed',
};

const endOf = ({ state, forCause }: Invitation): keyof typeof ENDED_WORDS =>
  state === 'declined' || state === 'expired' ? state : forCause ? 'released' : 'freed';

/** Inviting an agreed team and following its answers. */
@Controller('challenges/:id/invitations')
export class InvitationPages {
  constructor(
    private readonly invitations: InvitationsService,
    private readonly challenges: ChallengesService,
    private readonly agreement: AgreementService,
    private readonly teams: TeamViews,
  ) {}

  /** Before: who will be asked. After: who has said what. */
  @Get()
  @Allow('invitations.send', 'challenge')
  async list(@Granted() { actor }: Access, @Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const challenge = await this.challenges.get(id);
    const proposal = await this.agreement.agreed(id);
    const [team] = await this.teams.compare(challenge, [proposal], actor.role);
    const invitations = await this.invitations.ofChallenge(id);
    const { invitationDays } = await this.challenges.kindOf(challenge);
    const live = invitations.filter(({ isLive }) => isLive);
    const notAgain = await this.teams.notAgain(id);
    const lost = await this.challenges.undelivered(id);
    const seats = (team?.seats ?? []).map((seat) => {
      const invitation = live.find((one) => one.seat === seat.seat && one.peerId === seat.member?.id) ?? null;
      const no = notAgain.find(({ peerId }) => peerId === seat.member?.id) ?? null;
      const through = THROUGH[invitation?.answeredThrough ?? 'link'];
      const message =
        lost.find(({ concerns }) => invitation && concerns === concerning(invitation.id)) ?? null;
      return { ...seat, invitation, no, through, lost: message };
    });
    const open = seats.filter(({ member, invitation, no }) => member && !invitation && !no);
    const refused = seats.filter(({ no }) => no);
    const past = invitations
      .filter(({ isLive }) => !isLive)
      .map((one) => ({ ...one, label: seatLabel(one.seat), ended: ENDED_WORDS[endOf(one)] }));
    const approved = await this.agreement.isApproved(challenge, proposal);
    const title = open.length > 0 && live.length === 0 ? 'Check before you invite' : 'Answers of the team';
    const model = { title, challenge, team, seats, open, refused, past, notAgain, invitationDays, approved };
    return new Page('invitations/views/invitations.njk', { ...model, ...again });
  }

  @Post()
  @Allow('invitations.send', 'challenge')
  send(
    @Granted() access: Access,
    @Param('id') id: string,
    @Body() body: unknown,
  ): Promise<Page | Redirect | Download> {
    const work = async ({ proposalId }: InviteForm): Promise<Redirect> => {
      const all = await this.invitations.send(access.actor, id, proposalId);
      const waits = all.some(({ state }) => state === 'pending');
      return new Redirect(waits ? paths.done(id, 'invited') : paths.challenge(id));
    };
    return submit(InviteForm, body, work, (again) => this.list(access, id, again));
  }
}
