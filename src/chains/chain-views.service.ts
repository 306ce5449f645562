import { Injectable } from '@nestjs/common';
import { sayDays } from '../calendar/phrases.js';
import type { Challenge } from '../challenges/challenge.entity.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { Database } from '../database/database.js';
import { withinSentence } from '../english/words.js';
import { seatLabel } from '../kinds/seats.js';
import { silentOf, wantedFor } from '../proposals/consents.js';
import { changedSeats, Proposal } from '../proposals/proposal.entity.js';
import { TeamViews, type CouncilTeam } from '../proposals/team-views.service.js';
import type { Chain, Link } from './chain.entity.js';
import { movesOf, type At } from './moves.js';

/** One person of a chain, in words. */
export interface ShownMove {
  peerId: string;
  name: string;
  /** "Leader at Bath, 8 to 10 June 2027"; null for whoever comes in, or goes. */
  from: string | null;
  to: string | null;
}

/** One challenge of a chain, as its adviser sees it. */
export interface ShownLink {
  challengeId: string;
  where: string;
  saidYes: boolean;
}

/** The team that a council would have. */
export interface ChangedTeam {
  chain: Chain;
  challenge: Challenge;
  team: CouncilTeam;
  /** The seats that change, with who would leave them. */
  leaving: Record<string, string | null>;
}

/** Chains as pages and the API show them. */
@Injectable()
export class ChainViews {
  constructor(
    private readonly db: Database,
    private readonly challenges: ChallengesService,
    private readonly teams: TeamViews,
  ) {}

  /** Who would move where, and what the councils have said so far. */
  async of({ links }: Chain): Promise<{ moves: ShownMove[]; links: ShownLink[] }> {
    const places = new Map<string, string>();
    const shown: ShownLink[] = [];
    for (const { challengeId, approvals, firstDay, lastDay } of links) {
      const challenge = await this.challenges.get(challengeId);
      const { hosts } = await this.challenges.hosts(challenge);
      const kind = await this.challenges.kindOf(challenge);
      const where = `${kind.name} at ${hosts}, ${sayDays(firstDay, lastDay)}`;
      places.set(challengeId, withinSentence(where));
      const silent = silentOf(approvals, wantedFor(challenge, kind));
      shown.push({ challengeId, where, saidYes: silent.length === 0 });
    }
    const moves = movesOf(links);
    const names = await this.teams.names(moves.map(({ peerId }) => peerId));
    const at = (place: At | null): string | null =>
      place && `${seatLabel(place.seat)}, ${places.get(place.challengeId) ?? ''}`;
    return {
      moves: moves.map(({ peerId, from, to }) => ({
        ...{ peerId, name: names.get(peerId) ?? 'gone' },
        ...{ from: at(from), to: at(to) },
      })),
      links: shown,
    };
  }

  /** The team that a council would have by a chain. */
  async changed(chain: Chain, challengeId: string): Promise<ChangedTeam> {
    const link = chain.links.find((one) => one.challengeId === challengeId);
    const challenge = await this.challenges.get(challengeId);
    if (!link) throw new Error(`chain ${chain.id} is not of challenge ${challengeId}`);
    const before = await this.db.manager.findOneByOrFail(Proposal, { id: link.proposalId });
    const { seats, approvals } = link;
    const after = this.db.manager.create(Proposal, { ...before, seats, approvals, objectionDeadline: null });
    const team = await this.teams.forCouncil(challenge, after);
    return { chain, challenge, team, leaving: await this.leaving(link) };
  }

  private async leaving({ before, seats }: Link): Promise<Record<string, string | null>> {
    const changed = changedSeats(before, seats);
    const names = await this.teams.names(changed.flatMap((seat) => before[seat] ?? []));
    return Object.fromEntries(changed.map((seat) => [seat, names.get(before[seat] ?? '') ?? null]));
  }
}
