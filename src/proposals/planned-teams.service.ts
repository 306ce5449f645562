import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import type { Challenge } from '../challenges/challenge.entity.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { requireState } from '../challenges/states.js';
import type { TeamSeats } from '../matching/problem/programme.js';
import { teamReasons } from '../matching/reasons/reasons.js';
import { total } from '../matching/rules/score.js';
import type { Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { Proposal, supersede } from './proposal.entity.js';
import { QuestionsService } from './questions.service.js';
import { CHOOSING, PROPOSABLE } from './requests.service.js';
import { TeamRequest } from './team-request.entity.js';
import { refuseBarred } from './standing.js';
import { weigh } from './weigh.js';
import { Database } from '../database/database.js';

/** Teams that a plan of the year placed, as proposals of their challenges. */
@Injectable()
export class PlannedTeamsService {
  constructor(
    private readonly db: Database,
    private readonly challenges: ChallengesService,
    private readonly questions: QuestionsService,
  ) {}

  /**
   * A team placed by a plan of the year becomes the one proposal of its challenge, checked as things stand now. Throws a 409 that
   * names every rule broken. Asking again gives the same one, and so does a team that is agreed already; another one that is agreed stands
   * until its adviser chooses.
   */
  async propose(actor: Actor, challengeId: string, windowId: string, seats: TeamSeats): Promise<Proposal> {
    return this.db.transact(async (tx) => {
      const challenge = await this.challenges.lock(tx, challengeId);
      requireState(challenge.state, PROPOSABLE, 'proposing a planned team');
      const current = await tx.findBy(Proposal, {
        challengeId,
        state: In(['proposed', 'agreed'] satisfies Proposal['state'][]),
      });
      const same = current.find((one) => one.windowId === windowId && sameSeats(one.seats, seats));
      if (same) return same;
      const saved = await this.storePlanned(tx, actor, challenge, { windowId, seats });
      if (CHOOSING.includes(challenge.state) && challenge.state !== 'team_proposed')
        await this.challenges.stepIn(
          tx,
          actor,
          challenge,
          'team_proposed',
          'taken from the plan of the year',
        );
      await record(tx, actor, 'team.planned', `challenge:${challengeId}`, { proposal: saved.id });
      return saved;
    });
  }

  private async storePlanned(
    tx: EntityManager,
    actor: Actor,
    challenge: Challenge,
    { windowId, seats }: Pick<Proposal, 'windowId' | 'seats'>,
  ): Promise<Proposal> {
    const { id: challengeId } = challenge;
    const question = await this.questions.of(challengeId, {}, tx);
    const { team, window, terms, barred } = weigh(question, seats, windowId);
    const { start: firstDay, days } = challenge.windows[window] ?? { start: '', days: 0 };
    await refuseBarred(tx, { challengeId, firstDay, days }, barred);
    const request = await tx.save(
      tx.create(TeamRequest, {
        challengeId,
        pins: { window: windowId, seats },
        actor: actor.id,
        finishedAt: this.db.now(),
        ...TAKEN_FROM_PLAN,
      }),
    );
    await supersede(tx, challengeId, 'proposed');
    return tx.save(
      tx.create(Proposal, {
        requestId: request.id,
        challengeId,
        windowId,
        seats,
        firstDay,
        days,
        terms,
        rank: 1,
        score: total(terms),
        reasons: teamReasons(question, team, window),
        state: 'proposed',
        approvals: [],
      }),
    );
  }
}

/** A request that nobody has to answer any more. */
const TAKEN_FROM_PLAN = {
  cause: 'plan' as const,
  without: [],
  blocked: [],
  state: 'done' as const,
  phase: 'done: taken from the plan of the year',
};

export function sameSeats(a: TeamSeats, b: TeamSeats): boolean {
  const seats = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...seats].every((seat) => (a[seat] ?? null) === (b[seat] ?? null));
}
