import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Challenge } from '../challenges/challenge.entity.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { InvitationsService } from '../invitations/invitations.service.js';
import { PromisesService } from '../invitations/promises.service.js';
import type { Actor } from '../people/access.js';
import { ConsentedTeams } from '../proposals/consented-teams.service.js';
import { endingPromises } from '../proposals/promises.js';
import { Proposal } from '../proposals/proposal.entity.js';
import type { Chain, Link } from './chain.entity.js';
import { movesOf } from './moves.js';

/** Carries a chain out, once everybody has said yes: all of it, or nothing. */
@Injectable()
export class ChainCarrying {
  constructor(
    private readonly challenges: ChallengesService,
    private readonly promises: PromisesService,
    private readonly teams: ConsentedTeams,
    private readonly invitations: InvitationsService,
  ) {}

  /**
   * In every challenge, what does not go with the new team ends, so that whoever moves is free for where they go; then the teams are agreed,
   * and whoever is new to one is invited. The challenges have to be locked. Throws a 409 where somebody may not serve as things are.
   */
  async carry(tx: EntityManager, actor: Actor, chain: Chain): Promise<void> {
    const elsewhere = new Set(
      movesOf(chain.links).flatMap(({ peerId, from, to }) =>
        from && to && from.challengeId !== to.challengeId ? [peerId] : [],
      ),
    );
    for (const link of chain.links) await this.endPromises(tx, actor, link, elsewhere);
    for (const link of chain.links) {
      const before = await tx.findOneByOrFail(Proposal, { id: link.proposalId });
      await this.teams.agree(tx, actor, before, link);
    }
    for (const { challengeId } of chain.links) await this.invitations.sendWithin(tx, actor, challengeId);
  }

  private async endPromises(
    tx: EntityManager,
    actor: Actor,
    { challengeId, proposalId, seats }: Link,
    elsewhere: ReadonlySet<string>,
  ): Promise<void> {
    const challenge = await this.challenges.get(challengeId, tx);
    await this.open(tx, actor, challenge);
    const before = await tx.findOneByOrFail(Proposal, { id: proposalId });
    const after = tx.create(Proposal, { ...before, seats });
    await this.promises.teamAgreed(tx, challenge, after, await endingPromises(tx, after), elsewhere);
  }

  /** A confirmed team is open again while somebody of it changes. */
  private async open(tx: EntityManager, actor: Actor, challenge: Challenge): Promise<void> {
    if (challenge.state === 'confirmed')
      await this.challenges.stepIn(tx, actor, challenge, 'inviting', 'somebody of the team goes to another');
  }
}
