import { NONE } from '../matching/problem/pool.js';
import { termsOf, total } from '../matching/rules/score.js';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Challenge } from '../challenges/challenge.entity.js';
import type { Kind, Policies } from '../policy/content.js';
import { PolicyService } from '../policy/policy.service.js';
import { Proposal } from './proposal.entity.js';
import { loadProblem } from './team-problem.js';

/** What a change of policy would do to the proposals of one challenge. */
export interface PreviewLine {
  challengeId: string;
  council: string;
  kind: string;
  /** Scores of the proposals, best first as they stand, before and after. */
  scores: { before: number; after: number }[];
  /** Another of them would be the best. */
  turns: boolean;
}

/** Challenges looked at: the newest ones. */
const MOST = 20;

/** Shows what a change of policy would do to the current proposals, before anybody decides on it. */
@Injectable()
export class PolicyPreview {
  constructor(
    private readonly source: DataSource,
    private readonly policy: PolicyService,
  ) {}

  /** Every open proposal weighed by changed weights, or by a changed kind. */
  async of(change: { weights?: Policies['weights']; kind?: { id: string; content: Kind } }): Promise<PreviewLine[]> {
    const query = this.source.manager
      .createQueryBuilder(Challenge, 'c')
      .innerJoinAndSelect('c.council', 'h')
      .where(`EXISTS (SELECT FROM proposals p WHERE p.challenge_id = c.id AND p.state = 'proposed')`)
      .orderBy('c.created_at', 'DESC')
      .addOrderBy('c.id')
      .take(MOST);
    if (change.kind) query.andWhere('c.kind = :kind', { kind: change.kind.id });
    const lines: PreviewLine[] = [];
    for (const challenge of await query.getMany()) lines.push(await this.line(challenge, change));
    return lines;
  }

  private async line(challenge: Challenge, { weights, kind }: Parameters<PolicyPreview['of']>[0]): Promise<PreviewLine> {
    const proposals = await this.source.manager.find(Proposal, {
      where: { challengeId: challenge.id, state: 'proposed' },
      order: { rank: 'ASC' },
    });
    const policy = {
      weights: weights ?? (await this.policy.get('weights')),
      kind: kind?.content ?? (await this.policy.kind(challenge.kind)),
      calendar: await this.policy.get('calendar'),
    };
    const question = await loadProblem(this.source.manager, challenge, policy, []);
    const scores = proposals.map(({ score, seats, windowId }) => {
      const team = question.challenge.seats.map(({ id }) => question.pool.find(seats[id] ?? '') ?? NONE);
      const window = question.challenge.windows.findIndex(({ id }) => id === windowId);
      return { before: score, after: total(termsOf(question, team, question.stays[window]?.penalty ?? 0)) };
    });
    const best = Math.max(...scores.map(({ after }) => after));
    return {
      challengeId: challenge.id,
      council: challenge.council?.name ?? '',
      kind: policy.kind.name,
      scores,
      turns: scores[0]?.after !== best,
    };
  }
}
