import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { addDays, endOfDayInLondon, londonDate } from '../calendar/dates.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { requireState } from '../challenges/states.js';
import { Database } from '../database/database.js';
import type { Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import type { Proposal } from '../proposals/proposal.entity.js';
import { requireShown } from '../proposals/shown-team.js';
import { notFound } from '../web/problems.js';
import { CompletionService } from './completion.service.js';
import { Invitation } from './invitation.entity.js';
import { SeatOffers } from './seat-offers.service.js';

/** Invitations of an approved team: sent, and read. */
@Injectable()
export class InvitationsService {
  constructor(
    private readonly db: Database,
    private readonly challenges: ChallengesService,
    private readonly completion: CompletionService,
    private readonly offers: SeatOffers,
  ) {}

  /**
   * Invites everybody of the approved team who has no open or accepted invitation, and holds their dates: all or nobody. Throws a
   * 409 where consent is missing, somebody is not free any more, a cap is reached, or another team than the one that was shown stands.
   */
  async send(actor: Actor, challengeId: string, shown?: string): Promise<Invitation[]> {
    return this.db.transact(async (tx) => {
      const challenge = await this.challenges.lock(tx, challengeId);
      requireState(challenge.state, ['team_agreed', 'inviting', 'confirmed'], 'inviting');
      const now = this.db.now();
      if (shown !== undefined) await requireShown(tx, challengeId, shown);
      const proposal = await this.completion.teamToInvite(tx, challenge, now);
      const live = (await tx.findBy(Invitation, { challengeId })).filter(({ isLive }) => isLive);
      const missing = missingOf(proposal, live);
      if (missing.length > 0) {
        const { invitationDays } = await this.challenges.kindOf(challenge, tx);
        const expiresAt = endOfDayInLondon(addDays(londonDate(now), invitationDays));
        const sent = await this.offers.offer(tx, challenge, proposal, missing, expiresAt);
        const why = `invited, answers wanted within ${String(invitationDays)} days`;
        if (challenge.state !== 'inviting')
          await this.challenges.stepIn(tx, actor, challenge, 'inviting', why);
        const about = { invitations: sent.map(({ id }) => id) };
        await record(tx, actor, 'invitations.sent', `challenge:${challengeId}`, about);
      }
      await this.completion.confirmIfWhole(tx, challenge);
      return this.ofChallenge(challengeId, tx);
    });
  }

  async get(id: string, tx: EntityManager = this.db.manager): Promise<Invitation> {
    const invitation = await tx.findOne(Invitation, { where: { id }, relations: { peer: true } });
    if (!invitation) throw notFound('invitation');
    return invitation;
  }

  ofChallenge(challengeId: string, tx: EntityManager = this.db.manager): Promise<Invitation[]> {
    return tx.find(Invitation, {
      where: { challengeId },
      relations: { peer: true },
      order: { createdAt: 'ASC', seat: 'ASC' },
    });
  }
}

/** Those of a team whom nobody has asked yet. */
function missingOf({ seats }: Proposal, live: Invitation[]): { seat: string; peerId: string }[] {
  return Object.entries(seats).flatMap(([seat, peerId]) => {
    const isAsked = live.some((one) => one.seat === seat && one.peerId === peerId);
    return peerId === null || isAsked ? [] : [{ seat, peerId }];
  });
}
