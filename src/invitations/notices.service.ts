import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Challenge } from '../challenges/challenge.entity.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { meetsBefore } from '../kinds/presence.js';
import { seatWords } from '../kinds/seats.js';
import { MessagesService } from '../messages/messages.service.js';
import { Peer } from '../peers/peer.entity.js';
import { advisersOf } from '../people/recipients.js';
import { paths } from '../web/paths.js';
import { CalendarLetters } from './calendar-letters.service.js';
import { linkWords } from './answering.js';
import type { Invitation } from './invitation.entity.js';
import { yesBefore } from './yes-before.js';
import { releaseWords, type WhyReleased } from './release-words.js';
import { addressOf, concerning, lastDayBefore, partOf } from './said.js';
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
    const to = [await addressOf(tx, peerId)];
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
      const to = [await addressOf(tx, invitation.peerId)];
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
    const to = [await addressOf(tx, invitation.peerId)];
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
}
