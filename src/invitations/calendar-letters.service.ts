import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { addDays } from '../calendar/dates.js';
import type { Challenge } from '../challenges/challenge.entity.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { meetsBefore } from '../kinds/presence.js';
import type { CalendarMethod } from '../messages/calendar-file.js';
import { MessagesService } from '../messages/messages.service.js';
import { paths } from '../web/paths.js';
import { InvitationCalendars, type VisitFiles } from './calendars.service.js';
import type { Invitation } from './invitation.entity.js';
import { addressOf, concerning } from './said.js';

/** Files for the calendar of a peer as letters bring them: that of the visit goes with the letter that tells of it, that of the evening before in one of its own. */
@Injectable()
export class CalendarLetters {
  constructor(
    private readonly messages: MessagesService,
    private readonly challenges: ChallengesService,
    private readonly calendars: InvitationCalendars,
  ) {}

  /** From a yes on, the peer may take the file from the page. */
  count(tx: EntityManager, invitation: Invitation): Promise<void> {
    return this.calendars.count(tx, invitation);
  }

  /** The file that puts the days into the peer's calendar, or moves them there. */
  async putIn(
    tx: EntityManager,
    challenge: Challenge,
    invitation: Invitation,
  ): Promise<{ calendar: string }> {
    const files = await this.files(tx, 'REQUEST', challenge, invitation);
    await this.evening(tx, challenge, invitation, { file: files.evening, cancelled: false });
    return { calendar: files.visit };
  }

  /** The file that takes the days out of the peer's calendar; none where we never put them there. */
  async takenOut(
    tx: EntityManager,
    challenge: Challenge,
    invitation: Invitation,
  ): Promise<{ calendar?: string }> {
    if (invitation.calendarSequence === null || invitation.offSite) return {};
    const files = await this.files(tx, 'CANCEL', challenge, invitation);
    await this.evening(tx, challenge, invitation, { file: files.evening, cancelled: true });
    return { calendar: files.visit };
  }

  private async files(
    tx: EntityManager,
    method: CalendarMethod,
    challenge: Challenge,
    invitation: Invitation,
  ): Promise<VisitFiles> {
    const { council, place, kind } = await this.challenges.about(tx, challenge);
    const page = this.messages.address(paths.visit(challenge.id));
    return this.calendars.files(tx, method, { council, place, kind, page }, invitation);
  }

  /** The evening before in a message of its own: one thing in a message, or calendars leave the second unread. */
  private async evening(
    tx: EntityManager,
    challenge: Challenge,
    { id, peerId, calendarSequence, firstDay, asked }: Invitation,
    { file, cancelled }: { file: string; cancelled: boolean },
  ): Promise<void> {
    // A remote team does not travel; who comes later meets nobody the evening before.
    if (challenge.mode === 'remote' || !meetsBefore(asked)) return;
    const { council, kind, about } = await this.challenges.about(tx, challenge);
    await this.messages.post(tx, {
      template: 'evening',
      data: { council, kind, evening: addDays(firstDay, -1), cancelled },
      to: [await addressOf(tx, peerId)],
      cause: `evening-${id}-${String(calendarSequence ?? 0)}`,
      about,
      concerns: concerning(id),
      calendar: file,
    });
  }
}
