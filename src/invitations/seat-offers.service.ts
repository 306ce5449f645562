import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Challenge } from '../challenges/challenge.entity.js';
import { Database } from '../database/database.js';
import { Jobs } from '../jobs/jobs.js';
import { askedDays, type AskedDays } from '../kinds/presence.js';
import { seatLabel } from '../kinds/seats.js';
import { revokeLinks } from '../messages/links.js';
import { SYSTEM } from '../people/access.js';
import { record } from '../people/audit.js';
import { NotAgainService, notAgainWords, type NotAgain } from '../proposals/not-again.service.js';
import type { Proposal } from '../proposals/proposal.entity.js';
import { conflict } from '../web/problems.js';
import { lockPeers } from '../peers/lock-peers.js';
import { holdDays, releaseHold } from './holds.js';
import { Invitation } from './invitation.entity.js';
import { InvitationNotices } from './notices.service.js';
import type { WhyReleased } from './release-words.js';

/** A seat and who is to have it. */
export interface Seated {
  seat: string;
  peerId: string;
}

/** Seats of a team that is to be invited: offered to their peers with the dates held, or taken back. */
@Injectable()
export class SeatOffers {
  constructor(
    private readonly db: Database,
    private readonly jobs: Jobs,
    private readonly notices: InvitationNotices,
    private readonly notAgain: NotAgainService,
  ) {}

  /**
   * Those of a team whom nobody has asked yet. Throws a 409 that names who is to be replaced first where all who are left have said no
   * before.
   */
  async toAsk(tx: EntityManager, proposal: Proposal, live: Invitation[]): Promise<Seated[]> {
    const missing = missingOf(proposal, live);
    const refused = await this.notAgain.of([proposal.challengeId], tx);
    const noOf = ({ peerId }: Seated): NotAgain | undefined => refused.find((one) => one.peerId === peerId);
    const open = missing.filter((one) => !noOf(one));
    if (open.length > 0 || missing.length === 0) return open;
    const words = missing.flatMap((one) => {
      const no = noOf(one);
      return no ? [`${seatLabel(one.seat)}: ${no.name} ${notAgainWords(no)}`] : [];
    });
    throw conflict(
      'replace-first',
      `${words.join('; ')}. Choose who comes instead first, or say that they may be asked again.`,
    );
  }

  /** Offers seats until an instant, all or none; a job ends what nobody answers. */
  async offer(
    tx: EntityManager,
    challenge: Challenge,
    proposal: Proposal,
    seats: Seated[],
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
    const before = await tx.findBy(Invitation, { challengeId: challenge.id });
    const invitations = await tx.save(
      seats.map((one) =>
        tx.create(Invitation, {
          ...one,
          ...facts,
          ...askedOf(challenge, one.seat, proposal.onSite),
          calendarKey: calendarOf(one.peerId, before),
        }),
      ),
    );
    await holdDays(tx, peers, invitations, challenge.familyId);
    for (const { id } of invitations)
      await this.jobs.add(tx, 'expire-hold', `expire-hold-${id}`, { invitation: id }, expiresAt);
    await this.notices.invited(tx, challenge, peers, invitations);
    return invitations;
  }

  /** Takes an offer or a promise back: the days are free, the link opens no more, and the peer is told why. */
  async withdraw(
    tx: EntityManager,
    challenge: Challenge,
    invitations: Invitation[],
    whyOf: (invitation: Invitation) => WhyReleased,
  ): Promise<void> {
    for (const invitation of invitations) {
      const saidYes = invitation.state === 'accepted';
      invitation.answer('withdrawn', this.db.now());
      await tx.save(invitation);
      await this.notices.over(tx, invitation);
      await releaseHold(tx, invitation.id);
      await revokeLinks(tx, 'invitation', invitation.id, this.db.now());
      const why = whyOf(invitation);
      await this.notices.released(tx, challenge, invitation, why, saidYes);
      const about = { invitation: invitation.id, why: why.why };
      await record(tx, SYSTEM, 'invitation.withdrawn', `challenge:${challenge.id}`, about);
    }
  }
}

/** What a seat of a challenge asks for on a visit. */
export const askedOf = (
  { seats }: Pick<Challenge, 'seats'>,
  seat: string,
  onSite: Proposal['onSite'],
): AskedDays => askedDays(seats.find(({ id }) => id === seat) ?? {}, onSite);

/** One name for all that a peer is asked for at one challenge, so that new days move what stands in the calendar. */
const calendarOf = (peerId: string, before: Invitation[]): string =>
  before.find((one) => one.peerId === peerId)?.calendarKey ?? randomUUID();

/** Those of a team whom nobody has asked yet. */
function missingOf({ seats }: Proposal, live: Invitation[]): Seated[] {
  return Object.entries(seats).flatMap(([seat, peerId]) => {
    const isAsked = live.some((one) => one.seat === seat && one.peerId === peerId);
    return peerId === null || isAsked ? [] : [{ seat, peerId }];
  });
}
