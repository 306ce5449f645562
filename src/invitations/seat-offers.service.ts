import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Challenge } from '../challenges/challenge.entity.js';
import { Database } from '../database/database.js';
import { Jobs } from '../jobs/jobs.js';
import { revokeLinks } from '../messages/links.js';
import { SYSTEM } from '../people/access.js';
import { record } from '../people/audit.js';
import type { Proposal } from '../proposals/proposal.entity.js';
import { holdDays, lockPeers, releaseHold } from './holds.js';
import { Invitation } from './invitation.entity.js';
import { InvitationNotices } from './notices.service.js';

/** Seats of a team that is to be invited: offered to their peers with the dates held, or taken back. */
@Injectable()
export class SeatOffers {
  constructor(
    private readonly db: Database,
    private readonly jobs: Jobs,
    private readonly notices: InvitationNotices,
  ) {}

  /** Offers seats until an instant, all or none; a job ends what nobody answers. */
  async offer(
    tx: EntityManager,
    challenge: Challenge,
    proposal: Proposal,
    seats: { seat: string; peerId: string }[],
    expiresAt: Date,
  ): Promise<Invitation[]> {
    const peers = await lockPeers(
      tx,
      seats.map(({ peerId }) => peerId),
    );
    const facts = {
      challengeId: challenge.id,
      proposalId: proposal.id,
      state: 'pending' as const,
      expiresAt,
    };
    const invitations = await tx.save(seats.map((one) => tx.create(Invitation, { ...one, ...facts })));
    await holdDays(tx, peers, invitations, proposal.onSite);
    for (const { id } of invitations)
      await this.jobs.add(tx, 'expire-hold', `expire-hold-${id}`, { invitation: id }, expiresAt);
    await this.notices.invited(tx, challenge, peers, invitations, proposal.onSite);
    return invitations;
  }

  /** Whoever is invited and not in the team any more is told no longer needed. */
  async withdraw(
    tx: EntityManager,
    challenge: Challenge,
    invitations: Invitation[],
    proposal: Proposal,
  ): Promise<void> {
    for (const invitation of invitations) {
      invitation.answer('withdrawn', this.db.now());
      await tx.save(invitation);
      await releaseHold(tx, invitation.id);
      await revokeLinks(tx, 'invitation', invitation.id, this.db.now());
      const about = { invitation: invitation.id };
      await record(tx, SYSTEM, 'invitation.withdrawn', `challenge:${challenge.id}`, about);
    }
    await this.notices.released(tx, challenge, invitations, proposal.onSite);
  }
}
