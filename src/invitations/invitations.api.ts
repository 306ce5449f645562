import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Allow, Granted, type Access } from '../people/access.js';
import { Choice, Instant, Text, Uuid } from '../web/fields.js';
import { INVITATION_STATES, type Invitation } from './invitation.entity.js';
import { InvitationsService } from './invitations.service.js';
import { AnswersService } from './answers.service.js';

class InvitationView {
  @Uuid() id: string;
  @Uuid() challengeId: string;
  @Text() seat: string;
  @Uuid() peerId: string;
  @Text() peer: string;
  @Choice(INVITATION_STATES) state: string;
  @Instant() expiresAt: string;
  @Text({ nullable: true }) reason: string | null;
  @Text({ nullable: true }) otherDates: string | null;
  @Instant({ nullable: true }) answeredAt: string | null;
}

class Invite {
  @Uuid({ optional: true, description: 'The team to invite; refused where another one is agreed by now' })
  proposalId?: string;
}

class Decline {
  @Text({ optional: true, nullable: true, max: 2000 }) reason?: string | null;
  @Text({ optional: true, nullable: true, max: 2000, description: 'Other dates that would do' }) otherDates?:
    string | null;
}

@ApiTags('invitations')
@Controller('api')
export class InvitationsApi {
  constructor(
    private readonly invitations: InvitationsService,
    private readonly answers: AnswersService,
  ) {}

  @Post('challenges/:id/invitations')
  @Allow('invitations.send', 'challenge')
  @ApiCreatedResponse({ type: [InvitationView] })
  async send(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() { proposalId }: Invite,
  ): Promise<InvitationView[]> {
    return (await this.invitations.send(actor, id, proposalId)).map(view);
  }

  @Get('challenges/:id/invitations')
  @Allow('invitations.send', 'challenge')
  @ApiOkResponse({ type: [InvitationView] })
  async list(@Param('id') id: string): Promise<InvitationView[]> {
    return (await this.invitations.ofChallenge(id)).map(view);
  }

  @Get('invitations/:id')
  @Allow('invitations.read', 'invitation')
  @ApiOkResponse({ type: InvitationView })
  async one(@Param('id') id: string): Promise<InvitationView> {
    return view(await this.invitations.get(id));
  }

  @Post('invitations/:id/accept')
  @HttpCode(200)
  @Allow('invitations.answer', 'invitation')
  @ApiOkResponse({ type: InvitationView })
  async accept(@Granted() { actor }: Access, @Param('id') id: string): Promise<InvitationView> {
    await this.answers.accept(actor, id);
    return view(await this.invitations.get(id));
  }

  @Post('invitations/:id/decline')
  @HttpCode(200)
  @Allow('invitations.answer', 'invitation')
  @ApiOkResponse({ type: InvitationView })
  async decline(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() body: Decline,
  ): Promise<InvitationView> {
    await this.answers.decline(actor, id, body);
    return view(await this.invitations.get(id));
  }
}

function view(invitation: Invitation): InvitationView {
  const { id, challengeId, seat, peerId, peer, state, expiresAt, reason, otherDates, answeredAt } =
    invitation;
  return {
    id,
    challengeId,
    seat,
    peerId,
    peer: peer?.name ?? '',
    state,
    expiresAt: expiresAt.toISOString(),
    reason,
    otherDates,
    answeredAt: answeredAt?.toISOString() ?? null,
  };
}
