import { Injectable } from '@nestjs/common';
import { Challenge } from '../challenges/challenge.entity.js';
import { Database } from '../database/database.js';
import type { KindPreview, PolicyChange, PreviewLine, SampleShift } from '../kinds/kind-preview.js';
import { KindsService } from '../kinds/kinds.service.js';
import type { Policy } from '../matching/problem/programme.js';
import { NONE } from '../matching/problem/pool.js';
import { termsOf, total } from '../matching/rules/score.js';
import { KeptPool } from './problem/kept-pool.js';
import { loadQuestion } from './problem/question.js';
import { Proposal } from './proposal.entity.js';
import { TeamSample } from './sample.service.js';

/** Challenges looked at: the newest ones. */
const MOST = 20;

/** Shows what a change of policy would do to the current proposals, before anybody decides on it. */
@Injectable()
export class ProposalsPreview implements KindPreview {
  constructor(
    private readonly db: Database,
    private readonly kinds: KindsService,
    private readonly samples: TeamSample,
    private readonly pool: KeptPool,
  ) {}

  sample(weights: Policy): Promise<SampleShift | null> {
    return this.samples.of(weights);
  }

  /** Every open proposal weighed by changed weights, or by a changed kind. */
  async of(change: PolicyChange): Promise<PreviewLine[]> {
    const query = this.db.manager
      .createQueryBuilder(Challenge, 'c')
      .innerJoinAndSelect('c.council', 'h')
      .where(`EXISTS (SELECT FROM proposals p WHERE p.challenge_id = c.id AND p.state = 'proposed')`)
      .orderBy('c.created_at', 'DESC')
      .addOrderBy('c.id')
      .take(MOST);
    if (change.kind) query.andWhere('c.kind = :kind', { kind: change.kind.id });
    const lines: PreviewLine[] = [];
    for (const challenge of await query.getMany())
      if (challenge.windows.length > 0) lines.push(await this.line(challenge, change));
    return lines;
  }

  private async line(challenge: Challenge, { weights, kind }: PolicyChange): Promise<PreviewLine> {
    const proposals = await this.db.manager.find(Proposal, {
      where: { challengeId: challenge.id, state: 'proposed' },
      order: { rank: 'ASC' },
    });
    const now = await this.kinds.terms(challenge.kind);
    const terms = { ...now, kind: kind?.content ?? now.kind, weights: weights ?? now.weights };
    const question = await loadQuestion(this.db.manager, this.pool, { asked: challenge, terms });
    // Both as things are now: what was stored was worth so much when it was proposed.
    const today = { ...question, policy: { ...now.weights, ...question.challenge.policy } };
    const scores = proposals.map(({ seats, windowId }) => {
      const team = question.challenge.seats.map(({ id }) => question.pool.find(seats[id] ?? '') ?? NONE);
      const window = question.challenge.windows.findIndex(({ id }) => id === windowId);
      const penalty = question.stays[window]?.penalty ?? 0;
      return {
        before: total(termsOf(today, team, penalty)),
        after: total(termsOf(question, team, penalty)),
      };
    });
    const best = Math.max(...scores.map(({ after }) => after));
    return {
      challengeId: challenge.id,
      council: challenge.council?.name ?? '',
      kind: terms.kind.name,
      scores,
      turns: scores[0]?.after !== best,
    };
  }
}
