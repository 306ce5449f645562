import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Challenge } from '../challenges/challenge.entity.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { requireState } from '../challenges/states.js';
import { Database } from '../database/database.js';
import { revokeLinks } from '../messages/links.js';
import { SYSTEM, type Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { conflict, notFound } from '../web/problems.js';
import { Booking } from './booking.entity.js';
import { CompletionService } from './completion.service.js';
import { releaseHold } from './holds.js';
import {
  Invitation,
  type AnswerChannel,
  type DeclaredLink,
  type InvitationState,
  type Refusal,
} from './invitation.entity.js';
import { InvitationNotices } from './notices.service.js';
import { noteStanding } from './stood.js';

/** Answers to invitations: by the peer, by staff who were told on the telephone, or by time. */
@Injectable()
export class AnswersService {
  constructor(
    private readonly db: Database,
    private readonly challenges: ChallengesService,
    private readonly completion: CompletionService,
    private readonly notices: InvitationNotices,
  ) {}

  /** A yes: the held days are booked. Saying it twice is saying it once. */
  async accept(actor: Actor, id: string, how: How = BY_API): Promise<Invitation> {
    return this.db.transact((tx) => this.acceptWithin(tx, actor, id, how));
  }

  /** The same within a transaction. */
  async acceptWithin(tx: EntityManager, actor: Actor, id: string, how: How): Promise<Invitation> {
    return this.acceptHeld(tx, actor, await this.lockBoth(tx, id), how);
  }

  /** A no, also after a yes: the days are free again, and a repair that keeps everybody else is looked for. */
  async decline(actor: Actor, id: string, refusal: Refusal): Promise<Invitation> {
    return this.db.transact((tx) => this.declineWithin(tx, actor, id, refusal, BY_API));
  }

  /** The same within a transaction. */
  async declineWithin(
    tx: EntityManager,
    actor: Actor,
    id: string,
    refusal: Refusal,
    how: How,
  ): Promise<Invitation> {
    return this.declineHeld(tx, actor, await this.lockBoth(tx, id), { ...refusal, ...how });
  }

  /** Staff take a seat back from somebody for a cause; they are told, not offered this challenge again, and a repair is looked for. */
  async releaseWithin(tx: EntityManager, actor: Actor, id: string, reason: string): Promise<void> {
    const { challenge, invitation } = await this.lockBoth(tx, id);
    if (!invitation.isLive) throw ended(invitation.state);
    requireState(challenge.state, ['inviting', 'confirmed', 'team_agreed'], 'releasing a peer');
    const saidYes = invitation.state === 'accepted';
    invitation.forCause = true;
    await this.end(tx, actor, invitation, 'withdrawn', { reason });
    await this.notices.released(tx, challenge, invitation, { why: 'released' }, saidYes);
    await this.completion.repair(tx, actor, challenge, invitation.seat, 'a peer was released');
  }

  /** The job: ends an invitation that nobody answered in time. Does nothing where it was answered. */
  async expire(id: string, now: Date): Promise<void> {
    await this.db.transact(async (tx) => {
      if (!(await tx.existsBy(Invitation, { id }))) return;
      const { challenge, invitation } = await this.lockBoth(tx, id);
      if (invitation.state !== 'pending' || now < invitation.expiresAt) return;
      await this.end(tx, SYSTEM, invitation, 'expired', {});
      await this.notices.answered(tx, challenge, invitation);
      await this.completion.repair(tx, SYSTEM, challenge, invitation.seat, 'an invitation expired');
    });
  }

  /** The daily look for invitations whose job was lost. Returns how many there were. */
  async expireAll(now: Date): Promise<number> {
    const late = await this.db.manager
      .createQueryBuilder(Invitation, 'i')
      .where(`i.state = 'pending' AND i.expires_at <= :now`, { now })
      .getMany();
    for (const { id } of late) await this.expire(id, now);
    return late.length;
  }

  private async acceptHeld(
    tx: EntityManager,
    actor: Actor,
    { challenge, invitation }: Held,
    how: How,
  ): Promise<Invitation> {
    if (invitation.state === 'accepted') return this.tellAgain(tx, challenge, invitation, how);
    if (invitation.state !== 'pending') throw ended(invitation.state);
    if (this.db.now() >= invitation.expiresAt) throw ended('expired');
    const { challengeId, visitFirstDay: firstDay, visitLastDay: lastDay } = invitation;
    await this.completion.requireServing(tx, { challengeId, firstDay, lastDay }, [invitation]);
    const booking = await tx.findOneBy(Booking, { invitationId: invitation.id, state: 'held' });
    if (!booking) throw ended('withdrawn');
    booking.book();
    await tx.save(booking);
    await noteStanding(tx, { challengeId: challenge.id, peerId: invitation.peerId });
    await this.end(tx, actor, invitation, 'accepted', how);
    await this.notices.declaredLink(tx, challenge, invitation);
    await this.notices.answered(tx, challenge, invitation);
    await this.completion.confirmIfWhole(tx, challenge);
    return invitation;
  }

  /** A second yes books nothing again; a link that is told only with it is kept and shown too. */
  private async tellAgain(
    tx: EntityManager,
    challenge: Challenge,
    invitation: Invitation,
    { declared }: How,
  ): Promise<Invitation> {
    if (!declared || invitation.declared) return invitation;
    invitation.declared = declared;
    await tx.save(invitation);
    await this.notices.declaredLink(tx, challenge, invitation);
    return invitation;
  }

  private async declineHeld(
    tx: EntityManager,
    actor: Actor,
    { challenge, invitation }: Held,
    refusal: Refusal & How,
  ): Promise<Invitation> {
    if (invitation.state === 'declined') return invitation;
    if (!invitation.isLive) throw ended(invitation.state);
    requireState(challenge.state, ['inviting', 'confirmed', 'team_agreed'], 'declining');
    await this.end(tx, actor, invitation, 'declined', refusal);
    await this.notices.answered(tx, challenge, invitation);
    await this.completion.repair(tx, actor, challenge, invitation.seat, 'a peer declined');
    return invitation;
  }

  private async end(
    tx: EntityManager,
    actor: Actor,
    invitation: Invitation,
    state: InvitationState,
    { through, declared, ...refusal }: Refusal & Partial<How>,
  ): Promise<void> {
    const { id, challengeId } = invitation;
    invitation.answer(state, this.db.now(), refusal);
    // What came with a yes stays with it, whatever becomes of it.
    if (through) invitation.answeredThrough = through;
    if (declared) invitation.declared = declared;
    await tx.save(invitation);
    await this.notices.over(tx, invitation);
    if (state !== 'accepted') {
      await releaseHold(tx, id);
      await revokeLinks(tx, 'invitation', id, this.db.now());
    }
    await record(tx, actor, `invitation.${state}`, `challenge:${challengeId}`, {
      invitation: id,
      ...(through ? { through } : {}),
      ...(declared ? { link: declared.type } : {}),
    });
  }

  /** The challenge first, then the invitation: everybody locks in this order. */
  private async lockBoth(tx: EntityManager, id: string): Promise<Held> {
    const found = await tx.findOneBy(Invitation, { id });
    if (!found) throw notFound('invitation');
    const challenge = await this.challenges.lock(tx, found.challengeId);
    const invitation = await tx.findOne(Invitation, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!invitation) throw notFound('invitation');
    return { challenge, invitation };
  }
}

/** How an answer came, and a link that goes with a yes. */
export interface How {
  through: AnswerChannel;
  declared?: DeclaredLink | null;
}

const BY_API: How = { through: 'api' };

/** An invitation and its challenge, kept from others until the transaction ends. */
interface Held {
  challenge: Challenge;
  invitation: Invitation;
}

function ended(state: InvitationState): Error {
  const next =
    state === 'expired'
      ? 'ask the principal adviser whether the seat is still open'
      : 'there is nothing left to answer; speak to the principal adviser';
  return conflict('invitation-ended', `The invitation is ${state}; ${next}.`);
}
