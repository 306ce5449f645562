import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { ChallengesService } from '../challenges/challenges.service.js';
import { Database } from '../database/database.js';
import type { TeamSeats } from '../matching/problem/programme.js';
import { teamReasons } from '../matching/reasons/reasons.js';
import { total } from '../matching/rules/score.js';
import type { Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { AgreementService } from './agreement.service.js';
import type { Approval } from './consents.js';
import { Proposal, supersede } from './proposal.entity.js';
import { QuestionsService } from './questions.service.js';
import { windowOf } from './standing.js';
import { weigh } from './weigh.js';

/** A team to which its council has said yes before it is agreed. */
export interface ConsentedTeam {
  seats: TeamSeats;
  approvals: Approval[];
}

/** Teams that take the place of agreed ones, on the same days, once those who have a word in it have said yes. */
@Injectable()
export class ConsentedTeams {
  constructor(
    private readonly db: Database,
    private readonly challenges: ChallengesService,
    private readonly questions: QuestionsService,
    private readonly agreement: AgreementService,
  ) {}

  /**
   * Agrees a team in the place of another, of a challenge that the caller has locked, and whose ending promises it has ended. Throws a 409
   * that names every bar where somebody of it may not serve.
   */
  async agree(
    tx: EntityManager,
    actor: Actor,
    before: Proposal,
    { seats, approvals }: ConsentedTeam,
  ): Promise<Proposal> {
    const { challengeId, requestId, windowId, firstDay, days, reserves } = before;
    const challenge = await this.challenges.get(challengeId, tx);
    const windows = [windowOf({ id: windowId, start: firstDay, days })];
    const { team, window, terms, question } = await this.weighed(tx, challengeId, seats, windows);
    await this.agreement.requireServing(tx, { challengeId, seats, firstDay, days });
    await supersede(tx, challengeId, 'agreed', 'proposed');
    const proposal = tx.create(Proposal, {
      ...{ requestId, challengeId, windowId, firstDay, days, reserves, seats, terms },
      rank: ((await tx.maximum(Proposal, 'rank', { requestId })) ?? 0) + 1,
      score: total(terms),
      reasons: teamReasons(question, team, window),
      state: 'proposed',
      editedFrom: before.id,
      approvals,
    });
    const now = this.db.now();
    // The time to object is over: whoever could has said yes.
    proposal.agree(now, now);
    proposal.approvals = approvals;
    const saved = await tx.save(proposal);
    if (challenge.state !== 'team_agreed')
      await this.challenges.stepIn(
        tx,
        actor,
        challenge,
        'team_agreed',
        'the team was changed with the consent of its council',
      );
    await record(tx, actor, 'proposal.agreed', `challenge:${challengeId}`, { proposal: saved.id });
    return saved;
  }

  private async weighed(
    tx: EntityManager,
    challengeId: string,
    seats: TeamSeats,
    windows: ReturnType<typeof windowOf>[],
  ) {
    const question = await this.questions.of(challengeId, { windows }, tx);
    return { question, ...weigh(question, seats, windows[0]?.id ?? '') };
  }
}
