import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { sayMonth } from '../calendar/phrases.js';
import type { Challenge } from '../challenges/challenge.entity.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { STATE_NAMES } from '../challenges/states.js';
import { Clock } from '../database/clock.js';
import { meetsBefore } from '../kinds/presence.js';
import { seatWords } from '../kinds/seats.js';
import type { Window } from '../matching/problem/programme.js';
import { Message } from '../messages/message.entity.js';
import { MessagesService } from '../messages/messages.service.js';
import { advisersOf } from '../people/recipients.js';
import { paths } from '../web/paths.js';
import { CalendarLetters } from './calendar-letters.service.js';
import { Invitation } from './invitation.entity.js';
import { addressOf, concerning, daysOfWindow, partOf, type Dates } from './said.js';

/** What everybody is told of a team as a whole: that it is complete, that it is not any more, that its challenge does not go on. */
@Injectable()
export class TeamNotices {
  constructor(
    private readonly messages: MessagesService,
    private readonly challenges: ChallengesService,
    private readonly calendars: CalendarLetters,
    private readonly time: Clock,
  ) {}

  /** Everybody said yes: dates for the diaries of all, word to the council and the adviser. */
  async confirmed(
    tx: EntityManager,
    challenge: Challenge,
    accepted: Invitation[],
    dates: Dates,
    review: string | null,
  ): Promise<void> {
    const { council, kind, page, about, region } = await this.challenges.about(tx, challenge);
    for (const invitation of accepted) await this.confirmedPeer(tx, challenge, invitation, review);
    // A team that is whole anew, after a change or on other days, is told anew.
    const answers = accepted
      .map(({ id, calendarSequence }) => `${id}-${String(calendarSequence ?? 0)}`)
      .sort()
      .join(' ');
    const team = createHash('sha256').update(answers).digest('hex').slice(0, 12);
    await this.messages.post(tx, {
      template: 'confirmed',
      data: { council, kind, page, ...dates },
      to: await this.whoRunsIt(tx, challenge, region),
      cause: `confirmed-${challenge.id}-${team}`,
      about,
    });
    // What a peer told of a link is for the adviser alone.
    const links = accepted.filter(({ declared }) => declared?.decision === null).length;
    if (links === 0) return;
    await this.messages.post(tx, {
      template: 'links-waiting',
      data: { council, kind, page, links },
      to: await advisersOf(tx, region, this.time.today()),
      cause: `links-${challenge.id}-${team}`,
      about,
    });
  }

  /**
   * Of a team that was complete somebody cannot come after all: its council hears which seat, and that it sees the next person first; those
   * who stay hear that they do.
   */
  async incomplete(tx: EntityManager, challenge: Challenge, team: Dates, seat: string): Promise<void> {
    const { council, kind, page, about } = await this.challenges.about(tx, challenge);
    const { firstDay, lastDay } = team;
    await this.messages.post(tx, {
      template: 'team-incomplete',
      data: { council, kind, page, firstDay, lastDay, seat: seatWords(seat) },
      to: await this.challenges.consenting(tx, challenge),
      cause: `incomplete-${challenge.id}-${String(challenge.version)}-${seat}`,
      about,
    });
    const visit = { visitFirstDay: firstDay, visitLastDay: lastDay };
    const staying = await tx.findBy(Invitation, { challengeId: challenge.id, state: 'accepted', ...visit });
    for (const { id, peerId, asked } of staying)
      await this.messages.post(tx, {
        template: 'team-short',
        data: {
          council,
          kind,
          firstDay: asked.firstDay,
          lastDay: asked.lastDay,
          seat: seatWords(seat),
          offSite: asked.offSite,
        },
        to: [await addressOf(tx, peerId)],
        cause: `short-${id}-${String(challenge.version)}-${seat}`,
        about,
        concerns: concerning(id),
      });
  }

  /** Postponed, cancelled or stood down: the council and the adviser hear it, with the reason and the days that are looked at instead. */
  async left(
    tx: EntityManager,
    challenge: Challenge,
    { reason, windows, freed }: { reason: string; windows: Window[]; freed: number },
  ): Promise<void> {
    const { council, kind, page, about, region } = await this.challenges.about(tx, challenge);
    const to = await this.whoRunsIt(tx, challenge, region);
    const state = STATE_NAMES[challenge.state].toLowerCase();
    const data = { council, kind, page, state, reason, windows: windows.map(daysOfWindow), freed };
    await this.messages.post(tx, {
      template: 'challenge-left',
      data,
      to,
      cause: `left-${challenge.id}-${String(challenge.version)}`,
      about,
    });
  }

  /** The advisers of the region, and those who may say yes for its bodies. */
  private async whoRunsIt(tx: EntityManager, challenge: Challenge, region: string | null): Promise<string[]> {
    const advisers = await advisersOf(tx, region, this.time.today());
    return [...advisers, ...(await this.challenges.consenting(tx, challenge))];
  }

  private async confirmedPeer(
    tx: EntityManager,
    challenge: Challenge,
    invitation: Invitation,
    review: string | null,
  ): Promise<void> {
    const { council, how, kind, about } = await this.challenges.about(tx, challenge);
    const page = this.messages.address(paths.visit(challenge.id));
    const calendar = await this.calendars.putIn(tx, challenge, invitation);
    const { asked } = invitation;
    const data = {
      council,
      kind,
      how,
      meets: challenge.mode !== 'remote' && meetsBefore(asked),
      ...partOf(asked),
      ...invitation.onSite,
      review: review && sayMonth(review),
      page,
      again: await tx.existsBy(Message, {
        about,
        template: 'confirmed-peer',
        concerns: concerning(invitation.id),
      }),
    };
    await this.messages.post(tx, {
      template: 'confirmed-peer',
      data,
      to: [await addressOf(tx, invitation.peerId)],
      cause: `confirmed-${invitation.id}-${String(invitation.calendarSequence ?? 0)}`,
      about,
      concerns: concerning(invitation.id),
      ...(asked.offSite ? {} : calendar),
    });
  }
}
