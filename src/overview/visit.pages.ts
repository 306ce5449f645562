import { Controller, Get, Param } from '@nestjs/common';
import { ChallengesService } from '../challenges/challenges.service.js';
import { askedDays, askedWords, meetsBefore, seatWithDays } from '../kinds/presence.js';
import { DOCUMENT_NAMES } from '../outcomes/document.entity.js';
import { DocumentsService } from '../outcomes/documents.service.js';
import type { Booking } from '../invitations/booking.entity.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { ClockService } from '../visits/clock.service.js';
import { TimetableService } from '../visits/timetable.service.js';
import { Page } from '../web/pages.js';
import { clockLines, foldClock } from './clock-lines.js';
import { shownContacts } from '../challenges/contacts.js';
import { isDelivered, isOpen, type ChallengeState } from '../challenges/states.js';
import { paths } from '../web/paths.js';

/** A visit for those who serve in it. */
@Controller('visits')
export class VisitPages {
  constructor(
    private readonly challenges: ChallengesService,
    private readonly clock: ClockService,
    private readonly timetable: TimetableService,
    private readonly documents: DocumentsService,
  ) {}

  /** A visit for those who serve in it: papers, timetable, contacts, on one page. */
  @Get(':id')
  @Allow('visit.page', 'served challenge')
  async visit(@Granted() { actor }: Access, @Param('id') id: string): Promise<Page> {
    const challenge = await this.challenges.get(id);
    const kind = await this.challenges.kindOf(challenge);
    const clock = foldClock(clockLines(id, await this.clock.of(id), 'other'));
    const documents = (await this.documents.ofChallenge(id)).filter(({ type }) => type !== 'draft_report');
    const booked = await this.timetable.team(id);
    const own = booked.find(({ peerId }) => peerId === actor.peerId) ?? null;
    const days = own && askedDays(challenge.seats.find((seat) => seat.id === own.seat) ?? {}, visitOf(own));
    const team = booked.map(({ seat, peer }) => ({
      seat: seatWithDays(challenge.seats, seat),
      name: peer?.name ?? '',
      leads: seat === challenge.leadSeat,
      email: peer?.email ?? null,
    }));
    return new Page('overview/views/visit.njk', {
      ...(await this.challenges.hosts(challenge)),
      coming: await this.challenges.coming(id),
      ask: await this.challenges.ask(id),
      title: 'Papers, timetable and contacts',
      part: days ? askedWords(days) : '',
      meets: challenge.mode !== 'remote' && (days === null || meetsBefore(days)),
      challenge,
      kind: kind.name,
      clock,
      // Until the visit begins; afterwards it is the manager who writes down who was there.
      answer: own && !isOver(challenge.state) ? paths.invitation(own.invitationId) : null,
      team,
      contacts: shownContacts(challenge.contacts),
      sessions: await this.timetable.shown(challenge),
      documents: documents.map((one) => ({ ...one, name: DOCUMENT_NAMES[one.type] })),
    });
  }
}

const isOver = (state: ChallengeState): boolean =>
  state === 'on_site' || isDelivered(state) || !isOpen(state);

/** The days of the visit for which somebody is booked. */
const visitOf = ({ visitFirstDay, visitLastDay }: Booking): { firstDay: string; lastDay: string } => ({
  firstDay: visitFirstDay,
  lastDay: visitLastDay,
});
