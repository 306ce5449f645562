import { Injectable } from '@nestjs/common';
import type { Challenge } from '../challenges/challenge.entity.js';
import type { Role } from '../people/permissions.js';
import { notFound } from '../web/problems.js';
import type { ShownTeam } from './comparison.js';
import type { Proposal } from './proposal.entity.js';
import { QuestionsService } from './questions.service.js';
import type { SeatChoice } from './seat-choices.js';
import { TeamViews } from './team-views.service.js';

/** A team as it is, and who could take one seat of it. */
export interface Alternatives {
  team: ShownTeam | undefined;
  choices: SeatChoice[];
  /** Why whoever has the seat does not come; null where they do. */
  no: string | null;
  /** The others who come, each with the seat. */
  stays: string[];
}

/** Who could take a seat of a team instead, and what that would change. */
@Injectable()
export class SeatAlternatives {
  constructor(
    private readonly questions: QuestionsService,
    private readonly views: TeamViews,
  ) {}

  /**
   * The best others for a seat, the rest of the team and its days staying, beside the team as it is; `no` says why whoever has the
   * seat does not come. Throws a 404 for a seat that the challenge does not have.
   */
  async of(challenge: Challenge, proposal: Proposal, seat: string, role: Role): Promise<Alternatives> {
    const wanted = challenge.seats.find(({ id }) => id === seat);
    if (!wanted) throw notFound('seat');
    const { positions } = wanted;
    const ids = Object.values(proposal.seats).filter((peer) => peer !== null);
    const question = await this.questions.of(challenge.id, { among: { positions, ids } });
    const [team] = await this.views.compare(challenge, [proposal], role);
    const gone = await this.views.notAgain(challenge.id);
    const no = gone.find(({ peerId }) => peerId === (proposal.seats[seat] ?? null));
    const stays = (team?.seats ?? []).flatMap(({ member, label, ...one }) =>
      member && one.seat !== seat && !gone.some(({ peerId }) => peerId === member.id)
        ? [`${label}, ${member.name}`]
        : [],
    );
    const choices = await this.views.choices(question, proposal, seat, role);
    return { team, choices, no: no?.words ?? null, stays };
  }
}
