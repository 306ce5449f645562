import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import { sayMonth } from '../calendar/phrases.js';
import type { Challenge } from '../challenges/challenge.entity.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { meetsBefore } from '../kinds/presence.js';
import { seatWords } from '../kinds/seats.js';
import { STATE_NAMES } from '../challenges/states.js';
import type { Window } from '../matching/problem/programme.js';
import { Message } from '../messages/message.entity.js';
import { MessagesService } from '../messages/messages.service.js';
import { Peer } from '../peers/peer.entity.js';
import { advisersOf } from '../people/recipients.js';
import { paths } from '../web/paths.js';
import { CalendarLetters } from './calendar-letters.service.js';
import { linkWords } from './answering.js';
import type { Invitation } from './invitation.entity.js';
import { yesBefore } from './yes-before.js';
import { releaseWords, type WhyReleased } from './release-words.js';
import { concerning, daysOfWindow, lastDayBefore, partOf, type Dates } from './said.js';
import { Clock } from '../database/clock.js';

/** What people are told about invitations, and the files for their calendars. */
@Injectable()
export class InvitationNotices {
  constructor(
    private readonly messages: MessagesService,
    private readonly challenges: ChallengesService,
    private readonly calendars: CalendarLetters,
    private readonly time: Clock,
  ) {}

  async invited(
    tx: EntityManager,
    challenge: Challenge,
    peers: Peer[],
    invitations: Invitation[],
  ): Promise<void> {
    const { council, how, kind, about } = await this.challenges.about(tx, challenge);
    const isStay = challenge.stayOfId !== null;
    for (const invitation of invitations) {
      const { id, peerId, seat, expiresAt, onSite, asked } = invitation;
      const meets = challenge.mode !== 'remote' && meetsBefore(asked);
      const said = {
        seat: seatWords(seat),
        ...partOf(asked),
        meets,
        yesBefore: await yesBefore(tx, invitation),
      };
      const data = { council, how, kind, isStay, ...onSite, ...said, until: lastDayBefore(expiresAt) };
      const link = { purpose: 'invitation' as const, subject: id, expiresAt: expiresAt.toISOString() };
      const to = [peers.find((peer) => peer.id === peerId)?.email ?? null];
      const rest = { cause: `invited-${id}`, about, concerns: concerning(id), link };
      await this.messages.post(tx, { template: 'invitation', data, to, ...rest });
    }
  }

  /** Asks again, so many days before the end. */
  async remind(tx: EntityManager, invitation: Invitation, daysBefore: number): Promise<void> {
    const { id, expiresAt, peerId, onSite, asked } = invitation;
    const challenge = await this.challenges.get(invitation.challengeId, tx);
    const { council, about } = await this.challenges.about(tx, challenge);
    const data = { council, ...onSite, ...partOf(asked), until: lastDayBefore(expiresAt) };
    const link = { purpose: 'invitation' as const, subject: id, expiresAt: expiresAt.toISOString() };
    const to = [await this.addressOf(tx, peerId)];
    await this.messages.post(tx, {
      template: 'invitation-reminder',
      data,
      to,
      cause: `remind-${id}-${String(daysBefore)}`,
      about,
      concerns: concerning(id),
      link,
    });
  }

  /**
   * A receipt for the peer; after a no or a silence, the adviser hears of it. Who said yes before, and may have the days in the
   * calendar, gets them taken out.
   */
  async answered(tx: EntityManager, challenge: Challenge, invitation: Invitation): Promise<void> {
    const { council, about, region, ...rest } = await this.challenges.about(tx, challenge);
    const { id, state, seat, expiresAt, onSite, asked } = invitation;
    // From a yes on, the peer can take the file from the page.
    if (state === 'accepted') await this.calendars.count(tx, invitation);
    if (state !== 'expired') {
      const calendar = state === 'accepted' ? {} : await this.calendars.takenOut(tx, challenge, invitation);
      const data = {
        council,
        ...onSite,
        ...partOf(asked),
        yes: state === 'accepted',
        until: lastDayBefore(expiresAt),
        linkTold: invitation.declared !== null,
        takenOut: calendar.calendar !== undefined,
      };
      const to = [await this.addressOf(tx, invitation.peerId)];
      const rest = { cause: `answer-${id}-${state}`, about, concerns: concerning(id), ...calendar };
      await this.messages.post(tx, { template: 'answer-received', data, to, ...rest });
    }
    if (state === 'accepted') return;
    const { name: peer } = await tx.findOneByOrFail(Peer, { id: invitation.peerId });
    const data = {
      council,
      ...rest,
      seat: seatWords(seat),
      peer,
      expired: state === 'expired',
      reason: invitation.reason ?? '',
      otherDates: invitation.otherDates ?? '',
    };
    const to = await advisersOf(tx, region, this.time.today());
    await this.messages.post(tx, {
      template: 'invitation-refused',
      data,
      to,
      cause: `refused-${id}-${state}`,
      about,
    });
  }

  /** It is answered, or not asked any more. */
  over(tx: EntityManager, { id }: Pick<Invitation, 'id'>): Promise<void> {
    return this.messages.askNoMore(tx, concerning(id));
  }

  /** With a yes came a link that bars nobody: the adviser looks at it. */
  async declaredLink(tx: EntityManager, challenge: Challenge, invitation: Invitation): Promise<void> {
    const { declared, id, peerId, seat } = invitation;
    if (!declared) return;
    const { region, about, ...facts } = await this.challenges.about(tx, challenge);
    const { name } = await tx.findOneByOrFail(Peer, { id: peerId });
    await this.messages.post(tx, {
      template: 'link-declared',
      data: {
        ...facts,
        page: this.messages.address(paths.invitation(id)),
        peer: name,
        seat: seatWords(seat),
        told: linkWords(declared),
        words: declared.words,
      },
      to: await advisersOf(tx, region, this.time.today()),
      cause: `link-${id}`,
      about,
    });
  }

  /** Whoever could have the days in the calendar from us gets them taken out; whoever was only asked hears that it is over. */
  async released(
    tx: EntityManager,
    challenge: Challenge,
    invitation: Invitation,
    why: WhyReleased,
    saidYes: boolean,
  ): Promise<void> {
    const { council, kind, about } = await this.challenges.about(tx, challenge);
    const to = [await this.addressOf(tx, invitation.peerId)];
    const calendar = await this.calendars.takenOut(tx, challenge, invitation);
    await this.messages.post(tx, {
      template: 'invitation-withdrawn',
      data: {
        council,
        kind,
        ...invitation.onSite,
        offSite: invitation.offSite,
        saidYes,
        takenOut: calendar.calendar !== undefined,
        ...releaseWords(why),
      },
      to,
      cause: `withdrawn-${invitation.id}`,
      about,
      concerns: concerning(invitation.id),
      ...calendar,
    });
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
    for (const invitation of accepted) await this.confirmedPeer(tx, challenge, invitation, review);
    const to = await this.whoRunsIt(tx, challenge, region);
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

  /** Of a team that was complete somebody cannot come after all: its council hears which seat, and that it sees the next person first. */
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
      to: [await this.addressOf(tx, invitation.peerId)],
      cause: `confirmed-${invitation.id}-${String(invitation.calendarSequence ?? 0)}`,
      about,
      concerns: concerning(invitation.id),
      ...(asked.offSite ? {} : calendar),
    });
  }

  private async addressOf(tx: EntityManager, peerId: string): Promise<string | null> {
    const [peer] = await tx.find(Peer, { where: { id: In([peerId]) }, select: { id: true, email: true } });
    return peer?.email ?? null;
  }
}
