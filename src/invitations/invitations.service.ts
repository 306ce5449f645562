import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { addDays, endOfDayInLondon, londonDate } from '../calendar/dates.js';
import { Challenge } from '../challenges/challenge.entity.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { requireState } from '../challenges/states.js';
import { SYSTEM, type Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { AgreementService } from '../proposals/agreement.service.js';
import { Proposal } from '../proposals/proposal.entity.js';
import { revokeLinks } from '../messages/links.js';
import { conflict, notFound } from '../web/problems.js';
import { transact } from '../web/transactions.js';
import { Booking } from './booking.entity.js';
import { holdDays, lockPeers, releaseHold } from './holds.js';
import { ConfirmationService } from './confirmation.service.js';
import { Invitation, type InvitationState } from './invitation.entity.js';
import { InvitationNotices } from './notices.service.js';

/** What a peer may add to a no. */
export interface Refusal {
  reason?: string | null;
  otherDates?: string | null;
}

/** From an approved team to a confirmed challenge: invitations, answers, repair. */
@Injectable()
export class InvitationsService {
  constructor(
    private readonly source: DataSource,
    private readonly challenges: ChallengesService,
    private readonly agreement: AgreementService,
    private readonly confirmation: ConfirmationService,
    private readonly notices: InvitationNotices,
  ) {}

  /**
   * Invites everybody of the approved team who has no open or accepted invitation, and holds their dates: all or nobody. Throws a
   * 409 where consent is missing, somebody is not free any more, or a cap is reached.
   */
  async send(actor: Actor, challengeId: string): Promise<Invitation[]> {
    return transact(this.source, async (tx) => {
      const challenge = await this.challenges.lock(tx, challengeId);
      requireState(challenge.state, ['team_agreed', 'inviting', 'confirmed'], 'inviting');
      const proposal = await this.agreement.agreed(challengeId, tx);
      const now = new Date();
      await this.agreement.requireApproval(tx, proposal, challenge.kind, now);
      const { invitationDays } = await this.challenges.kindOf(challenge, tx);
      const expiry = endOfDayInLondon(addDays(londonDate(now), invitationDays));
      const live = await tx.findBy(Invitation, [
        { challengeId, state: 'pending' },
        { challengeId, state: 'accepted' },
      ]);
      await this.withdrawStrangers(tx, challenge, live, proposal);
      const missing = Object.entries(proposal.seats).flatMap(([seat, peerId]) =>
        peerId === null || live.some((one) => one.seat === seat && one.peerId === peerId) ? [] : [{ seat, peerId }],
      );
      if (missing.length > 0) {
        const peers = await lockPeers(
          tx,
          missing.map(({ peerId }) => peerId),
        );
        const invitations = await tx.save(
          missing.map((one) =>
            tx.create(Invitation, { ...one, challengeId, proposalId: proposal.id, state: 'pending', expiresAt: expiry }),
          ),
        );
        await holdDays(tx, peers, invitations, proposal.onSite);
        await this.confirmation.expireLater(tx, invitations);
        await this.notices.invited(tx, challenge, peers, invitations, proposal.onSite);
        const why = `invited, answers wanted within ${String(invitationDays)} days`;
        if (challenge.state !== 'inviting') await this.challenges.stepIn(tx, actor, challenge, 'inviting', why);
        await record(tx, actor, 'invitations.sent', `challenge:${challengeId}`, { invitations: invitations.map(({ id }) => id) });
      }
      await this.confirmation.confirmIfWhole(tx, challenge);
      return tx.find(Invitation, { where: { challengeId }, relations: { peer: true }, order: { createdAt: 'ASC', seat: 'ASC' } });
    });
  }

  async get(id: string, tx: EntityManager = this.source.manager): Promise<Invitation> {
    const invitation = await tx.findOne(Invitation, { where: { id }, relations: { peer: true } });
    if (!invitation) throw notFound('invitation');
    return invitation;
  }

  ofChallenge(challengeId: string): Promise<Invitation[]> {
    return this.source.manager.find(Invitation, {
      where: { challengeId },
      relations: { peer: true },
      order: { createdAt: 'ASC', seat: 'ASC' },
    });
  }

  /** A yes: the held days are booked. Saying it twice is saying it once. */
  async accept(actor: Actor, id: string): Promise<Invitation> {
    return transact(this.source, async (tx) => {
      const { challenge, invitation } = await this.lockBoth(tx, id);
      if (invitation.state === 'accepted') return invitation;
      if (invitation.state !== 'pending') throw ended(invitation.state);
      if (new Date() >= invitation.expiresAt) throw ended('expired');
      const booked = await tx.update(Booking, { invitationId: id, state: 'held' }, { state: 'booked' });
      if (booked.affected !== 1) throw ended('withdrawn');
      await this.notices.answered(tx, challenge, Object.assign(invitation, { state: 'accepted' }), await this.datesOf(tx, invitation));
      await this.end(tx, actor, invitation, 'accepted', {});
      await this.confirmation.confirmIfWhole(tx, challenge);
      return invitation;
    });
  }

  /** A no, also after a yes: the days are free again, and a repair that keeps everybody else is looked for. */
  async decline(actor: Actor, id: string, refusal: Refusal): Promise<Invitation> {
    return transact(this.source, async (tx) => {
      const { challenge, invitation } = await this.lockBoth(tx, id);
      if (invitation.state === 'declined') return invitation;
      if (invitation.state !== 'pending' && invitation.state !== 'accepted') throw ended(invitation.state);
      requireState(challenge.state, ['inviting', 'confirmed', 'team_agreed'], 'declining');
      const dates = await this.datesOf(tx, invitation);
      if (invitation.calendarSequence !== null) await this.notices.released(tx, challenge, [invitation], dates);
      await this.notices.answered(tx, challenge, Object.assign(invitation, { state: 'declined' }), dates);
      await this.end(tx, actor, invitation, 'declined', refusal);
      await this.confirmation.vacate(tx, actor, challenge, invitation, 'a peer declined');
      return invitation;
    });
  }

  /** The job: ends an invitation that nobody answered in time. Does nothing where it was answered. */
  async expire(id: string, now: Date): Promise<void> {
    await transact(this.source, async (tx) => {
      const found = await tx.findOneBy(Invitation, { id });
      if (!found) return;
      const { challenge, invitation } = await this.lockBoth(tx, id);
      if (invitation.state !== 'pending' || now < invitation.expiresAt) return;
      const dates = await this.datesOf(tx, invitation);
      await this.notices.answered(tx, challenge, Object.assign(invitation, { state: 'expired' }), dates);
      await this.end(tx, SYSTEM, invitation, 'expired', {});
      await this.confirmation.vacate(tx, SYSTEM, challenge, invitation, 'an invitation expired');
    });
  }

  /** The daily look for invitations whose job was lost. */
  async expireAll(now: Date): Promise<number> {
    const late = await this.source.manager
      .createQueryBuilder(Invitation, 'i')
      .where(`i.state = 'pending' AND i.expires_at <= :now`, { now })
      .getMany();
    for (const { id } of late) await this.expire(id, now);
    return late.length;
  }

  /** Whoever is invited but not in the team any more is told no longer needed. */
  private async withdrawStrangers(tx: EntityManager, challenge: Challenge, live: Invitation[], proposal: Proposal): Promise<void> {
    const strangers = live.filter(({ seat, peerId }) => proposal.seats[seat] !== peerId);
    for (const invitation of strangers) await this.end(tx, SYSTEM, invitation, 'withdrawn', {});
    await this.notices.released(tx, challenge, strangers, proposal.onSite);
  }

  private async end(
    tx: EntityManager,
    actor: Actor,
    invitation: Invitation,
    state: InvitationState,
    { reason, otherDates }: Refusal,
  ): Promise<void> {
    Object.assign(invitation, { state, reason: reason ?? null, otherDates: otherDates ?? null, answeredAt: new Date() });
    await tx.save(invitation);
    if (state !== 'accepted') await releaseHold(tx, invitation.id);
    if (state !== 'accepted') await revokeLinks(tx, 'invitation', invitation.id);
    await record(tx, actor, `invitation.${state}`, `challenge:${invitation.challengeId}`, { invitation: invitation.id });
  }

  /** The days that an invitation is for. */
  private async datesOf(tx: EntityManager, { proposalId }: Invitation): Promise<Proposal['onSite']> {
    return (await tx.findOneByOrFail(Proposal, { id: proposalId })).onSite;
  }

  /** The challenge first, then the invitation: everybody locks in this order. */
  private async lockBoth(tx: EntityManager, id: string): Promise<{ challenge: Challenge; invitation: Invitation }> {
    const { challengeId } = await this.get(id, tx);
    const challenge = await this.challenges.lock(tx, challengeId);
    const invitation = await tx.findOne(Invitation, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!invitation) throw notFound('invitation');
    return { challenge, invitation };
  }
}

function ended(state: InvitationState): Error {
  const next =
    state === 'expired'
      ? 'ask the principal adviser whether the seat is still open'
      : 'there is nothing left to answer; speak to the principal adviser';
  return conflict('invitation-ended', `The invitation is ${state}; ${next}.`);
}
