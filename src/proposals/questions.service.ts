import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { ChallengesService } from '../challenges/challenges.service.js';
import { Database } from '../database/database.js';
import { KindsService } from '../kinds/kinds.service.js';
import type { Question } from '../matching/problem/question.js';
import { loadQuestion } from './problem/question.js';
import { loadNotAgain, type Among } from './problem/rows.js';

/** Challenges as questions to the matching engine. */
@Injectable()
export class QuestionsService {
  constructor(
    private readonly db: Database,
    private readonly challenges: ChallengesService,
    private readonly kinds: KindsService,
  ) {}

  /**
   * The question of a challenge as it stands now: about the whole pool, or about `among`; never about those in `without`, nor about who
   * is not offered this challenge again.
   */
  async of(
    challengeId: string,
    options: { without?: readonly string[]; among?: Among } = {},
    tx: EntityManager = this.db.manager,
  ): Promise<Question> {
    const challenge = await this.challenges.get(challengeId, tx);
    const gone = (await loadNotAgain(tx, [challengeId])).get(challengeId) ?? [];
    const without = [...(options.without ?? []), ...gone];
    return loadQuestion(tx, challenge, await this.kinds.terms(challenge.kind, tx), { ...options, without });
  }
}
