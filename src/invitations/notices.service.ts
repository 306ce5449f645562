import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import { addDays, londonDate } from '../calendar/dates.js';
import { sayMonth } from '../calendar/phrases.js';
import type { Challenge } from '../challenges/challenge.entity.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { seatWords } from '../kinds/seats.js';
import { STATE_NAMES } from '../challenges/states.js';
import {
  calendarFile,
  type CalendarMethod,
  type DayEvent,
  type TimedEvent,
} from '../messages/calendar-file.js';
import { MessagesService } from '../messages/messages.service.js';
import { Peer } from '../peers/peer.entity.js';
import { advisersOf, speakersOf } from '../people/recipients.js';
import { Settings } from '../settings.js';
import { paths } from '../web/paths.js';
import { Invitation } from './invitation.entity.js';
import { Clock } from '../database/clock.js';

/** Days on site, both ends included. */
interface Dates {
  firstDay: string;
  lastDay: string;
}

/** When the team meets before its first day. */
const EVENING = { from: '18:00', to: '20:30' };

/** What people are told about invitations, and the files for their calendars. */
@Injectable()
export class InvitationNotices {
  constructor(
    private readonly messages: MessagesService,
    private readonly challenges: ChallengesService,
    private readonly settings: Settings,
    private readonly time: Clock,
  ) {}

  async invited(
    tx: EntityManager,
    challenge: Challenge,
    peers: Peer[],
    invitations: Invitation[],
    dates: Dates,
  ): Promise<void> {
    const { council, kind, about } = await this.challenges.about(tx, challenge);
    for (const { id, peerId, seat, expiresAt } of invitations) {
      const data = { council, kind, ...dates, seat: seatWords(seat), until: lastDayBefore(expiresAt) };
      const link = { purpose: 'invitation' as const, subject: id, expiresAt: expiresAt.toISOString() };
      const to = [peers.find((peer) => peer.id === peerId)?.email ?? null];
      await this.messages.post(tx, { template: 'invitation', data, to, cause: `invited-${id}`, about, link });
    }
  }

  /** Asks again, so many days before the end. */
  async remind(tx: EntityManager, invitation: Invitation, daysBefore: number, dates: Dates): Promise<void> {
    const { id, expiresAt, peerId } = invitation;
    const challenge = await this.challenges.get(invitation.challengeId, tx);
    const { council, about } = await this.challenges.about(tx, challenge);
    const data = { council, ...dates, until: lastDayBefore(expiresAt) };
    const link = { purpose: 'invitation' as const, subject: id, expiresAt: expiresAt.toISOString() };
    const to = [await this.addressOf(tx, peerId)];
    await this.messages.post(tx, {
      template: 'invitation-reminder',
      data,
      to,
      cause: `remind-${id}-${String(daysBefore)}`,
      about,
      link,
    });
  }

  /** A receipt for the peer; after a no or a silence, the adviser hears of it. */
  async answered(
    tx: EntityManager,
    challenge: Challenge,
    invitation: Invitation,
    dates: Dates,
  ): Promise<void> {
    const { council, about, region, ...rest } = await this.challenges.about(tx, challenge);
    const { id, state, seat, expiresAt } = invitation;
    if (state !== 'expired') {
      const data = { council, ...dates, yes: state === 'accepted', until: lastDayBefore(expiresAt) };
      const to = [await this.addressOf(tx, invitation.peerId)];
      await this.messages.post(tx, {
        template: 'answer-received',
        data,
        to,
        cause: `answer-${id}-${state}`,
        about,
      });
    }
    if (state === 'accepted') return;
    const data = { council, ...rest, seat: seatWords(seat), expired: state === 'expired' };
    const to = await advisersOf(tx, region, this.time.today());
    await this.messages.post(tx, {
      template: 'invitation-refused',
      data,
      to,
      cause: `refused-${id}-${state}`,
      about,
    });
  }

  /** Whoever has dates in the calendar from us gets them taken out; whoever was only asked hears that it is over. */
  async released(
    tx: EntityManager,
    challenge: Challenge,
    invitations: Invitation[],
    dates: Dates,
  ): Promise<void> {
    const { council, about } = await this.challenges.about(tx, challenge);
    for (const invitation of invitations) {
      const calendar =
        invitation.calendarSequence === null
          ? {}
          : { calendar: await this.calendar(tx, 'CANCEL', challenge, invitation, dates) };
      const to = [await this.addressOf(tx, invitation.peerId)];
      const data = { council, ...dates };
      await this.messages.post(tx, {
        template: 'invitation-withdrawn',
        data,
        to,
        cause: `withdrawn-${invitation.id}`,
        about,
        ...calendar,
      });
    }
  }

  /** Everybody said yes: dates for the diaries of all, word to the council and the adviser. */
  async confirmed(
    tx: EntityManager,
    challenge: Challenge,
    accepted: Invitation[],
    dates: Dates,
    review: string | null,
  ): Promise<void> {
    const { council, kind, page, about, region } = await this.challenges.about(tx, challenge);
    for (const invitation of accepted) {
      const calendar = await this.calendar(tx, 'REQUEST', challenge, invitation, dates);
      const data = {
        council,
        kind,
        ...dates,
        review: review && sayMonth(review),
        page: this.messages.address(paths.visit(challenge.id)),
      };
      const cause = `confirmed-${invitation.id}-${String(invitation.calendarSequence ?? 0)}`;
      const to = [await this.addressOf(tx, invitation.peerId)];
      await this.messages.post(tx, { template: 'confirmed-peer', data, to, cause, about, calendar });
    }
    const to = [
      ...(await advisersOf(tx, region, this.time.today())),
      ...(await speakersOf(tx, challenge.councilId)),
    ];
    // A team that is whole anew, after a change or on other days, is told anew.
    const whole = accepted
      .map(({ id, calendarSequence }) => `${id}-${String(calendarSequence ?? 0)}`)
      .sort()
      .join(' ');
    const team = createHash('sha256').update(whole).digest('hex').slice(0, 12);
    await this.messages.post(tx, {
      template: 'confirmed',
      data: { council, kind, page, ...dates },
      to,
      cause: `confirmed-${challenge.id}-${team}`,
      about,
    });
  }

  /** Postponed, cancelled or stood down: the council and the adviser hear it. */
  async left(tx: EntityManager, challenge: Challenge): Promise<void> {
    const { council, kind, about, region } = await this.challenges.about(tx, challenge);
    const to = [
      ...(await advisersOf(tx, region, this.time.today())),
      ...(await speakersOf(tx, challenge.councilId)),
    ];
    const data = { council, kind, state: STATE_NAMES[challenge.state].toLowerCase() };
    await this.messages.post(tx, {
      template: 'challenge-left',
      data,
      to,
      cause: `left-${challenge.id}-${String(challenge.version)}`,
      about,
    });
  }

  /** The calendar file of one peer for one challenge; each one that is sent counts up. */
  private async calendar(
    tx: EntityManager,
    method: CalendarMethod,
    challenge: Challenge,
    invitation: Invitation,
    dates: Dates,
  ): Promise<string> {
    invitation.calendarSequence = (invitation.calendarSequence ?? -1) + 1;
    await tx.update(Invitation, { id: invitation.id }, { calendarSequence: invitation.calendarSequence });
    const peer = await tx.findOneByOrFail(Peer, { id: invitation.peerId });
    const { council } = await this.challenges.about(tx, challenge);
    const events = visitEvents(invitation, council, dates, method === 'CANCEL');
    const people = {
      organizer: this.organizer(),
      ...(peer.email ? { attendee: { name: peer.name, email: peer.email } } : {}),
    };
    return calendarFile(method, events, { stamp: this.time.now(), ...people });
  }

  private organizer(): { name: string; email: string } {
    const [, email = 'no-reply@critical-friend.example'] =
      /([^\s<>]+@[^\s<>]+)/.exec(this.settings.MAIL_FROM) ?? [];
    return { name: 'Critical Friend', email };
  }

  private async addressOf(tx: EntityManager, peerId: string): Promise<string | null> {
    const [peer] = await tx.find(Peer, { where: { id: In([peerId]) }, select: { id: true, email: true } });
    return peer?.email ?? null;
  }
}

/** The days on site, and the evening before on which the team meets. */
export function visitEvents(
  { id, calendarSequence }: Pick<Invitation, 'id' | 'calendarSequence'>,
  council: string,
  { firstDay, lastDay }: Dates,
  cancelled = false,
): (DayEvent | TimedEvent)[] {
  const shared = {
    sequence: calendarSequence ?? 0,
    description: 'Papers, timetable and contacts are on your page of Critical Friend.',
    cancelled,
  };
  return [
    {
      ...shared,
      uid: `invitation-${id}@critical-friend`,
      title: `Peer challenge: ${council}`,
      firstDay,
      lastDay,
    },
    {
      ...shared,
      uid: `evening-${id}@critical-friend`,
      title: `Peer team meets: ${council}`,
      day: addDays(firstDay, -1),
      ...EVENING,
    },
  ];
}

/** The last day before an instant, on London's calendar. */
export const lastDayBefore = (instant: Date): string => londonDate(new Date(instant.getTime() - 1));
