import { Injectable } from '@nestjs/common';
import { DataSource, In, type EntityManager } from 'typeorm';
import type { Challenge } from '../challenges/challenge.entity.js';
import type { Postpone } from '../challenges/challenges.dto.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { isDelivered } from '../challenges/states.js';
import { CouncilsService } from '../councils/councils.service.js';
import { revokeLinks } from '../messages/links.js';
import type { Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { keepMost } from '../proposals/keep-most.js';
import { Proposal } from '../proposals/proposal.entity.js';
import { ProposalsService } from '../proposals/proposals.service.js';
import { transact } from '../web/transactions.js';
import { Booking } from './booking.entity.js';
import { Invitation } from './invitation.entity.js';
import { InvitationNotices } from './notices.service.js';

/** Challenges that do not go on as planned: their peers' days are given back at once. */
@Injectable()
export class LeavingService {
  constructor(
    private readonly source: DataSource,
    private readonly challenges: ChallengesService,
    private readonly councils: CouncilsService,
    private readonly proposals: ProposalsService,
    private readonly notices: InvitationNotices,
  ) {}

  async end(actor: Actor, id: string, to: 'cancelled' | 'stood_down', reason: string): Promise<Challenge> {
    return transact(this.source, async (tx) => {
      const challenge = await this.challenges.lock(tx, id);
      await this.letGo(tx, actor, challenge);
      await this.challenges.stepIn(tx, actor, challenge, to, reason);
      await this.notices.left(tx, challenge);
      return this.challenges.get(id, tx);
    });
  }

  /**
   * One action: the dates are given back, new windows are taken, and where there was a team, every member is checked against each
   * new window; those free in the one that keeps most stay in a repair that the engine completes.
   */
  async postpone(actor: Actor, id: string, { reason, windows }: Postpone): Promise<Challenge> {
    return transact(this.source, async (tx) => {
      const challenge = await this.challenges.lock(tx, id);
      const team = await tx.findOneBy(Proposal, { challengeId: id, state: 'agreed' });
      await this.letGo(tx, actor, challenge);
      challenge.firstDay = null;
      challenge.lastDay = null;
      if (windows && windows.length > 0) {
        const council = await this.councils.get(challenge.councilId, tx);
        challenge.windows = await this.challenges.acceptWindows(tx, council, await this.challenges.kindOf(challenge, tx), windows);
      }
      await this.challenges.stepIn(tx, actor, challenge, 'postponed', reason);
      await this.notices.left(tx, challenge);
      if (team && windows && windows.length > 0) {
        const pins = keepMost(await this.proposals.question(id, [], tx), team.seats);
        await this.proposals.enqueueRequest(tx, actor, id, { cause: 'repair', pins, without: [] });
      }
      return this.challenges.get(id, tx);
    });
  }

  private async tellPeers(tx: EntityManager, challenge: Challenge): Promise<void> {
    const live = await tx.findBy(Invitation, { challengeId: challenge.id, state: In(['pending', 'accepted']) });
    if (live.length === 0) return;
    const team = await tx.findOneByOrFail(Proposal, { id: live[0]?.proposalId ?? '' });
    await this.notices.released(tx, challenge, live, team.onSite);
    for (const { id } of live) await revokeLinks(tx, 'invitation', id);
  }

  private async letGo(tx: EntityManager, actor: Actor, challenge: Challenge): Promise<void> {
    const { id } = challenge;
    // A visit that took place stays in everybody's record.
    if (isDelivered(challenge.state)) return;
    await this.tellPeers(tx, challenge);
    await tx.update(Booking, { challengeId: id, live: true }, { state: 'released', live: false });
    const ended = { state: 'withdrawn' as const, answeredAt: new Date() };
    await tx.update(
      Invitation,
      [
        { challengeId: id, state: 'pending' },
        { challengeId: id, state: 'accepted' },
      ],
      ended,
    );
    await tx.update(
      Proposal,
      [
        { challengeId: id, state: 'agreed' },
        { challengeId: id, state: 'proposed' },
      ],
      { state: 'superseded' },
    );
    await tx.query(`DELETE FROM visits WHERE challenge_id = $1`, [id]);
    await tx.query(`DELETE FROM challenge_steps WHERE challenge_id = $1`, [id]);
    await tx.query(
      `UPDATE team_requests SET state = 'cancelled', phase = 'the challenge does not go on as planned', finished_at = now() WHERE challenge_id = $1 AND state IN ('queued', 'running')`,
      [id],
    );
    await record(tx, actor, 'bookings.released', `challenge:${id}`);
  }
}
