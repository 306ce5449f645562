import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import type { Challenge } from '../challenges/challenge.entity.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { isDelivered } from '../challenges/states.js';
import { Database } from '../database/database.js';
import { revokeLinks } from '../messages/links.js';
import type { Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { Proposal, supersede } from '../proposals/proposal.entity.js';
import { RequestsService } from '../proposals/requests.service.js';
import { Booking } from './booking.entity.js';
import { Invitation } from './invitation.entity.js';
import { InvitationNotices } from './notices.service.js';

/** Gives everybody's days back where a challenge does not go on as planned. */
@Injectable()
export class ReleaseService {
  constructor(
    private readonly db: Database,
    private readonly challenges: ChallengesService,
    private readonly requests: RequestsService,
    private readonly notices: InvitationNotices,
  ) {}

  /** The challenge leaves its way: peers are released and told at once, then the council and the adviser hear of it. */
  async leave(
    tx: EntityManager,
    actor: Actor,
    id: string,
    to: 'postponed' | 'cancelled' | 'stood_down',
    reason: string,
  ): Promise<Challenge> {
    const challenge = await this.challenges.lock(tx, id);
    // A visit that took place stays in everybody's record.
    if (!isDelivered(challenge.state)) await this.release(tx, actor, challenge);
    await this.challenges.stepIn(tx, actor, challenge, to, reason);
    await this.notices.left(tx, challenge);
    return challenge;
  }

  private async release(tx: EntityManager, actor: Actor, challenge: Challenge): Promise<void> {
    const { id: challengeId } = challenge;
    await this.withdrawAll(tx, challenge);
    const bookings = await tx.findBy(Booking, { challengeId, live: true });
    for (const booking of bookings) booking.release();
    await tx.save(bookings);
    await supersede(tx, challengeId, 'agreed', 'proposed');
    await tx.query('DELETE FROM visits WHERE challenge_id = $1', [challengeId]);
    await tx.query('DELETE FROM challenge_steps WHERE challenge_id = $1', [challengeId]);
    await this.requests.endWaiting(tx, challengeId, 'the challenge does not go on as planned');
    await record(tx, actor, 'bookings.released', `challenge:${challengeId}`);
  }

  private async withdrawAll(tx: EntityManager, challenge: Challenge): Promise<void> {
    const live = await tx.findBy(Invitation, {
      challengeId: challenge.id,
      state: In(['pending', 'accepted']),
    });
    const [first] = live;
    if (!first) return;
    const team = await tx.findOneByOrFail(Proposal, { id: first.proposalId });
    await this.notices.released(tx, challenge, live, team.onSite);
    for (const invitation of live) {
      await revokeLinks(tx, 'invitation', invitation.id, this.db.now());
      invitation.answer('withdrawn', this.db.now());
    }
    await tx.save(live);
  }
}
