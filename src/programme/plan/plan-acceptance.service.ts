import { Injectable } from '@nestjs/common';
import type { Actor } from '../../people/access.js';
import type { Proposal } from '../../proposals/proposal.entity.js';
import { PlannedTeamsService } from '../../proposals/planned-teams.service.js';
import { badField, Problem } from '../../web/problems.js';
import { PlansService } from './plans.service.js';

/** What came of accepting a plan for one challenge. */
export interface Accepted {
  challengeId: string;
  proposal: Proposal | null;
  /** Why not, in words. */
  problem: string | null;
}

/** Teams of a plan become proposals of their challenges; from there each goes its usual way. */
@Injectable()
export class PlanAcceptance {
  constructor(
    private readonly plans: PlansService,
    private readonly teams: PlannedTeamsService,
  ) {}

  /**
   * Makes the planned team of each challenge named, or of all, its proposal; from there each goes its usual way. A challenge for
   * which that is no longer possible is left as it is, and told.
   */
  async accept(actor: Actor, id: string, only: readonly string[] | undefined): Promise<Accepted[]> {
    const { request, plan } = await this.plans.plan(id);
    const strangers = (only ?? []).filter((challenge) => !request.challengeIds.includes(challenge));
    if (strangers.length > 0)
      throw badField('/challenges', `found ${strangers.join(', ')}; allowed: challenges of this plan`);
    const accepted: Accepted[] = [];
    for (const { challenge, window, seats } of plan.assignments) {
      if (only && !only.includes(challenge)) continue;
      if (window === null) {
        accepted.push({
          challengeId: challenge,
          proposal: null,
          problem: 'The plan has no window for this challenge.',
        });
        continue;
      }
      accepted.push(await this.acceptOne(actor, challenge, window, seats));
    }
    return accepted;
  }

  private async acceptOne(
    actor: Actor,
    challengeId: string,
    window: string,
    seats: Record<string, string | null>,
  ): Promise<Accepted> {
    try {
      return {
        challengeId,
        proposal: await this.teams.propose(actor, challengeId, window, seats),
        problem: null,
      };
    } catch (error) {
      if (error instanceof Problem) return { challengeId, proposal: null, problem: error.message };
      throw error;
    }
  }
}
