import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { addDays, addMonths, datesOf, type CivilDate } from '../calendar/dates.js';
import type { Challenge } from '../challenges/challenge.entity.js';
import { hostsOf, type Hosts } from '../challenges/hosts.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { Database } from '../database/database.js';
import { KindsService } from '../kinds/kinds.service.js';
import { askedWords, meetsBefore } from '../kinds/presence.js';
import { seatLabel } from '../kinds/seats.js';
import type { WhomToAsk } from '../messages/whom-to-ask.js';
import { Message } from '../messages/message.entity.js';
import { MessagesService } from '../messages/messages.service.js';
import { Peer } from '../peers/peer.entity.js';
import { Proposal } from '../proposals/proposal.entity.js';
import type { Invitation } from './invitation.entity.js';
import { concerning, lastDayBefore, type Dates } from './said.js';
import { wasWhole } from './was-whole.js';
import { yesBefore } from './yes-before.js';

/** What an invited peer may see: council, dates, seat, what the others of the team are, and what comes when. */
export interface ShownInvitation extends Hosts {
  challenge: Challenge;
  invitation: Invitation;
  kind: string;
  seat: string;
  visit: { firstDay: CivilDate; lastDay: CivilDate };
  /** Every day on site. */
  dates: CivilDate[];
  /** What is asked where it is not the whole visit; empty else. */
  part: string;
  /** The day before, on whose evening the team meets; null for who does not meet it then. */
  evening: CivilDate | null;
  /** The days to which they said yes before; null where they did not. */
  yesBefore: Dates | null;
  /** The last day for an answer. */
  until: CivilDate;
  /** Whom to ask about it. */
  ask: WhomToAsk[];
  /** Positions of the others, by name. */
  team: string[];
  /** The day by which papers come. */
  papers: CivilDate;
  /** About when the progress review is; null where none follows. */
  review: CivilDate | null;
}

@Injectable()
export class InvitationViews {
  constructor(
    private readonly db: Database,
    private readonly challenges: ChallengesService,
    private readonly kinds: KindsService,
    private readonly messages: MessagesService,
  ) {}

  /** A page of ours as an address that opens anywhere. */
  address(path: string): string {
    return this.messages.address(path);
  }

  /** Whether everybody was told that the team is complete, so that they hear of whoever leaves it. */
  wasWhole({ challengeId }: Invitation): Promise<boolean> {
    return wasWhole(this.db.manager, challengeId);
  }

  /** Whether a peer was told that the team is complete: what stands in their calendar since is certain. */
  toldComplete({ id, challengeId }: Invitation): Promise<boolean> {
    const about = `challenge:${challengeId}`;
    return this.db.manager.existsBy(Message, { about, template: 'confirmed-peer', concerns: concerning(id) });
  }

  async of(invitation: Invitation): Promise<ShownInvitation> {
    const challenge = await this.challenges.get(invitation.challengeId);
    const said = await hostsOf(this.db.manager, challenge);
    const { firstDay, lastDay } = invitation;
    const { clock, name } = await this.kinds.get(challenge.kind);
    const { progressReviewMonths } = clock;
    return {
      challenge,
      ...said,
      invitation,
      kind: name,
      seat: seatLabel(invitation.seat),
      visit: { firstDay, lastDay },
      dates: datesOf({ from: firstDay, to: lastDay }),
      part: askedWords(invitation.asked),
      evening: challenge.mode === 'remote' || !meetsBefore(invitation.asked) ? null : addDays(firstDay, -1),
      yesBefore: await yesBefore(this.db.manager, invitation),
      until: lastDayBefore(invitation.expiresAt),
      ask: await this.challenges.ask(challenge.id),
      team: await this.others(invitation),
      papers: addDays(invitation.visitFirstDay, -clock.papersDaysBefore),
      review: progressReviewMonths === null ? null : addMonths(invitation.visitLastDay, progressReviewMonths),
    };
  }

  /** Of the team as it is by now, without whoever left it, where the peer is in it still; else as it was when they were asked. */
  private async others({ challengeId, proposalId, peerId }: Invitation): Promise<string[]> {
    const agreed = await this.db.manager.findOneBy(Proposal, { challengeId, state: 'agreed' });
    const asked = await this.db.manager.findOneByOrFail(Proposal, { id: proposalId });
    const { seats } = agreed && Object.values(agreed.seats).includes(peerId) ? agreed : asked;
    const gone = await this.db.query<{ id: string }[]>(
      'SELECT peer_id AS id FROM not_again WHERE challenge_id = $1',
      [challengeId],
    );
    const ids = Object.values(seats).filter(
      (peer) => peer !== null && peer !== peerId && !gone.some(({ id }) => id === peer),
    );
    const peers = await this.db.manager.findBy(Peer, { id: In(ids) });
    const words = await this.kinds.words();
    return peers.map(({ positions }) => words.position(positions[0] ?? '')).sort();
  }
}
