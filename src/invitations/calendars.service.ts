import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { addDays, type CivilDate } from '../calendar/dates.js';
import { Clock } from '../database/clock.js';
import {
  calendarFile,
  type CalendarMethod,
  type DayEvent,
  type TimedEvent,
} from '../messages/calendar-file.js';
import { Peer } from '../peers/peer.entity.js';
import { askedWords } from '../kinds/presence.js';
import { Settings } from '../settings.js';
import { Invitation } from './invitation.entity.js';

/** When the team meets before its first day. */
export const EVENING = { from: '18:00', to: '20:30' };

/** Days on site, both ends included. */
interface Dates {
  firstDay: CivilDate;
  lastDay: CivilDate;
}

/** What entries of a calendar say of a challenge. */
interface Host {
  council: string;
  place: string;
  kind: string;
}

/** Files for the calendar of one peer: one event each, since some programs read only the first of a message (RFC 5546, 3.2). */
export interface VisitFiles {
  visit: string;
  evening: string;
}

/** What stands in the calendars of peers by us: put there, moved and taken out under one name a peer and challenge. */
@Injectable()
export class InvitationCalendars {
  constructor(
    private readonly settings: Settings,
    private readonly time: Clock,
  ) {}

  /** The files that ask a peer to keep the days of an invitation, or to give them back; each pair that is made counts up. */
  async files(
    tx: EntityManager,
    method: CalendarMethod,
    { page, ...host }: Host & { page: string },
    invitation: Invitation,
  ): Promise<VisitFiles> {
    await this.count(tx, invitation);
    const { name, email } = await tx.findOneByOrFail(Peer, { id: invitation.peerId });
    const status = { page, part: askedWords(invitation.asked), cancelled: method === 'CANCEL' };
    const [visit, evening] = visitEvents(invitation, host, invitation, status);
    const people = {
      organizer: this.organizer(),
      ...(email ? { attendee: { name, email } } : {}),
    };
    const fileOf = (event: DayEvent | TimedEvent): string =>
      calendarFile(method, [event], { stamp: this.time.now(), ...people });
    return { visit: fileOf(visit), evening: fileOf(evening) };
  }

  /** From a yes on, the peer may take the file from the page. */
  async count(tx: EntityManager, invitation: Invitation): Promise<void> {
    const { id, calendarKey } = invitation;
    const [row] = await tx.query<{ next: number }[]>(
      'SELECT coalesce(max(calendar_sequence), -1) + 1 AS next FROM invitations WHERE calendar_key = $1',
      [calendarKey],
    );
    invitation.calendarSequence = row?.next ?? 0;
    await tx.update(Invitation, { id }, { calendarSequence: invitation.calendarSequence });
  }

  /** Always the same: a calendar takes a change from nobody but who put the entry there. */
  private organizer(): { name: string; email: string } {
    const { REPLY_TO, MAIL_FROM } = this.settings;
    const [, sender = 'no-reply@critical-friend.example'] = /([^\s<>]+@[^\s<>]+)/.exec(MAIL_FROM) ?? [];
    return { name: 'Critical Friend', email: REPLY_TO ?? sender };
  }
}

/** The days on site, and the evening before on which the team meets. */
export function visitEvents(
  { calendarKey, calendarSequence }: Pick<Invitation, 'calendarKey' | 'calendarSequence'>,
  { council, place, kind }: Host,
  { firstDay, lastDay }: Dates,
  { page, part, ...status }: { page: string; part: string; cancelled?: boolean; tentative?: boolean },
): [DayEvent, TimedEvent] {
  const shared = {
    sequence: calendarSequence ?? 0,
    description: `${part && `${part} `}Papers, timetable and contacts: ${page}`,
    location: place,
    url: page,
    ...status,
  };
  return [
    {
      ...shared,
      uid: `invitation-${calendarKey}@critical-friend`,
      title: `${kind}: ${council}`,
      firstDay,
      lastDay,
    },
    {
      ...shared,
      uid: `evening-${calendarKey}@critical-friend`,
      title: `Peer team meets: ${council}`,
      // The hour is provisional, whatever is certain of the days.
      tentative: true,
      day: addDays(firstDay, -1),
      ...EVENING,
    },
  ];
}
