import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import type { Challenge } from '../challenges/challenge.entity.js';
import { sayDays } from '../calendar/phrases.js';
import type { EndingPromise } from '../proposals/promises.js';
import type { Proposal } from '../proposals/proposal.entity.js';
import { conflict } from '../web/problems.js';
import { Invitation, LIVE_INVITATIONS } from './invitation.entity.js';
import { askedOf, SeatOffers } from './seat-offers.service.js';

/** What was promised to peers, where a challenge changes under it: ended in the same transaction, and told, or the change is refused. */
@Injectable()
export class PromisesService {
  constructor(private readonly offers: SeatOffers) {}

  /** Another team is agreed: offers and promises that do not go with it end. Some go `elsewhere`, to another challenge, as they said they would. */
  async teamAgreed(
    tx: EntityManager,
    challenge: Challenge,
    { onSite, seats }: Proposal,
    ending: EndingPromise[],
    elsewhere: ReadonlySet<string> = new Set(),
  ): Promise<void> {
    const invitations = await tx.findBy(Invitation, { id: In(ending.map((one) => one.invitationId)) });
    await this.offers.withdraw(tx, challenge, invitations, (invitation) => {
      const asked = ending.some((one) => one.invitationId === invitation.id && one.askedAnew);
      const moved =
        invitation.visitFirstDay !== onSite.firstDay || invitation.visitLastDay !== onSite.lastDay;
      if (!moved && !asked) return { why: elsewhere.has(invitation.peerId) ? 'elsewhere' : 'replaced' };
      const [seat = invitation.seat] = Object.keys(seats).filter((id) => seats[id] === invitation.peerId);
      return { why: 'moved', newDays: askedOf(challenge, seat, onSite), asked };
    });
  }

  /**
   * The scope is agreed anew: offers that nobody answered end. Throws a 409 where somebody has said yes, since postponing keeps them
   * and this would not.
   */
  async scopedAgain(tx: EntityManager, challenge: Challenge): Promise<void> {
    const live = await tx.find(Invitation, {
      where: { challengeId: challenge.id, state: In([...LIVE_INVITATIONS]) },
      relations: { peer: true },
    });
    const said = live.filter(({ state }) => state === 'accepted');
    if (said.length > 0)
      throw conflict(
        'yes-would-end',
        `${said.map(({ peer, firstDay, lastDay }) => `${peer?.name ?? ''} said yes to ${sayDays(firstDay, lastDay)}`).join('; ')}. Postpone the challenge to change what was agreed: whoever can come on the new days is asked again.`,
      );
    await this.offers.withdraw(tx, challenge, live, () => ({ why: 'scope' }));
  }
}
