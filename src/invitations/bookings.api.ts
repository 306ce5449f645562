import { SCOPE_COLUMNS } from '../challenges/hosts.js';
import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { OperationsOf } from '../web/operations.js';
import { PageQuery, cursorOf, limitOf, page, readCursor } from '../web/paging.js';
import { Choice, Day, Flag, Int, One, Text, Texts, Uuid } from '../web/fields.js';
import { type Access, Allow, Granted, narrow } from '../people/access.js';
import { Booking } from './booking.entity.js';
import { Database } from '../database/database.js';
import type { Stood } from './stood.js';
class BookingQuery extends PageQuery {
  @Uuid({ optional: true }) peer?: string;
  @Uuid({ optional: true }) challenge?: string;
}

/** What the peer was who served; what they are now stands with the peer. */
class StoodView {
  @Uuid({ nullable: true }) councilId: string | null;
  @Text({ nullable: true }) organisation: string | null;
  @Texts() positions: string[];
  @Int({ min: 0, max: 2000 }) experience: number;
}

class BookingView {
  @Uuid() id: string;
  @Uuid() peerId: string;
  @Uuid() challengeId: string;
  @Text() seat: string;
  @Choice(['held', 'booked']) state: string;
  @Day({ description: 'Of the peer; off site, of the visit' }) firstDay: string;
  @Day() lastDay: string;
  @Flag({ description: 'The work is done from afar, and no day is held' }) offSite: boolean;
  @One(() => StoodView, {
    nullable: true,
    description: 'What they were when they said yes, or when the visit began',
  })
  stood: StoodView | null;
}

/** Days that are held or booked. */
@ApiTags('invitations')
@OperationsOf('Invitations')
@Controller('api')
export class BookingsApi {
  constructor(private readonly db: Database) {}

  @Get('bookings')
  @Allow('bookings.read')
  @ApiOkResponse({ type: [BookingView] })
  async bookings(
    @Granted() access: Access,
    @Query() query: BookingQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<BookingView[]> {
    const rows = this.db.manager
      .createQueryBuilder(Booking, 'b')
      .innerJoin('b.challenge', 'c')
      .innerJoin('c.council', 'h')
      .where('b.live')
      .orderBy('b.firstDay')
      .addOrderBy('b.id')
      .take(limitOf(query) + 1);
    narrow(rows, access, { ...SCOPE_COLUMNS, peer: 'b.peer_id' });
    if (query.peer) rows.andWhere('b.peer_id = :peer', { peer: query.peer });
    if (query.challenge) rows.andWhere('b.challenge_id = :challenge', { challenge: query.challenge });
    const after = readCursor(query.after, 2);
    if (after)
      rows.andWhere('(b.first_day::text, b.id::text) > (:day, :id)', { day: after[0], id: after[1] });
    const shown = page(response, '/api/bookings', { ...query }, await rows.getMany(), ({ firstDay, id }) =>
      cursorOf(firstDay, id),
    );
    return shown.map(({ id, peerId, challengeId, seat, state, firstDay, lastDay, offSite, stood }) => ({
      id,
      peerId,
      challengeId,
      seat,
      state,
      firstDay,
      lastDay,
      offSite,
      stood: stood && viewStood(stood),
    }));
  }
}

/** Without what not everybody sees who sees a booking. */
const viewStood = ({ councilId, organisation, positions, experience }: Stood): StoodView => ({
  councilId,
  organisation,
  positions,
  experience,
});
