import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { DataSource } from 'typeorm';
import { Postpone, Reason } from '../challenges/challenges.dto.js';
import type { Challenge } from '../challenges/challenge.entity.js';
import { CHALLENGE_STATES } from '../challenges/states.js';
import { Allow, Granted, narrow, type Access } from '../people/access.js';
import { Choice, Day, Instant, Text, Uuid } from '../web/fields.js';
import { cursorOf, limitOf, page, PageQuery, readCursor } from '../web/paging.js';
import { Booking } from './booking.entity.js';
import { INVITATION_STATES, type Invitation } from './invitation.entity.js';
import { InvitationsService } from './invitations.service.js';
import { LeavingService } from './leaving.service.js';

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

class Decline {
  @Text({ optional: true, nullable: true, max: 2000 }) reason?: string | null;
  @Text({ optional: true, nullable: true, max: 2000, description: 'Other dates that would do' }) otherDates?: string | null;
}

class BookingQuery extends PageQuery {
  @Uuid({ optional: true }) peer?: string;
  @Uuid({ optional: true }) challenge?: string;
}

class BookingView {
  @Uuid() id: string;
  @Uuid() peerId: string;
  @Uuid() challengeId: string;
  @Text() seat: string;
  @Choice(['held', 'booked']) state: string;
  @Day() firstDay: string;
  @Day() lastDay: string;
}

class LeftView {
  @Uuid() id: string;
  @Choice(CHALLENGE_STATES) state: string;
}

@ApiTags('invitations')
@Controller('api')
export class InvitationsApi {
  constructor(
    private readonly invitations: InvitationsService,
    private readonly leaving: LeavingService,
    private readonly source: DataSource,
  ) {}

  @Post('challenges/:id/invitations')
  @Allow('invitations.send', 'challenge')
  @ApiCreatedResponse({ type: [InvitationView] })
  async send(@Granted() { actor }: Access, @Param('id') id: string): Promise<InvitationView[]> {
    return (await this.invitations.send(actor, id)).map(view);
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
    await this.invitations.accept(actor, id);
    return view(await this.invitations.get(id));
  }

  @Post('invitations/:id/decline')
  @HttpCode(200)
  @Allow('invitations.answer', 'invitation')
  @ApiOkResponse({ type: InvitationView })
  async decline(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: Decline): Promise<InvitationView> {
    await this.invitations.decline(actor, id, body);
    return view(await this.invitations.get(id));
  }

  @Get('bookings')
  @Allow('bookings.read')
  @ApiOkResponse({ type: [BookingView] })
  async bookings(
    @Granted() access: Access,
    @Query() query: BookingQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<BookingView[]> {
    const rows = this.source.manager
      .createQueryBuilder(Booking, 'b')
      .innerJoin('b.challenge', 'c')
      .innerJoin('c.council', 'h')
      .where('b.live')
      .orderBy('b.firstDay')
      .addOrderBy('b.id')
      .take(limitOf(query) + 1);
    narrow(rows, access, { region: 'h.region', council: 'h.id', peer: 'b.peer_id' });
    if (query.peer) rows.andWhere('b.peer_id = :peer', { peer: query.peer });
    if (query.challenge) rows.andWhere('b.challenge_id = :challenge', { challenge: query.challenge });
    const after = readCursor(query.after, 2);
    if (after) rows.andWhere('(b.first_day::text, b.id::text) > (:day, :id)', { day: after[0], id: after[1] });
    const shown = page(response, '/api/bookings', { ...query }, await rows.getMany(), ({ firstDay, id }) => cursorOf(firstDay, id));
    return shown.map(({ id, peerId, challengeId, seat, state, firstDay, lastDay }) => ({
      id,
      peerId,
      challengeId,
      seat,
      state,
      firstDay,
      lastDay,
    }));
  }

  @Post('challenges/:id/postpone')
  @HttpCode(200)
  @Allow('challenges.manage', 'challenge')
  @ApiOkResponse({ type: LeftView })
  async postpone(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: Postpone): Promise<LeftView> {
    return left(await this.leaving.postpone(actor, id, body));
  }

  @Post('challenges/:id/cancel')
  @HttpCode(200)
  @Allow('challenges.manage', 'challenge')
  @ApiOkResponse({ type: LeftView })
  async cancel(@Granted() { actor }: Access, @Param('id') id: string, @Body() { reason }: Reason): Promise<LeftView> {
    return left(await this.leaving.end(actor, id, 'cancelled', reason));
  }

  @Post('challenges/:id/stand-down')
  @HttpCode(200)
  @Allow('challenges.manage', 'challenge')
  @ApiOkResponse({ type: LeftView })
  async standDown(@Granted() { actor }: Access, @Param('id') id: string, @Body() { reason }: Reason): Promise<LeftView> {
    return left(await this.leaving.end(actor, id, 'stood_down', reason));
  }
}

function view(invitation: Invitation): InvitationView {
  const { id, challengeId, seat, peerId, peer, state, expiresAt, reason, otherDates, answeredAt } = invitation;
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

const left = ({ id, state }: Challenge): LeftView => ({ id, state });
