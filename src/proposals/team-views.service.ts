import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import type { Challenge } from '../challenges/challenge.entity.js';
import { isOpen } from '../challenges/states.js';
import { Database } from '../database/database.js';
import { KindsService } from '../kinds/kinds.service.js';
import { seatLabelWithDays } from '../kinds/presence.js';
import { seatLabel } from '../kinds/seats.js';
import type { Words } from '../kinds/words.js';
import type { Question } from '../matching/problem/question.js';
import { Peer } from '../peers/peer.entity.js';
import { seesOfPeer, type Role } from '../people/permissions.js';
import { ReferenceService } from '../reference/reference.service.js';
import { NotAgainService, notAgainWords, type NotAgain } from './not-again.service.js';
import { compare, type Reader, type ShownTeam } from './comparison.js';
import type { TeamApprovalView, TeamMemberView } from './proposals.dto.js';
import { viewTeam } from './proposals.views.js';
import { wantedFor } from './consents.js';
import { isThere, STANDING_WORDS, standingOf, type TeamStanding } from './member-standing.js';
import type { Proposal } from './proposal.entity.js';
import { seatChoices, type SeatChoice } from './seat-choices.js';

/** A team and its members in the words of a page. */
export type CouncilTeam = Omit<TeamApprovalView, 'members'> & {
  kind: string;
  members: (Omit<TeamMemberView, 'positions'> & {
    label: string;
    positions: string;
    /** How far they are, in words; empty where nothing is to be said. */
    standing: string;
  })[];
  /** Somebody of it cannot come any more. */
  isShort: boolean;
};

/** Teams and seats as pages show them, each to what its reader may see. */
@Injectable()
export class TeamViews {
  constructor(
    private readonly db: Database,
    private readonly kinds: KindsService,
    private readonly reference: ReferenceService,
    private readonly gone: NotAgainService,
  ) {}

  /** Proposals of a challenge side by side, the best of them first. */
  async compare(challenge: Challenge, proposals: Proposal[], role: Role): Promise<ShownTeam[]> {
    const { experiencedFrom } = await this.reference.get('weights');
    const reader = await this.reader(role);
    return compare(this.db.manager, challenge, proposals, { ...reader, experiencedFrom });
  }

  /** Who else could hold a seat of a team, best first. */
  async choices(question: Question, proposal: Proposal, seat: string, role: Role): Promise<SeatChoice[]> {
    const notAgain = await this.gone.of([proposal.challengeId]);
    return seatChoices(this.db.manager, question, { proposal, seat, notAgain }, await this.reader(role));
  }

  /** Who is not offered a challenge again, and why, in words. */
  async notAgain(challengeId: string): Promise<(NotAgain & { label: string; words: string })[]> {
    const all = await this.gone.of([challengeId]);
    return all.map((one) => ({ ...one, label: seatLabel(one.seat), words: notAgainWords(one) }));
  }

  /** A team as its council sees it. */
  async forCouncil(challenge: Challenge, proposal: Proposal): Promise<CouncilTeam> {
    const asked = await this.kinds.get(challenge.kind);
    const words = await this.words();
    const { members, ...team } = await viewTeam(this.db, proposal, wantedFor(challenge, asked));
    const standing = await standingOf(this.db, proposal);
    const shown = members.map(({ positions, ...member }) => ({
      ...member,
      label:
        seatLabelWithDays(challenge.seats, member.seat) +
        (member.seat === challenge.leadSeat ? ', leads the team' : ''),
      positions: positions.map(words.position).join(', '),
      standing: isOpen(challenge.state) ? standingWords(standing, member.seat) : '',
    }));
    const isShort = ![...standing.of.values()].every(isThere);
    return { ...team, kind: asked.name, members: shown, isShort };
  }

  /** Some peers by name, as far as they are there. */
  async names(ids: string[]): Promise<Map<string, string>> {
    const peers = await this.db.manager.find(Peer, {
      where: { id: In(ids) },
      select: { id: true, name: true },
    });
    return new Map(peers.map(({ id, name }) => [id, name]));
  }

  /** The names of positions, skills and kinds. */
  words(): Promise<Words> {
    return this.kinds.words();
  }

  private async reader(role: Role): Promise<Reader> {
    return { words: await this.words(), seesParty: seesOfPeer(role, 'party'), role };
  }
}

/** "new in the team, has said yes" */
function standingWords({ of, changed }: TeamStanding, seat: string): string {
  const standing = of.get(seat);
  const isNew = changed.has(seat) && isThere(standing);
  return [...(isNew ? ['new in the team'] : []), ...(standing ? [STANDING_WORDS[standing]] : [])].join(', ');
}
