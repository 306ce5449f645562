import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Challenge } from '../challenges/challenge.entity.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { Database } from '../database/database.js';
import { KindsService } from '../kinds/kinds.service.js';
import type { Window } from '../matching/problem/programme.js';
import type { Question } from '../matching/problem/question.js';
import { KeptPool } from './problem/kept-pool.js';
import { loadQuestion } from './problem/question.js';
import type { Proposal } from './proposal.entity.js';
import { barredOf, membersOf, windowOf, type Barred } from './standing.js';
import { loadNotAgain, type Among } from './problem/rows.js';

/** Challenges as questions to the matching engine. */
@Injectable()
export class QuestionsService {
  constructor(
    private readonly db: Database,
    private readonly challenges: ChallengesService,
    private readonly kinds: KindsService,
    private readonly pool: KeptPool,
  ) {}

  /**
   * The question of a challenge as it stands now: about the whole pool, or about `among`, for its windows or for others; never about those in `without`, nor about who
   * is not offered this challenge again.
   */
  async of(
    challengeId: string,
    options: { without?: readonly string[]; among?: Among; windows?: Window[] } = {},
    tx: EntityManager = this.db.manager,
  ): Promise<Question> {
    const { windows, ...among } = options;
    const challenge = await this.challenges.get(challengeId, tx);
    return this.about(tx, windows ? Object.assign(challenge, { windows }) : challenge, among);
  }

  /** What stands against a team, or some seats of it, for its days, as things are now. */
  async barred(
    tx: EntityManager,
    { challengeId, seats, ...days }: Pick<Proposal, 'challengeId' | 'seats' | 'firstDay' | 'days'>,
  ): Promise<Barred[]> {
    const challenge = await this.challenges.get(challengeId, tx);
    const windows = [windowOf({ id: 'team', start: days.firstDay, days: days.days })];
    const question = await this.about(tx, Object.assign(challenge, { windows }), {
      among: { positions: [], ids: membersOf(seats) },
    });
    return barredOf(question, seats);
  }

  private async about(
    tx: EntityManager,
    challenge: Challenge,
    options: { without?: readonly string[]; among?: Among },
  ): Promise<Question> {
    const { id: challengeId } = challenge;
    const gone = (await loadNotAgain(tx, [challengeId])).get(challengeId) ?? [];
    const without = [...(options.without ?? []), ...gone];
    const terms = await this.kinds.terms(challenge.kind, tx);
    return loadQuestion(tx, this.pool, { asked: challenge, terms, ...options, without });
  }
}
