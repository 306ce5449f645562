import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { addDays, addMonths, endOfDayInLondon, londonDate } from '../calendar/dates.js';
import { Challenge } from '../challenges/challenge.entity.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { requireState } from '../challenges/states.js';
import { enqueue } from '../jobs/queue.js';
import { SYSTEM, type Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { AgreementService } from '../proposals/agreement.service.js';
import { ProposalsService } from '../proposals/proposals.service.js';
import { Visit } from '../visits/visit.entity.js';
import { conflict, notFound } from '../web/problems.js';
import { transact } from '../web/transactions.js';
import { Booking } from './booking.entity.js';
import { holdDays, lockPeers, releaseHold } from './holds.js';
import { Invitation, type InvitationState } from './invitation.entity.js';

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
    private readonly proposals: ProposalsService,
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
      const { invitationDays } = await this.proposals.kindOf(challenge, tx);
      const expiry = endOfDayInLondon(addDays(londonDate(now), invitationDays));
      const live = await tx.findBy(Invitation, [
        { challengeId, state: 'pending' },
        { challengeId, state: 'accepted' },
      ]);
      await this.withdrawStrangers(tx, live, proposal.seats);
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
        await holdDays(tx, peers, invitations, { firstDay: proposal.firstDay, lastDay: proposal.lastDay });
        await this.expireLater(tx, invitations);
        const why = `invited, answers wanted within ${String(invitationDays)} days`;
        if (challenge.state !== 'inviting') await this.challenges.stepIn(tx, actor, challenge, 'inviting', why);
        await record(tx, actor, 'invitations.sent', `challenge:${challengeId}`, { invitations: invitations.map(({ id }) => id) });
      }
      await this.confirmIfWhole(tx, challenge);
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
      await this.end(tx, actor, invitation, 'accepted', {});
      await this.confirmIfWhole(tx, challenge);
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
      await this.end(tx, actor, invitation, 'declined', refusal);
      await this.vacate(tx, actor, challenge, invitation, 'a peer declined');
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
      await this.end(tx, SYSTEM, invitation, 'expired', {});
      await this.vacate(tx, SYSTEM, challenge, invitation, 'an invitation expired');
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

  /** The jobs that end invitations which nobody answers. */
  private async expireLater(tx: EntityManager, invitations: Invitation[]): Promise<void> {
    for (const { id, expiresAt } of invitations) {
      const delay = Math.max(0, expiresAt.getTime() - Date.now());
      await enqueue(tx, this.proposals.queueUrl, 'expire-hold', `expire-hold-${id}`, { invitation: id }, delay);
    }
  }

  /** Whoever is invited but not in the team any more is told no longer needed. */
  private async withdrawStrangers(tx: EntityManager, live: Invitation[], seats: Record<string, string | null>): Promise<void> {
    for (const invitation of live.filter(({ seat, peerId }) => seats[seat] !== peerId))
      await this.end(tx, SYSTEM, invitation, 'withdrawn', {});
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
    await record(tx, actor, `invitation.${state}`, `challenge:${invitation.challengeId}`, { invitation: invitation.id });
  }

  /** A seat has come free: the challenge is no longer confirmed, and the engine looks for who disturbs least. */
  private async vacate(tx: EntityManager, actor: Actor, challenge: Challenge, { seat }: Invitation, why: string): Promise<void> {
    if (challenge.state === 'confirmed') await this.challenges.stepIn(tx, actor, challenge, 'inviting', why);
    const proposal = await this.agreement.agreed(challenge.id, tx);
    const gone = await tx.findBy(Invitation, [
      { challengeId: challenge.id, state: 'declined' },
      { challengeId: challenge.id, state: 'expired' },
    ]);
    const lost = new Set(gone.map(({ peerId }) => peerId));
    const staying = Object.entries(proposal.seats).filter(([id, peer]) => id !== seat && peer !== null && !lost.has(peer));
    const pins = { window: proposal.windowId, seats: Object.fromEntries(staying) };
    await this.proposals.enqueueRequest(tx, SYSTEM, challenge.id, { cause: 'repair', pins, without: [...lost] });
  }

  /** Confirms once every filled seat of the agreed team is booked; pencils the progress review. */
  private async confirmIfWhole(tx: EntityManager, challenge: Challenge): Promise<void> {
    if (challenge.state !== 'inviting') return;
    const proposal = await this.agreement.agreed(challenge.id, tx);
    const accepted = await tx.findBy(Invitation, { challengeId: challenge.id, state: 'accepted' });
    const filled = Object.entries(proposal.seats).filter(([, peer]) => peer !== null);
    if (filled.length === 0 || !filled.every(([seat, peer]) => accepted.some((one) => one.seat === seat && one.peerId === peer))) return;
    await this.challenges.stepIn(tx, SYSTEM, challenge, 'confirmed', 'every seat is booked');
    const { clock } = await this.proposals.kindOf(challenge, tx);
    const visits = [
      {
        challengeId: challenge.id,
        type: 'on_site' as const,
        state: 'dated' as const,
        firstDay: proposal.firstDay,
        lastDay: proposal.lastDay,
      },
    ];
    await tx.upsert(Visit, visits, ['challengeId', 'type']);
    if (clock.progressReviewMonths === null) return;
    const about = addMonths(proposal.lastDay, clock.progressReviewMonths);
    await tx.upsert(
      Visit,
      [{ challengeId: challenge.id, type: 'progress_review', state: 'pencilled', firstDay: about, lastDay: about }],
      ['challengeId', 'type'],
    );
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
