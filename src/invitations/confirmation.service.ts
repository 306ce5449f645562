import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { addMonths } from '../calendar/dates.js';
import type { Challenge } from '../challenges/challenge.entity.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { enqueue } from '../jobs/queue.js';
import { SYSTEM, type Actor } from '../people/access.js';
import { AgreementService } from '../proposals/agreement.service.js';
import { ProposalsService } from '../proposals/proposals.service.js';
import { Visit, type VisitType } from '../challenges/visit.entity.js';
import { Invitation } from './invitation.entity.js';
import { InvitationNotices } from './notices.service.js';

/** What follows from an answer: a whole team is confirmed, a seat that came free is repaired. */
@Injectable()
export class ConfirmationService {
  constructor(
    private readonly challenges: ChallengesService,
    private readonly agreement: AgreementService,
    private readonly proposals: ProposalsService,
    private readonly notices: InvitationNotices,
  ) {}

  /** A seat has come free: the challenge is no longer confirmed, and the engine looks for who disturbs least. A reserve goes first. */
  async vacate(tx: EntityManager, actor: Actor, challenge: Challenge, { seat }: Invitation, why: string): Promise<void> {
    if (challenge.state === 'confirmed') await this.challenges.stepIn(tx, actor, challenge, 'inviting', why);
    const proposal = await this.agreement.agreed(challenge.id, tx);
    const gone = await tx.findBy(Invitation, [
      { challengeId: challenge.id, state: 'declined' },
      { challengeId: challenge.id, state: 'expired' },
    ]);
    const lost = new Set(gone.map(({ peerId }) => peerId));
    const staying = Object.entries(proposal.seats).filter(([id, peer]) => id !== seat && peer !== null && !lost.has(peer));
    const reserve = proposal.reserves[seat];
    const seats = { ...Object.fromEntries(staying), ...(reserve && !lost.has(reserve) ? { [seat]: reserve } : {}) };
    const pins = { window: proposal.windowId, seats };
    await this.proposals.enqueueRequest(tx, SYSTEM, challenge.id, { cause: 'repair', pins, without: [...lost] });
  }

  /** Confirms once every filled seat of the agreed team is booked; pencils the progress review. */
  async confirmIfWhole(tx: EntityManager, challenge: Challenge): Promise<void> {
    if (challenge.state !== 'inviting') return;
    const proposal = await this.agreement.agreed(challenge.id, tx);
    const accepted = await tx.findBy(Invitation, { challengeId: challenge.id, state: 'accepted' });
    const filled = Object.entries(proposal.seats).filter(([, peer]) => peer !== null);
    if (filled.length === 0 || !filled.every(([seat, peer]) => accepted.some((one) => one.seat === seat && one.peerId === peer))) return;
    const { clock, purpose } = await this.challenges.kindOf(challenge, tx);
    const { id: challengeId, followsId } = challenge;
    const type: VisitType = purpose === 'challenge' || purpose === 'support' ? 'on_site' : purpose;
    const { firstDay, lastDay } = proposal;
    const about = clock.progressReviewMonths === null ? null : addMonths(lastDay, clock.progressReviewMonths);
    const visits = [{ challengeId, type, state: 'dated' as const, firstDay, lastDay }];
    await tx.upsert(Visit, visits, ['challengeId', 'type']);
    // What was pencilled for about a day has one now.
    if (followsId !== null) await tx.delete(Visit, { challengeId: followsId, type, state: 'pencilled' });
    if (about !== null) {
      const review = { challengeId, type: 'progress_review' as const, state: 'pencilled' as const, firstDay: about, lastDay: about };
      await tx.upsert(Visit, [review], ['challengeId', 'type']);
    }
    await this.notices.confirmed(tx, challenge, accepted, { firstDay, lastDay }, about);
    await this.challenges.stepIn(tx, SYSTEM, challenge, 'confirmed', 'every seat is booked');
  }

  /** The jobs that end invitations which nobody answers. */
  async expireLater(tx: EntityManager, invitations: Invitation[]): Promise<void> {
    for (const { id, expiresAt } of invitations) {
      const delay = Math.max(0, expiresAt.getTime() - Date.now());
      await enqueue(tx, this.proposals.queueUrl, 'expire-hold', `expire-hold-${id}`, { invitation: id }, delay);
    }
  }
}
