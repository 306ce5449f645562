import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { addDays, endOfDayInLondon, londonDate } from '../calendar/dates.js';
import type { Challenge } from '../challenges/challenge.entity.js';
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
import { SeatOffers, type Seated } from './seat-offers.service.js';

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
   * Invites everybody of the approved team who has no open or accepted invitation and has not said no, and holds their dates: all or
   * nobody. Where nobody is left to ask and all have said yes, the challenge is confirmed. Throws a 409 where consent is missing, somebody is not free any more, a cap is reached, or another team than the one that was shown stands.
   */
  send(actor: Actor, challengeId: string, shown?: string): Promise<Invitation[]> {
    return this.db.transact((tx) => this.sendWithin(tx, actor, challengeId, shown));
  }

  /** The same from inside a transaction. */
  async sendWithin(
    tx: EntityManager,
    actor: Actor,
    challengeId: string,
    shown?: string,
  ): Promise<Invitation[]> {
    const challenge = await this.challenges.lock(tx, challengeId);
    requireState(challenge.state, ['team_agreed', 'inviting', 'confirmed'], 'inviting');
    const now = this.db.now();
    if (shown !== undefined) await requireShown(tx, challengeId, shown);
    const proposal = await this.completion.teamToInvite(tx, challenge, now);
    const live = (await tx.findBy(Invitation, { challengeId })).filter(({ isLive }) => isLive);
    const missing = await this.offers.toAsk(tx, proposal, live);
    await this.completion.requireServing(tx, proposal, missing);
    if (missing.length > 0) await this.ask(tx, actor, challenge, proposal, missing);
    // Nobody is left to ask: the seats that were to be filled anew stay empty.
    else if (challenge.state === 'team_agreed')
      await this.challenges.stepIn(
        tx,
        actor,
        challenge,
        'inviting',
        'everybody of the team was asked before',
      );
    await this.completion.confirmIfWhole(tx, challenge);
    return this.ofChallenge(challengeId, tx);
  }

  private async ask(
    tx: EntityManager,
    actor: Actor,
    challenge: Challenge,
    proposal: Proposal,
    missing: Seated[],
  ): Promise<void> {
    const { invitationDays } = await this.challenges.kindOf(challenge, tx);
    const expiresAt = endOfDayInLondon(addDays(londonDate(this.db.now()), invitationDays));
    const sent = await this.offers.offer(tx, challenge, proposal, missing, expiresAt);
    const why = `invited, answers wanted within ${String(invitationDays)} days`;
    if (challenge.state !== 'inviting') await this.challenges.stepIn(tx, actor, challenge, 'inviting', why);
    const about = { invitations: sent.map(({ id }) => id) };
    await record(tx, actor, 'invitations.sent', `challenge:${challenge.id}`, about);
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
