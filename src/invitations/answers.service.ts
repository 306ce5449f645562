import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Challenge } from '../challenges/challenge.entity.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { requireState } from '../challenges/states.js';
import { Database } from '../database/database.js';
import { revokeLinks } from '../messages/links.js';
import { declareConflict } from '../peers/conflicts.js';
import { SYSTEM, type Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { conflict, notFound } from '../web/problems.js';
import type { MadeOut } from './answering.js';
import { Booking } from './booking.entity.js';
import { CompletionService } from './completion.service.js';
import { releaseHold } from './holds.js';
import { Invitation, type InvitationState, type Refusal } from './invitation.entity.js';
import { InvitationNotices } from './notices.service.js';

/** Answers to invitations: by the peer, by staff who were told on the telephone, or by time. */
@Injectable()
export class AnswersService {
  constructor(
    private readonly db: Database,
    private readonly challenges: ChallengesService,
    private readonly completion: CompletionService,
    private readonly notices: InvitationNotices,
  ) {}

  /** What a peer made out on the pages: a declared link with the council is kept together with the answer that follows from it. */
  async answer(actor: Actor, id: string, { yes, conflict: link, ...refusal }: MadeOut): Promise<void> {
    await this.db.transact(async (tx) => {
      const held = await this.lockBoth(tx, id);
      const { peerId, challengeId } = held.invitation;
      const { councilId } = await this.challenges.get(challengeId, tx);
      if (link) await declareConflict(tx, actor, peerId, { councilId, ...link });
      await (yes ? this.acceptHeld(tx, actor, held) : this.declineHeld(tx, actor, held, refusal));
    });
  }

  /** A yes: the held days are booked. Saying it twice is saying it once. */
  async accept(actor: Actor, id: string): Promise<Invitation> {
    return this.db.transact(async (tx) => this.acceptHeld(tx, actor, await this.lockBoth(tx, id)));
  }

  /** A no, also after a yes: the days are free again, and a repair that keeps everybody else is looked for. */
  async decline(actor: Actor, id: string, refusal: Refusal): Promise<Invitation> {
    return this.db.transact((tx) => this.declineWithin(tx, actor, id, refusal));
  }

  /** The same within a transaction. */
  async declineWithin(tx: EntityManager, actor: Actor, id: string, refusal: Refusal): Promise<Invitation> {
    return this.declineHeld(tx, actor, await this.lockBoth(tx, id), refusal);
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
  ): Promise<Invitation> {
    if (invitation.state === 'accepted') return invitation;
    if (invitation.state !== 'pending') throw ended(invitation.state);
    if (this.db.now() >= invitation.expiresAt) throw ended('expired');
    const booking = await tx.findOneBy(Booking, { invitationId: invitation.id, state: 'held' });
    if (!booking) throw ended('withdrawn');
    booking.book();
    await tx.save(booking);
    await this.end(tx, actor, invitation, 'accepted', {});
    await this.notices.answered(tx, challenge, invitation);
    await this.completion.confirmIfWhole(tx, challenge);
    return invitation;
  }

  private async declineHeld(
    tx: EntityManager,
    actor: Actor,
    { challenge, invitation }: Held,
    refusal: Refusal,
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
    refusal: Refusal,
  ): Promise<void> {
    const { id, challengeId } = invitation;
    invitation.answer(state, this.db.now(), refusal);
    await tx.save(invitation);
    if (state !== 'accepted') {
      await releaseHold(tx, id);
      await revokeLinks(tx, 'invitation', id, this.db.now());
    }
    await record(tx, actor, `invitation.${state}`, `challenge:${challengeId}`, { invitation: id });
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
